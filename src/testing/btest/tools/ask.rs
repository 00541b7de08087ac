//! `btest-ask-update`: asks the person at the terminal whether a baseline is to be replaced.

use std::env;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::process::Command;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use crate::diag::say;

const UPDATE: i32 = 0;
const CONTINUE: i32 = 1;
const ABORT: i32 = 200;

pub(super) fn main(_arguments: &[OsString]) -> i32 {
    match ask() {
        Ok(status) => status,
        Err(error) => {
            say!("btest-ask-update: {error}");
            CONTINUE
        }
    }
}

fn ask() -> io::Result<i32> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    loop {
        // What stands there of a message of progress goes away.
        terminal.write_all(b"\x1b[0K failed\n")?;
        terminal.write_all(
            b">> Type 'c' to continue, 'd' to see diagnostics, 'u' to update baseline, and 'a' to abort.\n",
        )?;
        match key(&mut terminal)? {
            b'u' | b'U' => {
                terminal.write_all(b">> Updating baseline ...\n")?;
                return Ok(UPDATE);
            }
            b'c' | b'C' => {
                terminal.write_all(b">> Continuing ...\n")?;
                return Ok(CONTINUE);
            }
            b'a' | b'A' => {
                terminal.write_all(b">> Aborting ...\n")?;
                return Ok(ABORT);
            }
            b'd' | b'D' => show(&mut terminal)?,
            _ => terminal.write_all(b">> Answer not recognized, try again ...\n")?,
        }
    }
}

/// One key, without an end of line.
fn key(terminal: &mut File) -> io::Result<u8> {
    let before = tcgetattr(&*terminal)?;
    let mut raw = before.clone();
    raw.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    raw.special_codes[SpecialCodeIndex::VMIN] = 1;
    raw.special_codes[SpecialCodeIndex::VTIME] = 0;
    tcsetattr(&*terminal, OptionalActions::Now, &raw)?;
    let mut byte = [0];
    let result = terminal.read_exact(&mut byte);
    tcsetattr(&*terminal, OptionalActions::Now, &before)?;
    result.map(|()| byte[0])
}

fn show(terminal: &mut File) -> io::Result<()> {
    let path = env::var_os("TEST_DIAGNOSTICS").filter(|path| !path.is_empty() && path != "/dev/stdout");
    let Some(path) = path else { return terminal.write_all(b"Do not have diagnostics.\n") };
    let shown =
        Command::new("less").arg("-S").arg(&path).stdin(terminal.try_clone()?).stdout(terminal.try_clone()?).status();
    if shown.is_err() {
        io::copy(&mut File::open(path)?, terminal)?;
    }
    Ok(())
}
