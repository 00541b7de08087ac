//! `Reporter::*`: messages from scripts, weirds and how they are sampled; and how whatever is reported becomes events.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::results::{message_text, string_set, without_zeros};
use crate::diag::{Code, Diagnostic, Severity, bro};
use crate::value::{Address, RecordObject, TableObject, Text, Value};
use crate::vm::{Interval, Raise, Vm, natives};

/// The event that a message of this severity raises, and the setting that keeps it from standard error. What stops
/// everything has neither.
fn names(severity: Severity) -> Option<(&'static str, &'static str)> {
    match severity {
        Severity::Note => Some(("reporter_info", "Reporter::info_to_stderr")),
        Severity::Warning => Some(("reporter_warning", "Reporter::warnings_to_stderr")),
        Severity::Error => Some(("reporter_error", "Reporter::errors_to_stderr")),
        Severity::Fatal => None,
    }
}

/// Whether messages become events: not before all scripts are loaded.
#[derive(Default)]
struct ViaEvents(bool);

/// From now on messages become events.
pub fn begin_events(vm: &mut Vm) {
    vm.state::<ViaEvents>().0 = true;
}

/// Raises Bro's event for a diagnostic, unless a handler of such an event has caused it.
pub fn raise_event(vm: &mut Vm, diagnostic: &Diagnostic) {
    const HANDLERS: [&str; 3] = ["in event reporter_info", "in event reporter_warning", "in event reporter_error"];
    let began = vm.failed_handler().is_none_or(|event| !event.as_str().starts_with("reporter_"));
    if !vm.state::<ViaEvents>().0 || !began || vm.back_trace().iter().any(|(_, call)| HANDLERS.contains(&call.as_str()))
    {
        return;
    }
    if let Some((event, _)) = names(diagnostic.severity) {
        let place = bro::places(&vm.program.sources, diagnostic);
        let time = Value::Time(vm.network_time());
        vm.queue_event_by_name(event, [time, Value::string(bro::message(diagnostic)), Value::string(place)]);
    }
}

/// Whether scripts let messages of this severity go to standard error. While scripts are loaded all do.
pub fn goes_to_standard_error(vm: &mut Vm, severity: Severity) -> bool {
    if !vm.state::<ViaEvents>().0 {
        return true;
    }
    let setting = names(severity).and_then(|(_, setting)| vm.global_by_name(setting));
    !matches!(setting, Some(Value::Bool(false)))
}

/// The number that a setting has, 0 where it is not declared.
pub(super) fn setting(vm: &Vm, name: &str) -> i64 {
    match vm.global_by_name(name) {
        Some(Value::Count(number)) => number as i64,
        Some(Value::Int(number)) => number,
        _ => 0,
    }
}

/// What weirds are counted by beside their name.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Subject {
    Net,
    Flow(Address, Address),
    Connection(Vec<u8>),
}

/// Weirds of one name and subject since the first of them.
struct Counted {
    since: f64,
    count: u64,
}

/// How weirds are sampled, and those seen so far.
#[derive(Default)]
struct Weirds {
    exempt: Option<Rc<TableObject>>,
    threshold: Option<u64>,
    rate: Option<u64>,
    duration: Option<f64>,
    counted: FxHashMap<(Subject, Vec<u8>), Counted>,
    total: u64,
    by_name: FxHashMap<Vec<u8>, u64>,
}

fn exempt(vm: &mut Vm) -> Rc<TableObject> {
    if let Some(set) = vm.state::<Weirds>().exempt.clone() {
        return set;
    }
    match vm.global_by_name("Weird::sampling_whitelist") {
        Some(Value::Table(set)) => set,
        _ => string_set([b""; 0]),
    }
}

fn threshold(vm: &mut Vm) -> u64 {
    vm.state::<Weirds>().threshold.unwrap_or_else(|| setting(vm, "Weird::sampling_threshold") as u64)
}

fn rate(vm: &mut Vm) -> u64 {
    vm.state::<Weirds>().rate.unwrap_or_else(|| setting(vm, "Weird::sampling_rate") as u64)
}

fn duration(vm: &mut Vm) -> f64 {
    vm.state::<Weirds>().duration.unwrap_or_else(|| match vm.global_by_name("Weird::sampling_duration") {
        Some(Value::Interval(seconds)) => seconds,
        _ => 0.0,
    })
}

