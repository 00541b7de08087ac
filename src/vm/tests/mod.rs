//! Scripts run on a machine without an outside.

mod errors;
mod language;
mod later;

use std::cell::RefCell;
use std::rc::Rc;

use super::{Host, MemoryHost, Vm};
use crate::builtins;
use crate::diag::bro;
use crate::program::{GlobalKind, Program};
use crate::sema::{Action, Checker, Options};
use crate::source::Symbol;
use crate::syntax::ast::{DeclKind, Flavor};
use crate::syntax::parse_file;
use crate::types::TypeTag;
use crate::value::{FuncKind, FuncObject, Value};

/// A machine with a script loaded, and what it printed and reported.
pub(super) struct Run {
    pub(super) vm: Vm,
    pub(super) messages: Rc<RefCell<Vec<String>>>,
    output: Rc<RefCell<Vec<u8>>>,
}

/// Keeps what is printed where the test can see it.
struct Recorder {
    host: MemoryHost,
    output: Rc<RefCell<Vec<u8>>>,
}

macro_rules! forward {
    ($($name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)?;)*) => {
        $(fn $name(&mut self, $($argument: $ty),*) $(-> $result)? { self.host.$name($($argument),*) })*
    };
}

impl Host for Recorder {
    forward! {
        now() -> f64;
        wait(seconds: f64);
        set_variable(name: &str, value: &str);
        write_error(bytes: &[u8]);
        flush();
        open(path: &str, mode: super::OpenMode) -> std::io::Result<u32>;
        read(handle: u32, limit: usize) -> std::io::Result<Vec<u8>>;
        seek(handle: u32, place: u64) -> std::io::Result<()>;
        start_process(start: super::ProcessStart) -> std::io::Result<super::ProcessId>;
        process_news(id: super::ProcessId) -> super::ProcessNews;
        end_process(id: super::ProcessId, force: bool);
        write(handle: u32, bytes: &[u8]) -> std::io::Result<()>;
        flush_file(handle: u32) -> std::io::Result<()>;
        set_unbuffered(handle: u32, unbuffered: bool);
        close(handle: u32) -> std::io::Result<()>;
        rename(from: &str, to: &str) -> std::io::Result<()>;
        remove(path: &str) -> std::io::Result<()>;
        create_directory(path: &str) -> std::io::Result<()>;
        remove_directory(path: &str) -> std::io::Result<()>;
        entropy(bytes: &mut [u8]);
        run_command(command: &str, variables: &[(String, String)], input: &[u8]) -> std::io::Result<i32>;
        syslog(message: &str);
        begin_lookup(id: super::LookupId, question: super::Lookup);
        answers() -> Vec<(super::LookupId, super::LookupAnswer)>;
        resolve(name: &str) -> Vec<std::net::IpAddr>;
    }

    fn write_output(&mut self, bytes: &[u8]) {
        self.output.borrow_mut().extend_from_slice(bytes);
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.host.variable(name)
    }

    fn status(&self, path: &str) -> std::io::Result<super::FileStatus> {
        self.host.status(path)
    }

    fn list_directory(&self, path: &str) -> std::io::Result<Vec<String>> {
        self.host.list_directory(path)
    }

    fn read_file(&self, path: &str) -> std::io::Result<Vec<u8>> {
        self.host.read_file(path)
    }

    fn database_file(&self, path: &str) -> std::io::Result<Option<String>> {
        self.host.database_file(path)
    }

    fn process_id(&self) -> u32 {
        self.host.process_id()
    }

    fn host_name(&self) -> String {
        self.host.host_name()
    }
}

impl Run {
    /// Loads a script; panics with the messages where it has errors.
    pub(super) fn load(script: &str) -> Run {
        let messages: Rc<RefCell<Vec<String>>> = Rc::default();
        let output: Rc<RefCell<Vec<u8>>> = Rc::default();
        let host = Recorder { host: MemoryHost::at(1_000_000.0), output: output.clone() };
        let mut vm = Vm::new(Program::new(builtins::find), Box::new(host), builtins::FAMILIES);
        vm.set_network_time(1_000_000.0);
        let sink = messages.clone();
        vm.set_reporter(Box::new(move |vm, diagnostic| {
            sink.borrow_mut().push(bro::line(&vm.program.sources, diagnostic));
        }));
        let mut run = Run { vm, messages, output };
        run.declare(script);
        run
    }

