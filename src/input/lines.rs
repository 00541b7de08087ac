//! Files read piece by piece.

use std::io;

use crate::vm::{FileStatus, OpenMode, Vm};

/// Bytes read at once.
const PIECE: usize = 1 << 16;

/// An open file, cut at a separator.
pub(super) struct Lines {
    handle: u32,
    buffer: Vec<u8>,
    /// Where in the buffer the next line begins.
    start: usize,
}

impl Lines {
    pub(super) fn open(vm: &mut Vm, path: &str) -> io::Result<Self> {
        Ok(Lines { handle: vm.host.open(path, OpenMode::Read)?, buffer: Vec::new(), start: 0 })
    }

    pub(super) fn seek(&mut self, vm: &mut Vm, place: u64) -> io::Result<()> {
        self.buffer.clear();
        self.start = 0;
        vm.host.seek(self.handle, place)
    }

    /// The next line without its separator; what stands behind the last one is a line too. At the end there is none,
    /// until the file grows.
    pub(super) fn next(&mut self, vm: &mut Vm, separator: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let mut searched = self.start;
        loop {
            let rest = self.buffer.get(searched..).unwrap_or_default();
            if let Some(found) = find(rest, separator) {
                let line = self.buffer.get(self.start..searched + found).unwrap_or_default().to_vec();
                self.start = searched + found + separator.len();
                return Ok(Some(line));
            }
            // A separator may stand half in what comes next.
            searched = self.start.max((self.buffer.len() + 1).saturating_sub(separator.len()));
            if self.start > 0 {
                self.buffer.drain(..self.start);
                searched -= self.start;
                self.start = 0;
            }
            let piece = match vm.host.read(self.handle, PIECE) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                piece => piece?,
            };
            if piece.is_empty() {
                let line = std::mem::take(&mut self.buffer);
                return Ok(Some(line).filter(|line| !line.is_empty()));
            }
            self.buffer.extend(piece);
        }
    }

    /// The next line that is not empty, without the line end of other systems. A file that cannot be read any further has
    /// ended.
    pub(super) fn next_filled(&mut self, vm: &mut Vm) -> Option<Vec<u8>> {
        while let Ok(Some(mut line)) = self.next(vm, b"\n") {
            if line.is_empty() {
                continue;
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Some(line);
        }
        None
    }

    /// The next bytes as they come, none at the end.
    pub(super) fn piece(&mut self, vm: &mut Vm, limit: usize) -> io::Result<Vec<u8>> {
        vm.host.read(self.handle, limit)
    }

    pub(super) fn close(self, vm: &mut Vm) {
        let _ = vm.host.close(self.handle);
    }
}

/// Where `text` first holds `part`, which an empty one never is.
pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() { None } else { memchr::memmem::find(text, part) }
}

/// Tells whether a file is another one or changed since it was last looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Seen(Option<(u64, f64)>);

impl Seen {
    /// Takes note of a file as it is now; false where it is as it was.
    pub(super) fn look(&mut self, status: &FileStatus) -> bool {
        let now = Seen(Some((status.inode, status.modify_time)));
        std::mem::replace(self, now) != now
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, PIECE};
    use crate::builtins;
    use crate::program::Program;
    use crate::vm::{MemoryHost, OpenMode, Vm};

    fn machine(text: &[u8]) -> Vm {
        let mut host = MemoryHost::new();
        host.files.insert("f".into(), text.to_vec());
        Vm::new(Program::new(builtins::find), Box::new(host), builtins::FAMILIES)
    }

    fn all(text: &[u8], separator: &[u8]) -> Vec<Vec<u8>> {
        let mut vm = machine(text);
        let mut lines = Lines::open(&mut vm, "f").unwrap();
        std::iter::from_fn(|| lines.next(&mut vm, separator).unwrap()).collect()
    }

    #[test]
    fn a_file_is_cut_into_lines() {
        assert_eq!(all(b"a\n\nb", b"\n"), [&b"a"[..], b"", b"b"]);
        assert_eq!(all(b"a\nb\n", b"\n"), [b"a", b"b"]);
        assert_eq!(all(b"", b"\n"), Vec::<Vec<u8>>::new());
        assert_eq!(all(b"a||b|c||", b"||"), [&b"a"[..], b"b|c"]);
    }

    #[test]
    fn separators_stand_anywhere() {
        let mut text = vec![b'x'; PIECE - 1];
        text.extend(b"||y||");
        let lines = all(&text, b"||");
        assert_eq!((lines.len(), lines[0].len(), &lines[1][..]), (2, PIECE - 1, &b"y"[..]));
    }

    #[test]
    fn a_file_may_grow() {
        let mut vm = machine(b"a\n");
        let mut lines = Lines::open(&mut vm, "f").unwrap();
        assert_eq!(lines.next(&mut vm, b"\n").unwrap(), Some(b"a".to_vec()));
        assert_eq!(lines.next(&mut vm, b"\n").unwrap(), None);
        let handle = vm.host.open("f", OpenMode::Append).unwrap();
        vm.host.write(handle, b"b\n").unwrap();
        assert_eq!(lines.next(&mut vm, b"\n").unwrap(), Some(b"b".to_vec()));
    }
}
