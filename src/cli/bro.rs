//! Bro's own command line, for a binary called `bro` or `zeek`.
//!
//! The options are those of Bro 2.6's `main.cc`, with the ones Zeek added. What needs packets is refused by name.

use std::ffi::OsString;
use std::fmt::Write;

use super::launch::search_path;
use super::output::print;
use super::run::{Request, execute, split_parameters, standard_input_if_nothing};
use crate::builtins;
use crate::diag::say;
use crate::engine::Personality;
use crate::launch::{Launch, SeedFiles};

/// The release whose behaviour the name stands for.
fn version(personality: Personality) -> &'static str {
    if personality == Personality::Zeek { "8.1.2" } else { "2.6.4" }
}

/// What an option means to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    ParseOnly,
    Bare,
    Exec,
    Help,
    Prefix,
    Version,
    PrintId,
    PrintPlugins,
    PrintPath,
    LoadSeeds,
    SaveSeeds,
    /// Changes how Bro works inside and nothing that can be seen here.
    Ignored,
    /// Bro would read packets, signatures or saved state.
    Refused,
}

struct Option_ {
    short: char,
    long: &'static str,
    takes_value: bool,
    meaning: Meaning,
}

const fn option(short: char, long: &'static str, takes_value: bool, meaning: Meaning) -> Option_ {
    Option_ { short, long, takes_value, meaning }
}

const OPTIONS: &[Option_] = &[
    option('a', "parse-only", false, Meaning::ParseOnly),
    option('b', "bare-mode", false, Meaning::Bare),
    option('d', "debug-policy", false, Meaning::Refused),
    option('e', "exec", true, Meaning::Exec),
    option('f', "filter", true, Meaning::Refused),
    option('g', "dump-config", false, Meaning::Refused),
    option('h', "help", false, Meaning::Help),
    option('i', "iface", true, Meaning::Refused),
    option('p', "prefix", true, Meaning::Prefix),
    option('r', "readfile", true, Meaning::Refused),
    option('s', "rulefile", true, Meaning::Refused),
    option('t', "tracefile", true, Meaning::Refused),
    option('v', "version", false, Meaning::Version),
    option('w', "writefile", true, Meaning::Refused),
    option('x', "print-state", true, Meaning::Refused),
    option('B', "debug", true, Meaning::Ignored),
    option('C', "no-checksums", false, Meaning::Ignored),
    option('F', "force-dns", false, Meaning::Ignored),
    option('G', "load-seeds", true, Meaning::LoadSeeds),
    option('H', "save-seeds", true, Meaning::SaveSeeds),
    option('I', "print-id", true, Meaning::PrintId),
    option('N', "print-plugins", false, Meaning::PrintPlugins),
    option('P', "prime-dns", false, Meaning::Ignored),
    option('Q', "time", false, Meaning::Ignored),
    option('R', "replay", true, Meaning::Refused),
    option('S', "debug-rules", false, Meaning::Ignored),
    option('T', "re-level", true, Meaning::Ignored),
    option('U', "status-file", true, Meaning::Ignored),
    option('W', "watchdog", false, Meaning::Ignored),
    option('X', "broxygen", true, Meaning::Refused),
    option('D', "deterministic", false, Meaning::Ignored),
    option('\0', "pseudo-realtime", false, Meaning::Ignored),
    option('\0', "print-path", false, Meaning::PrintPath),
    option('\0', "no-unused-warnings", false, Meaning::Ignored),
];

/// What the words amount to.
#[derive(Default)]
struct Parsed {
    parse_only: bool,
    bare: bool,
    exec: Option<String>,
    prefixes: Vec<String>,
    print_id: Option<String>,
    print_plugins: usize,
    print_path: bool,
    version: bool,
    help: bool,
    refused: Option<&'static str>,
    seeds: SeedFiles,
    words: Vec<String>,
}

pub(super) fn main(personality: Personality, arguments: &[OsString]) -> i32 {
    let program = if personality == Personality::Zeek { "zeek" } else { "bro" };
    let words = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
    let parsed = match parse(words) {
        Ok(parsed) => parsed,
        Err(message) => {
            say!("{program}: {message}");
            usage(personality, program);
            return 1;
        }
    };
    if parsed.help {
        usage(personality, program);
        return 0;
    }
    if parsed.version {
        say!("{program} version {}", version(personality));
        return 0;
    }
    if parsed.print_path {
        return print(program, search_path().text() + "\n");
    }
    if parsed.print_plugins > 0 {
        return print(program, families(parsed.print_plugins > 1));
    }
    if let Some(name) = parsed.refused {
        say!("{program}: option --{name} needs packets or Bro's own state files, which brood does not read");
        return 1;
    }
    let (parameters, scripts) = split_parameters(parsed.words);
    let launch = Launch {
        personality,
        bare: parsed.bare,
        check_all_bodies: false,
        keep_bodies: false,
        scripts: standard_input_if_nothing(scripts, parsed.exec.as_deref()),
        layout: None,
        parameters,
        command_line: parsed.exec,
        prefixes: parsed.prefixes,
        seeds: parsed.seeds,
        ..Launch::default()
    };
    let request = Request { parse_only: parsed.parse_only, print_id: parsed.print_id.as_deref(), ..Request::default() };
    execute(launch, &request)
}