    fn declare(&mut self, script: &str) {
        let file = self.vm.program.sources.add("test.bro", script.as_bytes().into(), false);
        let (declarations, errors) = parse_file(file, script.as_bytes());
        assert!(errors.is_empty(), "{errors:?}");
        let mut module = Symbol::new("GLOBAL");
        let mut statements = Vec::new();
        for declaration in declarations {
            if let DeclKind::Module(name) = &declaration.kind {
                module = name.name;
                continue;
            }
            let outcome = Checker::new(&mut self.vm.program, module, Options::default()).declare(&declaration);
            let lines: Vec<String> =
                outcome.diagnostics.iter().map(|found| bro::line(&self.vm.program.sources, found)).collect();
            assert!(!outcome.diagnostics.iter().any(|found| found.severity.is_error()), "{lines:?}");
            for action in outcome.actions {
                match action {
                    Action::Statement(body) => statements.push(body),
                    action => self.perform(action),
                }
            }
        }
        for statement in statements {
            let _ = self.vm.run_body(statement, &[]);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Define(id) => {
                let global = self.vm.program.global(id);
                let (name, ty, attributes) = (global.name, global.ty.clone(), global.attributes.clone());
                let value = match global.kind {
                    GlobalKind::EnumConst(_) => return,
                    GlobalKind::Native(index) => {
                        Value::Func(Rc::new(FuncObject { name, ty, kind: FuncKind::Native(index) }))
                    }
                    _ if ty.as_func().is_some_and(|func| func.flavor != Flavor::Function) => {
                        Value::Func(FuncObject::script(name, ty))
                    }
                    _ if ty.is(TypeTag::Func) => return,
                    _ => self.vm.empty_value(&ty).unwrap(),
                };
                if let Value::Table(table) = &value {
                    table.attributes.replace(attributes.table);
                }
                self.vm.set_global(id, value);
            }
            Action::Run(body) => {
                let _ = self.vm.run_body(body, &[]);
            }
            Action::Attributes(id) => {
                if let Value::Table(table) = self.vm.global(id) {
                    table.attributes.replace(self.vm.program.global(id).attributes.table.clone());
                }
            }
            Action::AddBody(id, body) => {
                let func = match self.vm.global(id) {
                    Value::Func(func) => func,
                    _ => FuncObject::script(self.vm.program.global(id).name, self.vm.program.global(id).ty.clone()),
                };
                func.add_body(body);
                self.vm.set_global(id, Value::Func(func));
            }
            _ => {}
        }
    }

    /// Queues an event and runs what follows.
    pub(super) fn event(&mut self, name: &str) {
        self.vm.queue_event_by_name(name, []);
        for _ in 0..20 {
            self.vm.drain_events().unwrap();
        }
    }

    /// Lets time pass in steps of a second.
    pub(super) fn pass(&mut self, seconds: usize) {
        for _ in 0..seconds {
            let now = self.vm.network_time() + 1.0;
            self.vm.set_network_time(now);
            self.vm.run_timers(1000).unwrap();
            self.vm.drain_events().unwrap();
        }
    }

    pub(super) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.output.borrow()).into_owned()
    }

    pub(super) fn reported(&self) -> String {
        self.messages.borrow().join("\n")
    }
}

/// What a script prints from `bro_init`.
pub(super) fn output(script: &str) -> String {
    let mut run = Run::load(script);
    run.event("bro_init");
    assert_eq!(run.reported(), "", "{}", run.printed());
    run.printed()
}

/// What the statements of a `bro_init` print.
pub(super) fn body(statements: &str) -> String {
    output(&format!("event bro_init() {{ {statements} }}"))
}