/// Counts a weird and tells whether it becomes an event: all do up to the threshold, then one in so many.
fn permits(vm: &mut Vm, subject: Subject, name: &[u8]) -> bool {
    let now = vm.network_time();
    let (threshold, rate, duration) = (threshold(vm), rate(vm), duration(vm));
    let is_exempt = exempt(vm).contains(&[Value::string(name)]);
    let weirds = vm.state::<Weirds>();
    weirds.total += 1;
    *weirds.by_name.entry(name.to_vec()).or_default() += 1;
    if is_exempt {
        return true;
    }
    let counted = weirds.counted.entry((subject, name.to_vec())).or_insert(Counted { since: now, count: 0 });
    if now > counted.since + duration {
        *counted = Counted { since: now, count: 0 };
    }
    counted.count += 1;
    match counted.count.checked_sub(threshold) {
        None | Some(0) => true,
        Some(above) => rate > 0 && above % rate == 0,
    }
}

/// Weirds so far, in all and by name.
pub(super) fn weird_counts(vm: &mut Vm) -> (u64, Vec<(Vec<u8>, u64)>) {
    let weirds = vm.state::<Weirds>();
    let mut by_name: Vec<_> = weirds.by_name.iter().map(|(name, count)| (name.clone(), *count)).collect();
    by_name.sort();
    (weirds.total, by_name)
}

/// A weird of nothing in particular.
pub(super) fn net_weird(vm: &mut Vm, name: &str) {
    if permits(vm, Subject::Net, name.as_bytes()) {
        vm.queue_event_by_name("net_weird", [Value::string(name)]);
    }
}

/// Reports at the call of the native that runs.
fn say(vm: &mut Vm, severity: Severity, code: Code, text: &Text) {
    let message = message_text(vm, text).into_owned();
    let place = vm.place();
    vm.report(&Diagnostic::new(severity, code, place, message));
}