/// As `getopt_long`: options may stand among the scripts, short ones may be bundled, `--` ends them.
fn parse(words: impl Iterator<Item = String>) -> Result<Parsed, String> {
    let mut parsed = Parsed::default();
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            parsed.words.extend(words);
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_string())),
                None => (long, None),
            };
            let option = find_long(name)?;
            let value = match (option.takes_value, value) {
                (true, None) => Some(words.next().ok_or_else(|| format!("option '--{name}' requires an argument"))?),
                (_, value) => value,
            };
            apply(&mut parsed, option, value);
        } else if word.len() > 1 && word.starts_with('-') {
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                let option = OPTIONS
                    .iter()
                    .find(|option| option.short == letter)
                    .ok_or_else(|| format!("invalid option -- '{letter}'"))?;
                if !option.takes_value {
                    apply(&mut parsed, option, None);
                    continue;
                }
                let rest: String = letters.by_ref().collect();
                let value = if rest.is_empty() { words.next() } else { Some(rest) };
                let value = value.ok_or_else(|| format!("option requires an argument -- '{letter}'"))?;
                apply(&mut parsed, option, Some(value));
            }
        } else {
            parsed.words.push(word);
        }
    }
    Ok(parsed)
}

/// A long option by its name or by a beginning that fits only one.
fn find_long(name: &str) -> Result<&'static Option_, String> {
    let fitting: Vec<&Option_> = OPTIONS.iter().filter(|option| option.long.starts_with(name)).collect();
    match fitting.iter().find(|option| option.long == name).or(match &fitting[..] {
        [only] => Some(only),
        _ => None,
    }) {
        Some(option) => Ok(option),
        None if fitting.is_empty() => Err(format!("unrecognized option '--{name}'")),
        None => Err(format!("option '--{name}' is ambiguous")),
    }
}

fn apply(parsed: &mut Parsed, option: &'static Option_, value: Option<String>) {
    match option.meaning {
        Meaning::ParseOnly => parsed.parse_only = true,
        Meaning::Bare => parsed.bare = true,
        Meaning::Exec => parsed.exec = value,
        Meaning::Help => parsed.help = true,
        Meaning::Prefix => parsed.prefixes.extend(value),
        Meaning::Version => parsed.version = true,
        Meaning::PrintId => parsed.print_id = value,
        Meaning::PrintPlugins => parsed.print_plugins += 1,
        Meaning::PrintPath => parsed.print_path = true,
        Meaning::LoadSeeds => parsed.seeds.load = value,
        Meaning::SaveSeeds => parsed.seeds.save = value,
        Meaning::Ignored => {}
        Meaning::Refused => parsed.refused = parsed.refused.or(Some(option.long)),
    }
}

fn usage(personality: Personality, program: &str) {
    say!("{program} version {}", version(personality));
    say!("usage: {program} [options] [file ...]");
    say!("    <file>                         | script file, or read standard input");
    for option in OPTIONS.iter().filter(|option| !matches!(option.meaning, Meaning::Refused)) {
        let value = if option.takes_value { " <value>" } else { "" };
        let names = match option.short {
            '\0' => format!("--{}{value}", option.long),
            short => format!("-{short}|--{}{value}", option.long),
        };
        say!("    {names:<31}| {}", explanation(option.meaning));
    }
    say!("    $BROPATH, $ZEEKPATH            | file search path ({})", search_path().text());
    say!("    $BRO_PREFIXES, $ZEEK_PREFIXES  | prefix list");
}

fn explanation(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::ParseOnly => "exit immediately after parsing scripts",
        Meaning::Bare => "don't load scripts from the base/ directory",
        Meaning::Exec => "augment loaded scripts by given code",
        Meaning::Help => "command line help",
        Meaning::Prefix => "add given prefix to script resolution",
        Meaning::Version => "print version and exit",
        Meaning::PrintId => "print out given ID",
        Meaning::PrintPlugins => "print available plugins and exit (-NN for verbose)",
        Meaning::PrintPath => "print the script search path and exit",
        Meaning::LoadSeeds => "load seeds from given file",
        Meaning::SaveSeeds => "save seeds to given file",
        Meaning::Ignored => "accepted, without effect",
        Meaning::Refused => "refused",
    }
}

/// `-N`: the families of natives stand where Bro has its plugins.
pub(super) fn families(verbose: bool) -> String {
    let mut text = String::new();
    for family in builtins::FAMILIES {
        let _ = writeln!(text, "Brood::{} - {} functions (built-in)", family.name, family.natives.len());
        if verbose {
            for native in family.natives {
                let _ = writeln!(text, "    [Function] {}", native.name);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn words(text: &str) -> impl Iterator<Item = String> {
        text.split(' ').map(str::to_string).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn short_options_bundle_and_take_values_either_way() {
        let parsed = parse(words("-be code a.bro -pfoo")).unwrap();
        assert!(parsed.bare);
        assert_eq!(parsed.exec.as_deref(), Some("code"));
        assert_eq!(parsed.prefixes, ["foo"]);
        assert_eq!(parsed.words, ["a.bro"]);
    }

    #[test]
    fn long_options_shorten_where_one_fits() {
        assert!(parse(words("--bare")).unwrap().bare);
        assert!(parse(words("--p")).is_err());
        assert!(parse(words("--nonsense")).is_err());
    }

    #[test]
    fn two_dashes_end_options() {
        assert_eq!(parse(words("-- -b")).unwrap().words, ["-b"]);
    }
}
