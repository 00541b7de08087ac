//! Standard output for what a command prints as a whole.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::diag::render::Style;
use crate::diag::{say, terminal};
pub(super) use crate::testing::words::shell_word;

/// Writes a text; gives the exit status. Whoever closed the other end has seen enough, which is no failure.
pub(super) fn print(command: &str, text: impl AsRef<[u8]>) -> i32 {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => 0,
        Err(error) => {
            say!("{command}: {error}");
            1
        }
    }
}

/// How findings look on standard error.
pub(super) fn style() -> Style {
    Style { color: io::stderr().is_terminal() && terminal::has_color(), ..Style::default() }
}
