//! Files that scripts have open.
//!
//! A file value holds the host's handle. Values come and go; the handles of those that are gone are closed when the
//! next file is opened, and all of them with the host.

use std::cell::Cell;
use std::io;
use std::rc::{Rc, Weak};

use super::{OpenMode, Vm};
use crate::types::{Type, TypeKind, TypeRef};
use crate::value::FileObject;

/// Stands for standard output where a host's handle is expected; no host gives it out.
const STANDARD_OUTPUT: u32 = u32::MAX;
const STANDARD_ERROR: u32 = u32::MAX - 1;
const STANDARD_INPUT: u32 = u32::MAX - 2;

/// What is known of open files beside their values.
#[derive(Default)]
struct OpenFiles(Vec<OpenFile>);

struct OpenFile {
    file: Weak<FileObject>,
    handle: u32,
    opened: f64,
}

thread_local! {
    static FILE_OF_STRING: TypeRef = Type::new(TypeKind::File(Type::string()));
}

/// An error of the system in the words of C.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

impl Vm {
    /// Opens a file for a script. Where that fails the error is reported, and the value is that of a closed file.
    pub fn open_file(&mut self, name: &str, mode: OpenMode) -> Rc<FileObject> {
        self.close_forgotten();
        let handle = self.open_handle(name, mode).map_err(|error| {
            self.error_without_place(format!("cannot open {name}: {}", reason(&error)));
        });
        let file = Self::file_value(name, handle.ok());
        self.opened(&file);
        file
    }

    /// A file value for standard output under a name of its own.
    pub fn standard_output(&mut self, name: &str) -> Rc<FileObject> {
        Self::file_value(name, Some(STANDARD_OUTPUT))
    }

    fn file_value(name: &str, handle: Option<u32>) -> Rc<FileObject> {
        let ty = FILE_OF_STRING.with(Clone::clone);
        Rc::new(FileObject { ty, name: name.into(), handle: Cell::new(handle), raw: Cell::new(false) })
    }

    fn opened(&mut self, file: &Rc<FileObject>) {
        let Some(handle) = file.handle.get().filter(|handle| !is_stream(*handle)) else { return };
        let opened = if self.network_time() > 0.0 { self.network_time() } else { self.host.now() };
        self.state::<OpenFiles>().0.push(OpenFile { file: Rc::downgrade(file), handle, opened });
        self.queue_event_by_name("file_opened", [crate::value::Value::File(file.clone())]);
    }

    fn close_forgotten(&mut self) {
        let files = &mut self.state::<OpenFiles>().0;
        let gone: Vec<u32> =
            files.iter().filter(|file| file.file.strong_count() == 0).map(|file| file.handle).collect();
        files.retain(|file| file.file.strong_count() > 0);
        for handle in gone {
            let _ = self.host.close(handle);
        }
    }

    /// A handle of the host for a file; the names of the standard streams stand for those.
    pub(crate) fn open_handle(&mut self, name: &str, mode: OpenMode) -> io::Result<u32> {
        match name {
            "/dev/stdin" => Ok(STANDARD_INPUT),
            "/dev/stdout" => Ok(STANDARD_OUTPUT),
            "/dev/stderr" => Ok(STANDARD_ERROR),
            _ => self.host.open(name, mode),
        }
    }

    /// Writes to what [`Vm::open_handle`] gave.
    pub(crate) fn write_handle(&mut self, handle: u32, bytes: &[u8]) -> io::Result<()> {
        match handle {
            STANDARD_INPUT => return Err(io::Error::new(io::ErrorKind::InvalidInput, "Bad file descriptor")),
            STANDARD_OUTPUT => self.host.write_output(bytes),
            STANDARD_ERROR => self.host.write_error(bytes),
            handle => return self.host.write(handle, bytes),
        }
        Ok(())
    }

    pub(crate) fn flush_handle(&mut self, handle: u32) -> io::Result<()> {
        if is_stream(handle) {
            self.host.flush();
            return Ok(());
        }
        self.host.flush_file(handle)
    }

    /// Says whether what is written may be held back; streams do as they like.
    pub(crate) fn set_handle_buffered(&mut self, handle: u32, buffered: bool) {
        if !is_stream(handle) {
            self.host.set_unbuffered(handle, !buffered);
        }
    }

    /// Closes a handle; streams stay open.
    pub(crate) fn close_handle(&mut self, handle: u32) -> io::Result<()> {
        if is_stream(handle) { Ok(()) } else { self.host.close(handle) }
    }

    /// Writes to a file; false where it is closed or the write fails.
    pub fn write_file(&mut self, file: &FileObject, bytes: &[u8]) -> bool {
        let Some(handle) = file.handle.get().filter(|handle| *handle != STANDARD_INPUT) else { return false };
        let written = self.write_handle(handle, bytes);
        if let Err(error) = &written {
            self.error_without_place(format!("error writing to {}: {}", file.name, reason(error)));
        }
        written.is_ok()
    }

    /// Closes a file. True where it is closed then, false for the standard streams, which stay open.
    pub fn close_file(&mut self, file: &FileObject) -> bool {
        let Some(handle) = file.handle.get() else { return true };
        if is_stream(handle) {
            return false;
        }
        file.handle.set(None);
        self.state::<OpenFiles>().0.retain(|open| open.handle != handle);
        let _ = self.host.close(handle);
        true
    }

    /// Says whether a file's bytes may be held back.
    pub fn set_file_buffered(&mut self, file: &FileObject, buffered: bool) {
        if let Some(handle) = file.handle.get() {
            self.set_handle_buffered(handle, buffered);
        }
    }

    /// Moves what was written so far to a file of another name and goes on with an empty one. Gives the other name
    /// and the time when the file was opened; `None` where that fails, which is reported, or makes no sense.
    pub fn rotate_file(&mut self, file: &Rc<FileObject>) -> Option<(String, f64)> {
        let handle = file.handle.get().filter(|handle| !is_stream(*handle))?;
        let opened = self.state::<OpenFiles>().0.iter().find(|open| open.handle == handle).map(|open| open.opened);
        let _ = self.host.flush_file(handle);
        let new_name = self.rotate_file_by_name(&file.name)?;
        let _ = self.host.close(handle);
        self.state::<OpenFiles>().0.retain(|open| open.handle != handle);
        match self.host.open(&file.name, OpenMode::Append) {
            Ok(handle) => file.handle.set(Some(handle)),
            Err(error) => {
                file.handle.set(None);
                self.error_without_place(format!("cannot open {}: {}", file.name, reason(&error)));
            }
        }
        self.opened(file);
        Some((new_name, opened.unwrap_or_default()))
    }

    /// Gives a file another name and leaves an empty one under the old name. Gives the other name; `None` where that
    /// fails, which is reported.
    pub fn rotate_file_by_name(&mut self, name: &str) -> Option<String> {
        let new_name = format!("{name}.{}.{:.6}.tmp", self.host.process_id(), self.network_time());
        if let Err(error) = self.host.rename(name, &new_name) {
            let reason = reason(&error);
            self.error_without_place(format!("rotate_file: can't move {name} to {new_name}: {reason}"));
            return None;
        }
        match self.host.open(name, OpenMode::Write).and_then(|handle| self.host.close(handle)) {
            Ok(()) => Some(new_name),
            Err(error) => {
                self.error_without_place(format!("rotate_file: can't open {name}: {}", reason(&error)));
                None
            }
        }
    }
}

fn is_stream(handle: u32) -> bool {
    matches!(handle, STANDARD_OUTPUT | STANDARD_ERROR | STANDARD_INPUT)
}
