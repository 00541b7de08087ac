//! File values: a name and a handle into the engine's table of open files. No file is touched from here.

use std::cell::Cell;

use crate::types::TypeRef;

/// What `open` gives. The bytes go through the host that the engine was handed.
#[derive(Debug)]
pub struct FileObject {
    /// Always of kind `File`.
    pub ty: TypeRef,
    pub name: Box<str>,
    /// The host's handle, or `None` once closed.
    pub handle: Cell<Option<u32>>,
    /// `&raw_output`: bytes as they are, no escapes.
    pub raw: Cell<bool>,
}
