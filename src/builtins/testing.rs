//! Calls natives from tests, without a script around.

use std::cell::RefCell;
use std::rc::Rc;

use crate::builtins;
use crate::diag::bro;
use crate::program::Program;
use crate::value::Value;
use crate::vm::{Arguments, MemoryHost, Raise, Vm};

/// A machine without scripts, and what it had to say.
pub(crate) struct Natives {
    pub(crate) vm: Vm,
    messages: Rc<RefCell<String>>,
}

impl Natives {
    pub(crate) fn new() -> Self {
        let mut vm = Vm::new(Program::new(builtins::find), Box::new(MemoryHost::new()), builtins::FAMILIES);
        let messages = Rc::new(RefCell::new(String::new()));
        let heard = messages.clone();
        vm.set_reporter(Box::new(move |vm, diagnostic| {
            heard.borrow_mut().push_str(&bro::line(&vm.program.sources, diagnostic));
            heard.borrow_mut().push('\n');
        }));
        Natives { vm, messages }
    }

    pub(crate) fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Raise> {
        let native = builtins::get(name).unwrap();
        (native.call)(&mut self.vm, &mut Arguments::new(&mut arguments.to_vec()))
    }

    /// What a call gives, as `cat` shows it.
    pub(crate) fn text(&mut self, name: &str, arguments: &[Value]) -> String {
        let result = self.call(name, arguments).unwrap();
        String::from_utf8(result.to_text()).unwrap()
    }

    /// The message of the error that a call ends with.
    pub(crate) fn refusal(&mut self, name: &str, arguments: &[Value]) -> String {
        self.call(name, arguments).unwrap_err().to_string()
    }

    /// The messages since the last time.
    pub(crate) fn messages(&mut self) -> String {
        self.messages.take()
    }
}
