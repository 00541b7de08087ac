//! String values: bytes, not necessarily UTF-8, shared and immutable once shared.

use smallvec::SmallVec;

/// Short strings live inside the shared object, so that most strings cost one allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Text(SmallVec<[u8; 16]>);

impl Text {
    pub fn new(bytes: &[u8]) -> Self {
        Text(SmallVec::from_slice(bytes))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text with invalid UTF-8 replaced, for messages and paths.
    pub fn to_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Appends in place: for a holder that has the only reference.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Text(SmallVec::from_vec(bytes))
    }
}
