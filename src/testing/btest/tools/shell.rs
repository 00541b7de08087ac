//! The shell for command lines that BTest gives to bash: bash where it is there, else the system's own.

use std::env;
use std::process::Command;

use crate::testing::btest::config::which;

pub(in crate::testing) fn shell(line: &str) -> Command {
    let bash = which("bash", env::var_os("PATH").as_ref());
    let mut command = Command::new(bash.as_deref().unwrap_or("/bin/sh"));
    command.arg("-c").arg(line);
    command
}
