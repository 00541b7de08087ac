//! `btest-rst-cmd`, `btest-rst-include` and `btest-rst-pipe`, by which tests write pieces of documentation in
//! reStructuredText, and `btest-diff-rst`, which holds them to their baselines.
//!
//! A piece goes where Sphinx wants it, in a test to a file that `btest-diff-rst` finds, else to standard output.

use std::env;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;

use super::diff;
use super::shell::shell;
use crate::diag::say;
use crate::testing::words::shell_word;

const USAGE: &str = "\
usage: btest-rst-cmd [options] <command line>

    -d          Do not run the command; show only its line.
    -h          Show this.
    -r <file>   Show this file in place of what the command prints.
    -o          Leave out the line of the command.
    -c <cmd>    Show this as the line of the command.
    -f <filter> Pass what is shown through this command.
    -n <n>      Show no more than so many lines, and [...] if there are more.
";

/// What is in front of every line of a block.
const INDENT: &str = "      ";

/// What `btest-rst-cmd` is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    is_dry: bool,
    leaves_command_out: bool,
    files: Option<String>,
    shown: Option<String>,
    filter: Option<String>,
    lines: Option<usize>,
    command: String,
}

impl Wanted {
    /// Options may stand together, with their values behind them or as the next word. `None` where it is not understood.
    fn read(arguments: &[String]) -> Option<Wanted> {
        let mut wanted = Wanted::default();
        let mut words = arguments.iter();
        let mut rest = words.clone();
        while let Some(options) = words.next().and_then(|word| word.strip_prefix('-')).filter(|word| !word.is_empty()) {
            rest = words.clone();
            if options == "-" {
                break;
            }
            for (index, option) in options.char_indices() {
                let behind = options.get(index + option.len_utf8()..).unwrap_or_default();
                match option {
                    'd' => wanted.is_dry = true,
                    'o' => wanted.leaves_command_out = true,
                    'r' | 'c' | 'f' | 'n' => {
                        let value = if behind.is_empty() { words.next()?.clone() } else { behind.to_owned() };
                        match option {
                            'r' => wanted.files = Some(value),
                            'c' => wanted.shown = Some(value),
                            'f' => wanted.filter = Some(value),
                            _ => wanted.lines = Some(value.trim().parse().ok()?),
                        }
                        rest = words.clone();
                        break;
                    }
                    _ => return None,
                }
            }
        }
        wanted.command = rest.cloned().collect::<Vec<_>>().join(" ");
        (!wanted.command.trim().is_empty()).then_some(wanted)
    }

    /// What is shown, through all filters.
    fn filtered(&self, text: Vec<u8>) -> io::Result<Vec<u8>> {
        let own = env::var("BTEST_RST_FILTER").ok();
        let filters = [own, self.filter.clone()].into_iter().flatten().filter(|filter| !filter.is_empty());
        filters.into_iter().try_fold(text, |text, filter| through(&filter, &text))
    }

    /// The piece of documentation; `None` where the command fails.
    fn piece(&self) -> io::Result<Option<Vec<u8>>> {
        let mut printed = Vec::new();
        if !self.is_dry {
            let output = shell(&self.command).stdin(Stdio::inherit()).stderr(Stdio::inherit()).output()?;
            if !output.status.success() {
                return Ok(None);
            }
            printed = output.stdout;
        }
        let mut piece = Vec::new();
        if self.leaves_command_out {
            piece.extend(b".. rst-class:: btest-include\n\n    .. code-block:: guess\n      :linenos:\n\n");
        } else {
            piece.extend(b".. rst-class:: btest-cmd\n\n    .. code-block:: none\n");
            piece.extend(b"      :linenos:\n      :emphasize-lines: 1,1\n\n");
            let shown = self.shown.as_deref().filter(|shown| !shown.is_empty()).unwrap_or(&self.command);
            piece.extend(self.filtered(format!("{INDENT}# {shown}\n").into_bytes())?);
        }
        match &self.files {
            Some(files) => {
                for file in files.split_whitespace() {
                    piece.extend(self.block(fs::read(file).map_err(|error| named(file, &error))?)?);
                }
            }
            None if self.is_dry => {}
            None => piece.extend(self.block(printed)?),
        }
        piece.push(b'\n');
        Ok(Some(piece))
    }

    fn block(&self, text: Vec<u8>) -> io::Result<Vec<u8>> {
        let text = indented(&String::from_utf8_lossy(&self.filtered(text)?));
        let Some(most) = self.lines.filter(|most| *most > 0) else { return Ok(text.into_bytes()) };
        let mut shown: String = text.split_inclusive('\n').take(most).collect();
        if text.matches('\n').count() > most {
            shown += INDENT;
            shown += "[...]\n";
        }
        Ok(shown.into_bytes())
    }
}