natives! {
    /// Reports a message for information; the event is `reporter_info`.
    #[example("Reporter::info(\"hello\")", "T")]
    fn "Reporter::info" = "function(msg: string): bool";
    |vm, msg: Rc<Text>| -> bool {
        say(vm, Severity::Note, Code::RunTimeInfo, &msg);
        Ok(true)
    }

    /// Reports a warning; the event is `reporter_warning`.
    #[example("Reporter::warning(\"take care\")", "T")]
    fn "Reporter::warning" = "function(msg: string): bool";
    |vm, msg: Rc<Text>| -> bool {
        say(vm, Severity::Warning, Code::RunTimeWarning, &msg);
        Ok(true)
    }

    /// Reports an error; the event is `reporter_error`. The script goes on.
    #[example("Reporter::error(\"that was wrong\")", "T")]
    fn "Reporter::error" = "function(msg: string): bool";
    |vm, msg: Rc<Text>| -> bool {
        say(vm, Severity::Error, Code::RunTime, &msg);
        Ok(true)
    }

    /// Reports an error and ends the program at once.
    fn "Reporter::fatal" = "function(msg: string): bool";
    |vm, msg: Rc<Text>| -> bool {
        say(vm, Severity::Fatal, Code::RunTime, &msg);
        Err(Raise::exit(1))
    }

    /// Reports an error and ends the program at once. Zeek also leaves a memory dump.
    fn "Reporter::fatal_error_with_core" = "function(msg: string): bool";
    |vm, msg: Rc<Text>| -> bool {
        say(vm, Severity::Fatal, Code::RunTime, &msg);
        Err(Raise::exit(1))
    }

    /// Raises `net_weird`, unless so many weirds of that name were raised that they are sampled.
    #[example("Reporter::net_weird(\"odd\")", "T")]
    fn "Reporter::net_weird" = "function(name: string, addl: string &default=\"\", source: string &default=\"\"): bool";
    |vm, name: Rc<Text>, _addl: Rc<Text>, _source: Rc<Text>| -> bool {
        let name = without_zeros(vm, &name);
        if permits(vm, Subject::Net, name) {
            vm.queue_event_by_name("net_weird", [Value::string(name)]);
        }
        Ok(true)
    }

    /// Raises `flow_weird` for two hosts, unless so many weirds of that name and these hosts were raised that they are
    /// sampled.
    #[example("Reporter::flow_weird(\"odd\", 10.0.0.1, 10.0.0.2)", "T")]
    fn "Reporter::flow_weird" = "function(name: string, orig: addr, resp: addr, addl: string &default=\"\", \
        source: string &default=\"\"): bool";
    |vm, name: Rc<Text>, orig: Address, resp: Address, _addl: Rc<Text>, _source: Rc<Text>| -> bool {
        let name = without_zeros(vm, &name);
        if permits(vm, Subject::Flow(orig, resp), name) {
            vm.queue_event_by_name("flow_weird", [Value::string(name), orig.to_value(), resp.to_value()]);
        }
        Ok(true)
    }

    /// Raises `conn_weird` for a connection, unless so many weirds of that name and this connection were raised that
    /// they are sampled.
    fn "Reporter::conn_weird" = "function(name: string, c: connection, addl: string &default=\"\", \
        source: string &default=\"\"): bool";
    |vm, name: Rc<Text>, c: Rc<RecordObject>, addl: Rc<Text>, _source: Rc<Text>| -> bool {
        let uid = c.record_type().and_then(|ty| ty.offset("uid".into())).map(|offset| c.get(offset));
        let uid = uid.as_ref().and_then(Value::as_bytes).unwrap_or_default().to_vec();
        let name = without_zeros(vm, &name);
        if permits(vm, Subject::Connection(uid), name) {
            let addl = Value::string(without_zeros(vm, &addl));
            vm.queue_event_by_name("conn_weird", [Value::string(name), Value::Record(c), addl]);
        }
        Ok(true)
    }

    /// Gives the names of weirds that are never sampled.
    #[example("|Reporter::get_weird_sampling_whitelist()|", "0")]
    fn "Reporter::get_weird_sampling_whitelist" = "function(): string_set";
    |vm| -> Rc<TableObject> {
        let names = exempt(vm).snapshot();
        Ok(string_set(names.iter().filter_map(|(key, _)| key.first()?.as_bytes())))
    }

    /// Sets the names of weirds that are never sampled.
    #[example("Reporter::set_weird_sampling_whitelist(set(\"odd\"))", "T")]
    fn "Reporter::set_weird_sampling_whitelist" = "function(weird_sampling_whitelist: string_set): bool";
    |vm, weird_sampling_whitelist: Rc<TableObject>| -> bool {
        let names = weird_sampling_whitelist.snapshot();
        let names = string_set(names.iter().filter_map(|(key, _)| key.first()?.as_bytes()));
        vm.state::<Weirds>().exempt = Some(names);
        Ok(true)
    }

    /// Gives how many weirds of one name pass before sampling starts.
    #[example("Reporter::get_weird_sampling_threshold()", "25")]
    fn "Reporter::get_weird_sampling_threshold" = "function(): count";
    |vm| -> u64 {
        Ok(threshold(vm))
    }

    /// Sets how many weirds of one name pass before sampling starts.
    #[example("Reporter::set_weird_sampling_threshold(10)", "T")]
    fn "Reporter::set_weird_sampling_threshold" = "function(weird_sampling_threshold: count): bool";
    |vm, weird_sampling_threshold: u64| -> bool {
        vm.state::<Weirds>().threshold = Some(weird_sampling_threshold);
        Ok(true)
    }

    /// Gives of how many sampled weirds one passes; 0 for none.
    #[example("Reporter::get_weird_sampling_rate()", "1000")]
    fn "Reporter::get_weird_sampling_rate" = "function(): count";
    |vm| -> u64 {
        Ok(rate(vm))
    }

    /// Sets of how many sampled weirds one passes; 0 for none.
    #[example("Reporter::set_weird_sampling_rate(10)", "T")]
    fn "Reporter::set_weird_sampling_rate" = "function(weird_sampling_rate: count): bool";
    |vm, weird_sampling_rate: u64| -> bool {
        vm.state::<Weirds>().rate = Some(weird_sampling_rate);
        Ok(true)
    }

    /// Gives how long weirds of one name are counted before all pass again.
    #[example("Reporter::get_weird_sampling_duration()", "10.0 mins")]
    fn "Reporter::get_weird_sampling_duration" = "function(): interval";
    |vm| -> Interval {
        Ok(Interval(duration(vm)))
    }

    /// Sets how long weirds of one name are counted before all pass again.
    #[example("Reporter::set_weird_sampling_duration(1min)", "T")]
    fn "Reporter::set_weird_sampling_duration" = "function(weird_sampling_duration: interval): bool";
    |vm, weird_sampling_duration: f64| -> bool {
        vm.state::<Weirds>().duration = Some(weird_sampling_duration);
        Ok(true)
    }
}
