//! The input framework: readers bring data from outside into tables of scripts or to their events.
//!
//! A stream has a reader of its own. Adding one only puts down what is to be done; the first read comes when the main
//! loop next runs what is due, and the program does not end before it. From then on a stream that follows its source
//! is looked at again in every beat (`Threading::heartbeat_interval`), and one that waits for a process as soon as the
//! process has something. What a reader found is first collected, then handed to scripts, which may add and remove
//! streams meanwhile; so nothing stays borrowed over a call into them.

mod ascii;
mod binary;
mod columns;
mod config;
mod deliver;
mod description;
mod lines;
mod output;
mod parse;
mod raw;
mod reader;
mod settings;
mod sqlite;
mod table;
mod values;

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use crate::value::{RecordObject, Value};
use crate::vm::{Raise, Vm};

use columns::Column;
use deliver::{Origin, Target};
use output::Output;
use reader::{Begin, Info, Mode, Reader};

/// All streams, in the order they were added.
#[derive(Default)]
struct Inputs {
    streams: BTreeMap<u64, Stream>,
    last: u64,
    /// Whether the end was asked to close what is open.
    at_end: bool,
}

struct Stream {
    origin: Rc<Origin>,
    target: Rc<Target>,
    info: Rc<Info>,
    columns: Rc<[Column]>,
    begin: Begin,
    /// Taken out while it works, and `None` where it could not begin.
    reader: Option<Box<dyn Reader>>,
    jobs: VecDeque<Job>,
    /// Reads no more; goes once what was put down is done.
    removed: bool,
}

/// What a stream has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Begin,
    /// A script asks for it.
    Update,
    /// The reader's own time has come.
    Read,
    Close,
}

/// What is known of a stream before it begins.
struct Plan {
    origin: Origin,
    target: Target,
    info: Info,
    columns: Vec<Column>,
    begin: Begin,
}

/// Without the script's constant.
const BEAT: f64 = 1.0;

/// `Input::__create_table_stream`.
pub fn create_table_stream(vm: &mut Vm, description: &Rc<RecordObject>) -> Result<bool, Raise> {
    let plan = description::table(vm, description)?;
    Ok(add(vm, plan))
}

/// `Input::__create_event_stream`.
pub fn create_event_stream(vm: &mut Vm, description: &Rc<RecordObject>) -> Result<bool, Raise> {
    let plan = description::event(vm, description)?;
    Ok(add(vm, plan))
}

/// `Input::__create_analysis_stream`: there is no analysis of files here.
pub fn create_analysis_stream(vm: &mut Vm, description: &Rc<RecordObject>) -> bool {
    let name = description::text(description, "name");
    vm.error_without_place(format!("Input stream {name}: there is no file analysis here to take the data"));
    false
}

fn add(vm: &mut Vm, plan: Result<Plan, String>) -> bool {
    let plan = plan.and_then(|plan| match find(vm, &plan.origin.name) {
        Some(_) => Err(format!("Trying create already existing input stream {}", plan.origin.name)),
        None => Ok(plan),
    });
    let plan = match plan {
        Ok(plan) => plan,
        Err(message) => {
            vm.error_without_place(message);
            return false;
        }
    };
    let stream = Stream {
        origin: Rc::new(plan.origin),
        target: Rc::new(plan.target),
        info: Rc::new(plan.info),
        columns: plan.columns.into(),
        begin: plan.begin,
        reader: None,
        jobs: VecDeque::new(),
        removed: false,
    };
    let inputs = vm.state::<Inputs>();
    inputs.last += 1;
    let id = inputs.last;
    inputs.streams.insert(id, stream);
    if !std::mem::replace(&mut inputs.at_end, true) {
        vm.at_end(Box::new(|vm| {
            close_all(vm);
            Ok(())
        }));
    }
    put_down(vm, id, Job::Begin);
    true
}

fn find(vm: &mut Vm, name: &str) -> Option<u64> {
    let streams = &vm.state::<Inputs>().streams;
    streams.iter().find(|(_, stream)| stream.origin.name == name).map(|(id, _)| *id)
}

/// `Input::__remove_stream`; false where there is none of this name.
pub fn remove_stream(vm: &mut Vm, name: &str) -> bool {
    let Some(id) = find(vm, name) else { return false };
    if !retire(vm, id) {
        vm.warning_without_place(format!("Stream {name} is already queued for removal. Ignoring remove."));
    }
    true
}

/// `Input::__force_update`; false where there is none of this name.
pub fn force_update(vm: &mut Vm, name: &str) -> bool {
    let Some(id) = find(vm, name) else {
        vm.error_without_place(format!("Stream {name} not found"));
        return false;
    };
    if vm.state::<Inputs>().streams.get(&id).is_some_and(|stream| stream.removed) {
        vm.error_without_place(format!("Stream {name} is already queued for removal. Ignoring force update."));
        return false;
    }
    put_down(vm, id, Job::Update);
    true
}

