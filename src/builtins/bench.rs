//! What the tests of natives share that need a certain world around: a machine on a host of their choice, calls by
//! name, and what was reported.

use std::cell::RefCell;
use std::rc::Rc;

use super::{FAMILIES, find, get};
use crate::program::Program;
use crate::value::Value;
use crate::vm::{Arguments, Host, MemoryHost, Raise, Vm};

pub(crate) struct Bench {
    pub(crate) vm: Vm,
    reports: Rc<RefCell<Vec<String>>>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with_host(MemoryHost::at(1_300_000_000.5))
    }

    pub(crate) fn with_host(host: impl Host + 'static) -> Self {
        let mut vm = Vm::new(Program::new(find), Box::new(host), FAMILIES);
        let reports = Rc::new(RefCell::new(Vec::new()));
        let sink = reports.clone();
        vm.set_reporter(Box::new(move |vm, diagnostic| {
            sink.borrow_mut().push(crate::diag::bro::line(&vm.program.sources, diagnostic));
        }));
        Bench { vm, reports }
    }

    pub(crate) fn try_call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Raise> {
        let native = get(name).unwrap_or_else(|| panic!("{name} is no native"));
        (native.call)(&mut self.vm, &mut Arguments::new(&mut arguments.to_vec()))
    }

    pub(crate) fn call(&mut self, name: &str, arguments: &[Value]) -> Value {
        self.try_call(name, arguments).unwrap()
    }

    /// The result as `cat` shows it.
    pub(crate) fn text(&mut self, name: &str, arguments: &[Value]) -> String {
        String::from_utf8_lossy(&self.call(name, arguments).to_text()).into_owned()
    }

    /// What was reported since the last time.
    pub(crate) fn reports(&mut self) -> Vec<String> {
        self.reports.take()
    }
}