fn named(file: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{file}: {error}"))
}

/// What a command makes of a text.
fn through(filter: &str, text: &[u8]) -> io::Result<Vec<u8>> {
    let mut child = shell(filter).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let input = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A filter may have seen enough before the end.
            input.map(|mut input| input.write_all(text))
        });
        child.wait_with_output()
    })
    .map(|output| output.stdout)
}

/// The lines of a text further in, without the space that all of them begin with.
fn indented(text: &str) -> String {
    let blank = |line: &str| line.chars().count() - line.trim_start().chars().count();
    let lines = || text.split_inclusive('\n');
    // Lines with nothing on them do not count.
    let common = lines().filter(|line| !line.trim().is_empty()).map(blank).min().unwrap_or(0);
    let rest = |line: &str| {
        if line.trim().is_empty() {
            return "\n".to_owned();
        }
        format!("{INDENT}{}", line.chars().skip(common).collect::<String>())
    };
    lines().map(rest).collect()
}

/// Hands a piece to whoever wants it.
fn deliver(piece: &[u8]) -> io::Result<()> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let part = variable("TEST_PART").unwrap_or_default();
    let file = match (variable("BTEST_RST_OUTPUT"), variable("TEST_NAME")) {
        (Some(file), _) => format!("{file}#{part}"),
        (None, Some(test)) => format!("btest-{test}#{part}"),
        (None, None) => return io::stdout().lock().write_all(piece),
    };
    OpenOptions::new().append(true).create(true).open(&file)?.write_all(piece)
}

fn make(tool: &str, arguments: &[String]) -> i32 {
    let Some(wanted) = Wanted::read(arguments) else {
        eprint!("{USAGE}");
        return 1;
    };
    match wanted.piece().and_then(|piece| piece.map(|piece| deliver(&piece)).transpose()) {
        Ok(Some(())) => 0,
        Ok(None) => 1,
        Err(error) => {
            say!("{tool}: {error}");
            1
        }
    }
}

fn words(arguments: &[OsString]) -> Vec<String> {
    arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

pub(super) fn command(arguments: &[OsString]) -> i32 {
    make("btest-rst-cmd", &words(arguments))
}

/// What a command prints, without its line.
pub(super) fn pipe(arguments: &[OsString]) -> i32 {
    if arguments.is_empty() {
        say!("usage: btest-rst-pipe <command line>");
        return 1;
    }
    make("btest-rst-pipe", &[vec!["-o".to_owned()], words(arguments)].concat())
}

/// A file.
pub(super) fn include(arguments: &[OsString]) -> i32 {
    let arguments = words(arguments);
    let (lines, file) = match arguments.as_slice() {
        [option, lines, file] if option == "-n" => (lines.as_str(), file),
        [option, file] if option.starts_with("-n") => (option.trim_start_matches("-n"), file),
        [file] if !file.starts_with('-') => ("0", file),
        _ => {
            say!("usage: btest-rst-include [-n <max-lines>] <file>");
            return 1;
        }
    };
    let quoted = shell_word(file);
    let whole = ["-n", lines, "-o", "cat", &quoted].map(str::to_owned);
    make("btest-rst-include", &whole)
}

/// Compares what the others wrote with the baselines of the test; nothing inside of Sphinx.
pub(super) fn compare(_arguments: &[OsString]) -> i32 {
    if env::var_os("BTEST_RST_OUTPUT").is_some_and(|output| !output.is_empty()) {
        return 0;
    }
    let beginning = format!("btest-{}", env::var("TEST_NAME").unwrap_or_default());
    let entries = fs::read_dir(Path::new(".")).into_iter().flatten().flatten();
    let mut files: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    files.retain(|file| file.to_string_lossy().starts_with(&beginning));
    files.sort();
    files.into_iter().map(|file| diff::main(&[file])).fold(0, i32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_where_the_command_begins() {
        let read = |line: &str| Wanted::read(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let wanted = read("-on 3 -c shown ls -l").unwrap();
        assert_eq!((wanted.leaves_command_out, wanted.lines, wanted.command.as_str()), (true, Some(3), "ls -l"));
        assert_eq!(read("-d -- -x y").unwrap().command, "-x y");
        assert_eq!(read("-n5 cat").unwrap().lines, Some(5));
        assert!(read("-n x cat").is_none() && read("-x cat").is_none() && read("-d").is_none() && read("-c").is_none());
    }

    #[test]
    fn lines_keep_their_place_to_one_another() {
        assert_eq!(indented("  a\n\n    b\n"), "      a\n\n        b\n");
        assert_eq!(indented("a\n b"), "      a\n       b");
    }
}
