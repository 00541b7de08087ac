//! Frames and the registers they stand on.

use std::cell::RefCell;
use std::rc::Rc;

use super::Vm;
use crate::code::{Code, NUMBER_WINDOW, VALUE_WINDOW};
use crate::value::{FuncObject, Value};

/// The numbers that a frame can name.
pub(super) type Numbers = [u64; NUMBER_WINDOW];

/// The values that a frame can name.
pub(super) type Values = [Value; VALUE_WINDOW];

/// Both banks of registers of a run of calls. Windows of frames overlap: a callee's begins at its arguments.
///
/// There is always a whole window behind the last frame's base, so that naming a register needs no check.
#[derive(Default)]
pub(super) struct Stack {
    pub(super) numbers: Vec<u64>,
    pub(super) values: Vec<Value>,
}

/// The registers of one run take 128 MB of memory and 128 MB at most.
const MAX_NUMBERS: usize = 1 << 24;
const MAX_VALUES: usize = 1 << 23;

impl Stack {
    /// Makes room for windows that begin at these registers; false where a run may not have as many.
    #[inline]
    pub(super) fn reserve(&mut self, numbers: usize, values: usize) -> bool {
        if numbers + NUMBER_WINDOW > self.numbers.len() || values + VALUE_WINDOW > self.values.len() {
            return self.grow(numbers, values);
        }
        true
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, numbers: usize, values: usize) -> bool {
        if numbers > MAX_NUMBERS || values > MAX_VALUES {
            return false;
        }
        if numbers + NUMBER_WINDOW > self.numbers.len() {
            if self.numbers.is_empty() {
                // Fresh zeroed memory costs nothing until it is touched.
                self.numbers = vec![0; 2 * NUMBER_WINDOW];
            } else {
                self.numbers.resize((numbers + NUMBER_WINDOW).max(self.numbers.len() * 2), 0);
            }
        }
        if values + VALUE_WINDOW > self.values.len() {
            let length = (values + VALUE_WINDOW).max((self.values.len() * 2).min(MAX_VALUES + VALUE_WINDOW));
            self.values.resize(length, Value::Unset);
        }
        true
    }
}

thread_local! {
    /// Banks of numbers that no run uses, for whichever engine of this thread runs next: they are large, and most of
    /// the time hundreds of engines wait for one. Values belong to their engine and stay there.
    static NUMBERS: RefCell<Vec<Vec<u64>>> = const { RefCell::new(Vec::new()) };
}

impl Vm {
    /// A stack for a run.
    #[inline]
    pub(super) fn take_stack(&mut self) -> Stack {
        let mut stack = self.stacks.pop().unwrap_or_default();
        stack.numbers = NUMBERS.with_borrow_mut(Vec::pop).unwrap_or_default();
        stack
    }

    /// The end of what [`Vm::take_stack`] began.
    #[inline]
    pub(super) fn give_back(&mut self, mut stack: Stack) {
        let numbers = std::mem::take(&mut stack.numbers);
        NUMBERS.with_borrow_mut(|banks| banks.push(numbers));
        self.stacks.push(stack);
    }
}

/// A body that waits for a call of its own to return, or for the machine.
pub(super) struct Frame {
    pub(super) code: Rc<Code>,
    /// The closure whose body this is.
    pub(super) closure: Option<Rc<FuncObject>>,
    /// The instruction that calls.
    pub(super) position: usize,
    /// Where the frame's windows begin.
    pub(super) numbers: usize,
    pub(super) values: usize,
}
