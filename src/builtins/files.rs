//! Files and directories: opening, writing, moving, removing, rotation, what is known of them.

use std::rc::Rc;

use super::results::record_named;
use crate::value::{FileObject, Text, Value};
use crate::vm::{OpenMode, Raise, Vm, natives, reason};

/// The letters of one class of users: read, write, execute, and what stands for execute with a special bit.
fn letters(mode: u64, shift: u32, special: bool, small: char, large: char, out: &mut String) {
    let bit = |number: u32| mode >> shift & 1 << number != 0;
    out.push(if bit(2) { 'r' } else { '-' });
    out.push(if bit(1) { 'w' } else { '-' });
    out.push(match (bit(0), special) {
        (false, false) => '-',
        (true, false) => 'x',
        (false, true) => large,
        (true, true) => small,
    });
}

fn rotation(vm: &mut Vm, old: &str, new: &str, open: f64, close: f64) -> Result<Value, Raise> {
    let fields = [
        ("old_name", Value::string(old)),
        ("new_name", Value::string(new)),
        ("open", Value::Time(open)),
        ("close", Value::Time(close)),
    ];
    record_named(vm, "rotate_info", &fields)
}

natives! {
    /// Opens a file for writing, emptied; `-` is standard output, as are `/dev/stdout` and `/dev/stderr` the streams
    /// of these names. Where that fails the file is closed from the start.
    #[example("active_file(open(\"/dev/stdout\"))", "T")]
    fn "open" = "function(f: string): file";
    |vm, f: Rc<Text>| -> Rc<FileObject> {
        let name = f.to_lossy();
        Ok(if name == "-" { vm.standard_output("-") } else { vm.open_file(&name, OpenMode::Write) })
    }

    /// Opens a file for writing behind what is in it.
    #[example("active_file(open_for_append(\"/dev/stderr\"))", "T")]
    fn "open_for_append" = "function(f: string): file";
    |vm, f: Rc<Text>| -> Rc<FileObject> {
        Ok(vm.open_file(&f.to_lossy(), OpenMode::Append))
    }

    /// Closes a file. F for the standard streams, which stay open.
    #[example("close(open(\"/dev/stdout\"))", "F")]
    fn "close" = "function(f: file): bool";
    |vm, f: Rc<FileObject>| -> bool {
        Ok(vm.close_file(&f))
    }

    /// Writes the bytes of a string to a file, nothing behind. F where the file is closed or full.
    fn "write_file" = "function(f: file, data: string): bool";
    |vm, f: Rc<FileObject>, data: Rc<Text>| -> bool {
        Ok(vm.write_file(&f, data.as_bytes()))
    }

    /// Says whether what is written to a file may be held back for a while; at first it may.
    #[example("set_buf(open(\"/dev/stdout\"), F)", "")]
    fn "set_buf" = "function(f: file, buffered: bool): any";
    |vm, f: Rc<FileObject>, buffered: bool| -> () {
        vm.set_file_buffered(&f, buffered);
        Ok(())
    }

    /// Brings out what is held back for all files.
    #[example("flush_all()", "T")]
    fn "flush_all" = "function(): bool";
    |vm| -> bool {
        vm.host.flush();
        Ok(true)
    }

    /// Makes a directory; T also where there is one already.
    #[example("mkdir(\"/\")", "T")]
    fn "mkdir" = "function(f: string): bool";
    |vm, f: Rc<Text>| -> bool {
        let name = f.to_lossy();
        let Err(error) = vm.host.create_directory(&name) else { return Ok(true) };
        if vm.host.status(&name).is_ok_and(|status| status.is_dir) {
            return Ok(true);
        }
        vm.builtin_error(format!("cannot create directory '{name}': {}", reason(&error)));
        Ok(false)
    }

    /// Removes an empty directory.
    fn "rmdir" = "function(d: string): bool";
    |vm, d: Rc<Text>| -> bool {
        let name = d.to_lossy();
        let Err(error) = vm.host.remove_directory(&name) else { return Ok(true) };
        vm.builtin_error(format!("cannot remove directory '{name}': {}", reason(&error)));
        Ok(false)
    }

    /// Removes a file.
    fn "unlink" = "function(f: string): bool";
    |vm, f: Rc<Text>| -> bool {
        let name = f.to_lossy();
        let Err(error) = vm.host.remove(&name) else { return Ok(true) };
        vm.builtin_error(format!("cannot unlink file '{name}': {}", reason(&error)));
        Ok(false)
    }

    /// Gives a file another name, in place of a file of that name.
    fn "rename" = "function(src_f: string, dst_f: string): bool";
    |vm, src_f: Rc<Text>, dst_f: Rc<Text>| -> bool {
        let (from, to) = (src_f.to_lossy(), dst_f.to_lossy());
        let Err(error) = vm.host.rename(&from, &to) else { return Ok(true) };
        vm.builtin_error(format!("cannot rename file '{from}' to '{to}': {}", reason(&error)));
        Ok(false)
    }

    /// Tells whether a file is open.
    #[example("active_file(open(\"/dev/stdout\"))", "T")]
    fn "active_file" = "function(f: file): bool";
    |_vm, f: Rc<FileObject>| -> bool {
        Ok(f.handle.get().is_some())
    }

    /// Gives the name a file was opened by.
    #[example("get_file_name(open(\"/dev/stdout\"))", "/dev/stdout")]
    fn "get_file_name" = "function(f: file): string";
    |_vm, f: Rc<FileObject>| -> String {
        Ok(f.name.to_string())
    }

    /// Closes what was written to a file so far under another name and goes on with an empty file. The other name,
    /// and the times when the file was opened and closed, are in the result; its strings are empty where that failed.
    #[example("rotate_file(open(\"/dev/stdout\"))$new_name", "")]
    fn "rotate_file" = "function(f: file): rotate_info";
    |vm, f: Rc<FileObject>| -> Value {
        match vm.rotate_file(&f) {
            Some((new, opened)) => {
                let closed = vm.network_time();
                rotation(vm, &f.name, &new, opened, closed)
            }
            None => rotation(vm, "", "", 0.0, 0.0),
        }
    }

    /// Gives a file another name and leaves an empty one under its name. Nothing that has the file open notices.
    fn "rotate_file_by_name" = "function(f: string): rotate_info";
    |vm, f: Rc<Text>| -> Value {
        let name = f.to_lossy();
        match vm.rotate_file_by_name(&name) {
            Some(new) => {
                let now = vm.network_time();
                rotation(vm, &name, &new, now, now)
            }
            None => rotation(vm, "", "", 0.0, 0.0),
        }
    }

    /// Gives the size of a file in bytes, -1 where there is none.
    #[example("file_size(\"/no/such/file\")", "-1.0")]
    fn "file_size" = "function(f: string): double";
    |vm, f: Rc<Text>| -> f64 {
        Ok(vm.host.status(&f.to_lossy()).map_or(-1.0, |status| status.size as f64))
    }

    /// Keeps what is printed to a file from raising `print_hook`, which this engine never does.
    #[example("disable_print_hook(open(\"/dev/stdout\"))", "")]
    fn "disable_print_hook" = "function(f: file): any";
    |_vm, _f: Rc<FileObject>| -> () {
        Ok(())
    }

    /// Has values printed to a file as their bytes: no escapes, nothing between them, no end of line.
    fn "enable_raw_output" = "function(f: file): any";
    |_vm, f: Rc<FileObject>| -> () {
        f.raw.set(true);
        Ok(())
    }

    /// Shows the permissions of a file as `ls` does.
    #[example("file_mode(493)", "rwxr-xr-x")]
    fn "file_mode" = "function(mode: count): string";
    |_vm, mode: u64| -> String {
        let mut text = String::new();
        letters(mode, 6, mode & 0o4000 != 0, 's', 'S', &mut text);
        letters(mode, 3, mode & 0o2000 != 0, 's', 'S', &mut text);
        letters(mode, 0, mode & 0o1000 != 0, 't', 'T', &mut text);
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::bench::Bench;
    use crate::value::Value;

    #[test]
    fn a_file_from_open_to_close() {
        let mut bench = Bench::new();
        let file = bench.call("open", &[Value::string("out")]);
        assert_eq!(bench.text("write_file", &[file.clone(), Value::string("one")]), "T");
        assert_eq!(bench.text("get_file_name", std::slice::from_ref(&file)), "out");
        assert_eq!(bench.text("close", std::slice::from_ref(&file)), "T");
        assert_eq!(bench.text("active_file", std::slice::from_ref(&file)), "F");
        assert_eq!(bench.text("write_file", &[file, Value::string("two")]), "F");
        let file = bench.call("open_for_append", &[Value::string("out")]);
        bench.call("write_file", &[file, Value::string("+")]);
        assert_eq!(bench.text("file_size", &[Value::string("out")]), "4.0");
        assert_eq!(bench.text("rename", &[Value::string("out"), Value::string("new")]), "T");
        assert_eq!(bench.vm.host.read_file("new").unwrap(), b"one+");
        assert_eq!(bench.text("unlink", &[Value::string("new")]), "T");
        assert_eq!(bench.text("unlink", &[Value::string("new")]), "F");
        assert!(bench.reports()[0].contains("cannot unlink file 'new': "));
    }

    #[test]
    fn standard_output_stays_open() {
        let mut bench = Bench::new();
        let file = bench.call("open", &[Value::string("-")]);
        assert_eq!(bench.text("close", std::slice::from_ref(&file)), "F");
        assert_eq!(bench.text("active_file", &[file]), "T");
    }

    #[test]
    fn what_was_written_moves_away() {
        let mut bench = Bench::new();
        bench.vm.set_network_time(1_300_000_000.5);
        let Value::File(file) = bench.call("open", &[Value::string("log")]) else { panic!("no file") };
        bench.vm.write_file(&file, b"old");
        let (name, opened) = bench.vm.rotate_file(&file).unwrap();
        bench.vm.write_file(&file, b"new");
        assert_eq!(name, "log.1.1300000000.500000.tmp");
        assert_eq!(opened, 1_300_000_000.5);
        assert_eq!(bench.vm.host.read_file(&name).unwrap(), b"old");
        assert_eq!(bench.vm.host.read_file("log").unwrap(), b"new");
    }

    #[test]
    fn directories() {
        let mut bench = Bench::new();
        assert_eq!(bench.text("mkdir", &[Value::string("d")]), "T");
        assert_eq!(bench.text("mkdir", &[Value::string("d")]), "T");
        assert_eq!(bench.text("rmdir", &[Value::string("d")]), "T");
        assert_eq!(bench.text("rmdir", &[Value::string("d")]), "F");
        assert_eq!(bench.text("file_mode", &[Value::Count(0o6754)]), "rwsr-sr--");
        assert_eq!(bench.text("file_mode", &[Value::Count(0o1660)]), "rw-rw---T");
    }
}
