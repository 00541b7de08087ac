//! Rotation: logs that are closed under another name from time to time.

use super::{Logs, Open, Rotated, Tally, WriterKey, with_writer};
use crate::calendar::{local_time, next_rotation, strftime};
use crate::types::EnumType;
use crate::value::Value;
use crate::vm::{Raise, Vm};

/// The first look at the time, where there is none yet when a log begins.
const EARLY: f64 = 1.0;

fn find<'a>(vm: &'a mut Vm, stream: i32, key: &WriterKey) -> Option<&'a mut Open> {
    vm.state::<Logs>().streams.get_mut(&stream)?.writers.get_mut(key)
}

/// Sets the timer of the next rotation of a log.
pub(super) fn plan(vm: &mut Vm, stream: i32, key: &WriterKey) {
    if vm.is_terminating() {
        return;
    }
    let now = vm.network_time();
    let plan = vm.state::<Logs>().plans + 1;
    vm.state::<Logs>().plans = plan;
    let Some(open) = find(vm, stream, key) else { return };
    if open.interval == 0.0 {
        return;
    }
    let interval = open.interval;
    let has_time = now != 0.0;
    if has_time && open.opened == 0.0 {
        open.opened = now;
    }
    open.plan = has_time.then_some(plan);
    let time = if has_time {
        let base = vm.rotation_base();
        let zone = vm.time_zone();
        now + next_rotation(&zone, now, interval, base)
    } else {
        EARLY
    };
    let key = key.clone();
    vm.add_timer(
        time,
        Box::new(move |vm| {
            let due = find(vm, stream, &key).is_some_and(|open| !has_time || open.plan == Some(plan));
            if due && has_time {
                let terminating = vm.is_terminating();
                rotate(vm, stream, &key, terminating)?;
            }
            if due {
                let now = vm.network_time();
                if let Some(open) = find(vm, stream, &key) {
                    open.opened = now;
                }
                self::plan(vm, stream, &key);
            }
            Ok(())
        }),
    );
}

/// Rotates a log now, and tells its post-processor.
pub(super) fn rotate(vm: &mut Vm, stream: i32, key: &WriterKey, terminating: bool) -> Result<(), Raise> {
    let Some(open) = find(vm, stream, key) else { return Ok(()) };
    let (path, opened) = (open.info.path.clone(), open.opened);
    let (name, writer, postprocessor) = (open.info.name(), open.info.writer.clone(), open.postprocessor.clone());
    let zone = vm.time_zone();
    let time = local_time(&zone, opened).map(|time| strftime(b"%y-%m-%d_%H.%M.%S", &time)).unwrap_or_default();
    let rotated_path = format!("{path}-{}", String::from_utf8_lossy(&time));
    let mut rotated = None;
    with_writer(vm, stream, key, |writer, vm| {
        rotated = Some(writer.rotate(vm, &rotated_path)?);
        Ok(())
    });
    let Some(Rotated::Done { new_name, old_name }) = rotated else { return Ok(()) };
    Tally::begin_anew(vm, &path);
    let info = info(vm, key.0, &writer, &[&new_name, &path], opened, terminating)?;
    let default = || match vm.global_by_name("Log::__default_rotation_postprocessor") {
        Some(Value::Func(func)) => Some(func),
        _ => None,
    };
    let Some(func) = postprocessor.or_else(default) else { return Ok(()) };
    if !matches!(vm.call(&func, &[info])?, Value::Bool(true)) {
        vm.error_without_place(format!("{name}: error rotating {old_name} to {new_name}"));
    }
    Ok(())
}

/// The record that post-processors take.
fn info(
    vm: &mut Vm,
    kind: i32,
    writer: &str,
    names: &[&str; 2],
    opened: f64,
    terminating: bool,
) -> Result<Value, Raise> {
    let declared = vm.program.find("Log::RotationInfo".into()).map(|id| vm.program.global(id).ty.clone());
    let ty = declared.ok_or_else(|| Raise::error("type Log::RotationInfo is not declared"))?;
    let value = vm.new_record(&ty)?;
    if let (Value::Record(record), Some(of)) = (&value, ty.as_record()) {
        let of_writers = of.field(0).and_then(|field| field.ty.as_enum().cloned());
        let writers = of_writers.unwrap_or_else(|| std::rc::Rc::new(EnumType::new(writer.into())));
        let [new_name, path] = names;
        let fields = [
            ("writer", Value::Enum(kind, writers)),
            ("fname", Value::string(new_name)),
            ("path", Value::string(path)),
            ("open", Value::Time(opened)),
            ("close", Value::Time(vm.network_time())),
            ("terminating", Value::Bool(terminating)),
        ];
        for (name, value) in fields {
            if let Some(offset) = of.offset(name.into()) {
                record.set(offset, value);
            }
        }
    }
    Ok(value)
}
