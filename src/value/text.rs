//! String values: bytes, not necessarily UTF-8, shared and immutable once shared.

use smallvec::SmallVec;

/// How many bytes live inside the shared object.
const SHORT: usize = 16;

/// Short strings live inside the shared object, so that most strings cost one allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Text(SmallVec<[u8; SHORT]>);

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
        // A short text has no use for a buffer of its own, nor a long one for much room behind its end.
        if bytes.len() <= SHORT || bytes.capacity() - bytes.len() > bytes.len() / 4 {
            return Text::new(&bytes);
        }
        Text(SmallVec::from_vec(bytes))
    }
}
