//! From what a reader found to tables and events of scripts.

use std::rc::Rc;

use super::output::{Message, Output};
use super::table::TableTarget;
use super::values;
use crate::diag::{Code, Diagnostic, Severity};
use crate::logging::LogValue;
use crate::source::Span;
use crate::types::TypeRef;
use crate::value::{FuncObject, Value};
use crate::vm::{Raise, RaiseKind, Vm};

/// Who a stream is: what its events and messages tell.
pub(super) struct Origin {
    pub(super) name: String,
    pub(super) source: String,
    /// The reader in messages: `FILE/Input::READER_ASCII`.
    pub(super) label: String,
    pub(super) description: Value,
    pub(super) error_event: Option<Rc<FuncObject>>,
}

/// Where the rows of a stream go.
pub(super) enum Target {
    Table(TableTarget),
    Event(EventTarget),
}

/// An event for each row.
pub(super) struct EventTarget {
    pub(super) event: Rc<FuncObject>,
    pub(super) fields: TypeRef,
    /// Whether it takes the row as one record.
    pub(super) want_record: bool,
}

impl Origin {
    /// Reports a problem that the reader did not see, to the stream's own event first.
    pub(super) fn say(&self, vm: &mut Vm, severity: Severity, message: String) {
        self.tell(vm, severity, &message);
        report(vm, severity, message);
    }

    fn tell(&self, vm: &mut Vm, severity: Severity, message: &str) {
        let Some(event) = &self.error_event else { return };
        let level = match severity {
            Severity::Note => "Reporter::INFO",
            Severity::Warning => "Reporter::WARNING",
            Severity::Error | Severity::Fatal => "Reporter::ERROR",
        };
        let level = vm.global_by_name(level).unwrap_or_default();
        vm.queue_event(event, [self.description.clone(), Value::string(message), level]);
    }
}

fn report(vm: &mut Vm, severity: Severity, message: String) {
    let code = if severity.is_error() { Code::RunTime } else { Code::RunTimeWarning };
    vm.report(&Diagnostic::new(severity, code, Span::NONE, message));
}

/// What happened to a row, as scripts are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    New,
    Changed,
    Removed,
}

impl Change {
    pub(super) fn value(self, vm: &Vm) -> Value {
        let name = match self {
            Change::New => "Input::EVENT_NEW",
            Change::Changed => "Input::EVENT_CHANGED",
            Change::Removed => "Input::EVENT_REMOVED",
        };
        vm.global_by_name(name).unwrap_or_default()
    }
}

/// Hands over everything in order. The error says that the program must stop.
pub(super) fn deliver(vm: &mut Vm, origin: &Origin, target: &Target, output: Output) -> Result<(), Raise> {
    for message in output.messages {
        let result = match message {
            Message::Row(values) => match target {
                Target::Table(table) => table.row(vm, origin, &values),
                Target::Event(event) => event.row(vm, origin, &values),
            },
            Message::Added(values) => match target {
                Target::Table(table) => table.added(vm, origin, &values),
                Target::Event(event) => event.row(vm, origin, &values),
            },
            Message::End => {
                let result = match target {
                    Target::Table(table) => table.end(vm, origin),
                    Target::Event(_) => Ok(()),
                };
                let arguments = [Value::string(&origin.name), Value::string(&origin.source)];
                vm.queue_event_by_name("Input::end_of_data", arguments);
                result
            }
            Message::Event(name, arguments) => {
                own_event(vm, origin, name, &arguments);
                Ok(())
            }
            Message::Report(severity, text) => {
                origin.tell(vm, severity, &text);
                report(vm, severity, format!("{}: {text}", origin.label));
                Ok(())
            }
        };
        only_exit(vm, result)?;
    }
    Ok(())
}

/// What else stops a row from being taken stops only that row.
fn only_exit(vm: &mut Vm, result: Result<(), Raise>) -> Result<(), Raise> {
    let Err(raise) = result else { return Ok(()) };
    match raise.kind() {
        RaiseKind::Exit(_) => return Err(raise),
        RaiseKind::Error(error) => {
            let message = error.message.clone();
            vm.error_without_place(message);
        }
        RaiseKind::Null | RaiseKind::Handler | RaiseKind::Assertion | RaiseKind::Pending => {}
    }
    Ok(())
}

/// An event that a reader raises itself.
fn own_event(vm: &mut Vm, origin: &Origin, name: &str, arguments: &[(LogValue, TypeRef)]) {
    let mut values = Vec::with_capacity(arguments.len());
    for (from, ty) in arguments {
        match values::value(vm, origin, from, ty) {
            Some(value) => values.push(value),
            None => {
                vm.error_without_place(format!("SendEvent for event {name} failed"));
                return;
            }
        }
    }
    vm.queue_event_by_name(name, values);
}

impl EventTarget {
    fn row(&self, vm: &mut Vm, origin: &Origin, row: &[LogValue]) -> Result<(), Raise> {
        let mut row = row.iter();
        let fields = if self.want_record {
            values::record(vm, origin, &mut row, &self.fields)?.map(|record| vec![record])
        } else {
            values::fields(vm, origin, &mut row, &self.fields)?
        };
        let Some(fields) = fields else { return Ok(()) };
        let mut arguments = vec![origin.description.clone(), Change::New.value(vm)];
        arguments.extend(fields);
        vm.queue_event(&self.event, arguments);
        Ok(())
    }
}
