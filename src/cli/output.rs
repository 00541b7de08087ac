//! Standard output for what a command prints as a whole.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::diag::render::Style;
pub(super) use crate::testing::words::shell_word;

/// Writes a text; gives the exit status. Whoever closed the other end has seen enough, which is no failure.
pub(super) fn print(command: &str, text: impl AsRef<[u8]>) -> i32 {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => 0,
        Err(error) => {
            tell(format!("{command}: {error}\n"));
            1
        }
    }
}

/// Writes a text to standard error. Where that cannot be written to there is nobody to tell so.
pub(super) fn tell(text: impl AsRef<[u8]>) {
    let _ = io::stderr().lock().write_all(text.as_ref());
}

/// How findings look on standard error.
pub(super) fn style() -> Style {
    Style { color: io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(), ..Style::default() }
}