/// Looks at the readers that wait for something; those that got it read soon.
pub fn poll(vm: &mut Vm) {
    if vm.state::<Inputs>().streams.is_empty() {
        return;
    }
    for id in vm.state::<Inputs>().streams.keys().copied().collect::<Vec<_>>() {
        let Some(mut reader) = take_reader(vm, id) else { continue };
        let ready = reader.poll(vm);
        give_back(vm, id, reader);
        if ready {
            put_down(vm, id, Job::Read);
        }
    }
}

/// Lets a stream do something as soon as the main loop runs what is due.
fn put_down(vm: &mut Vm, id: u64, job: Job) {
    let Some(stream) = vm.state::<Inputs>().streams.get_mut(&id) else { return };
    stream.jobs.push_back(job);
    vm.begin_work();
    vm.add_timer(
        0.0,
        Box::new(move |vm| {
            vm.finish_work();
            run_next(vm, id)
        }),
    );
}

/// Has a stream closed behind all that was put down for it; false where that is so already.
fn retire(vm: &mut Vm, id: u64) -> bool {
    let Some(stream) = vm.state::<Inputs>().streams.get_mut(&id) else { return false };
    if std::mem::replace(&mut stream.removed, true) {
        return false;
    }
    put_down(vm, id, Job::Close);
    true
}

fn take_reader(vm: &mut Vm, id: u64) -> Option<Box<dyn Reader>> {
    vm.state::<Inputs>().streams.get_mut(&id)?.reader.take()
}

fn give_back(vm: &mut Vm, id: u64, reader: Box<dyn Reader>) {
    if let Some(stream) = vm.state::<Inputs>().streams.get_mut(&id) {
        stream.reader = Some(reader);
    }
}

fn run_next(vm: &mut Vm, id: u64) -> Result<(), Raise> {
    let Some(stream) = vm.state::<Inputs>().streams.get_mut(&id) else { return Ok(()) };
    let Some(job) = stream.jobs.pop_front() else { return Ok(()) };
    let mut output = Output::default();
    match job {
        Job::Begin => begin(vm, id, &mut output),
        Job::Update => {
            if !read(vm, id, &mut output) {
                output.error("terminating thread");
            }
        }
        Job::Read => {
            read(vm, id, &mut output);
        }
        Job::Close => {
            if let Some(mut reader) = take_reader(vm, id) {
                reader.close(vm);
            }
            vm.state::<Inputs>().streams.remove(&id);
            return Ok(());
        }
    }
    let Some(stream) = vm.state::<Inputs>().streams.get(&id) else { return Ok(()) };
    let (origin, target) = (stream.origin.clone(), stream.target.clone());
    let is_over = output.is_over();
    deliver::deliver(vm, &origin, &target, output)?;
    if is_over {
        retire(vm, id);
    }
    Ok(())
}

/// Makes a stream's reader, which reads for the first time, and has it look again in every beat where it follows its
/// source.
fn begin(vm: &mut Vm, id: u64, output: &mut Output) {
    let Some(stream) = vm.state::<Inputs>().streams.get(&id) else { return };
    let (begin, info, columns) = (stream.begin, stream.info.clone(), stream.columns.clone());
    match begin(vm, &info, &columns, output) {
        Some(reader) => give_back(vm, id, reader),
        None => {
            output.error("Init failed");
            output.error("terminating thread");
        }
    }
    if !output.is_over() && info.mode != Mode::Manual {
        beat_later(vm, id);
    }
}

/// False where the reader failed or is gone, and reads no more.
fn read(vm: &mut Vm, id: u64, output: &mut Output) -> bool {
    let Some(mut reader) = take_reader(vm, id) else { return true };
    let goes_on = reader.read(vm, output);
    give_back(vm, id, reader);
    if !goes_on {
        output.end();
    }
    goes_on
}

fn beat_later(vm: &mut Vm, id: u64) {
    let beat = match vm.global_by_name("Threading::heartbeat_interval") {
        Some(Value::Interval(seconds)) if seconds > 0.0 => seconds,
        _ => BEAT,
    };
    let time = vm.network_time() + beat;
    vm.add_timer(
        time,
        Box::new(move |vm| {
            if vm.state::<Inputs>().streams.get(&id).is_some_and(|stream| !stream.removed) {
                put_down(vm, id, Job::Read);
                beat_later(vm, id);
            }
            Ok(())
        }),
    );
}

/// The end: what is open is closed, processes end.
fn close_all(vm: &mut Vm) {
    for stream in std::mem::take(&mut vm.state::<Inputs>().streams).into_values() {
        if let Some(mut reader) = stream.reader {
            reader.close(vm);
        }
    }
}
