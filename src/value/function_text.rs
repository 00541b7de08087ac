//! Functions as text: their name and, behind it, their bodies.
//!
//! A value knows its bodies by number only; the machine has their text. So where a text may show functions it is made
//! under [`with_bodies`]: a body that is met for the first time leaves a mark, and the text is made again once the
//! machine has said what stands there. Anywhere else, in messages say, a function shows as its name.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{BodyId, FuncKind, FuncObject};

#[derive(Default)]
struct Bodies {
    known: FxHashMap<BodyId, Rc<str>>,
    missing: Vec<BodyId>,
}

thread_local! {
    static BODIES: RefCell<Option<Bodies>> = const { RefCell::new(None) };
}

/// Makes a text in which functions show their bodies. `make` runs no scripts.
pub fn with_bodies<T>(make: impl Fn() -> T, mut text_of: impl FnMut(BodyId) -> Rc<str>) -> T {
    BODIES.set(Some(Bodies::default()));
    let first = make();
    let missing = BODIES.with_borrow_mut(|bodies| bodies.as_mut().map(|bodies| std::mem::take(&mut bodies.missing)));
    let made = match missing {
        Some(missing) if !missing.is_empty() => {
            let known = missing.into_iter().map(|body| (body, text_of(body))).collect();
            BODIES.set(Some(Bodies { known, missing: Vec::new() }));
            make()
        }
        _ => first,
    };
    BODIES.set(None);
    made
}

/// The text of a function, as far as it is known.
pub(super) fn function_text(func: &FuncObject) -> String {
    let mut text = func.name.as_str().to_owned();
    BODIES.with_borrow_mut(|bodies| {
        let Some(bodies) = bodies else { return };
        let ids: Vec<BodyId> = match &func.kind {
            FuncKind::Native(_) => return,
            FuncKind::Script(list) => list.borrow().iter().map(|body| body.body).collect(),
            FuncKind::Closure(closure) => vec![closure.body],
        };
        text.push('\n');
        for id in ids {
            match bodies.known.get(&id) {
                Some(body) => text.push_str(body),
                None => bodies.missing.push(id),
            }
        }
    });
    text
}
