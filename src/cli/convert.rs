//! `brood convert`: the files by which control programs know a cluster, one from the other.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use clap::{Args, ValueEnum};

use super::launch::{layout_in, load_layout_with_places};
use super::output::{print, style};
use crate::cluster::graph::{Form, draw};
use crate::diag::{Diagnostic, Severity, render, say};
use crate::load::disk::Disk;
use crate::load::files::{Entry, Files};
use crate::nodefile::input::{self, Kind, LIMIT, literal};
use crate::nodefile::{self, Cluster, Origin, Release, compose, json, layout_text, networks};
use crate::nodefile::{write_node_cfg, write_zeek_conf};
use crate::source::{SourceMap, SourceText};
use crate::vm::{Host, ReadOnlyHost};

const NAME: &str = "brood convert";

/// Exit status where errors were found and nothing is written.
const FOUND: i32 = 1;

const EXAMPLES: &str = "\
Examples:
  brood convert etc/node.cfg                          the layout, as BroControl writes it
  brood convert etc/node.cfg --release 8.0            as ZeekControl of Zeek 8.0 does
  brood convert etc/cluster-layout.bro -o node.cfg    and back
  brood convert zeek.conf --to node.cfg
  brood convert etc/node.cfg --to compose --script site.bro > compose.yaml
  brood convert etc/networks.cfg                      the script local-networks

Settings that matter (BroPort and its kin) are read from the broctl.cfg or
zeekctl.cfg beside a node.cfg. What is wrong goes to standard error, and so does
what the new form has no place for. The exit status is 0 where something was
written, 1 where errors stand against it, and 2 where nothing could be read.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A node.cfg, zeek.conf, networks.cfg or layout; - is standard input.
    #[arg(value_name = "FILE")]
    input: String,
    /// What to make of it; without it, the name behind -o tells, or it is a layout, and of a layout a node.cfg.
    #[arg(long, value_enum)]
    to: Option<Target>,
    /// What it is, where name and content do not tell.
    #[arg(long, value_enum)]
    from: Option<Source>,
    /// Write to this file, not to standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The release of Bro or Zeek whose control program is meant: 2.6, 7.0, 8.1. Without it 2.6, beside a zeekctl.cfg
    /// the latest.
    #[arg(long, value_name = "VERSION", value_parser = release)]
    release: Option<&'static Release>,
    /// The file with the settings of the control program.
    #[arg(long, value_name = "FILE")]
    settings: Option<String>,
    /// The first port, in place of `BroPort` or `ZeekPort`.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// For compose: run this script on every node; may be given several times.
    #[arg(long = "script", value_name = "SCRIPT")]
    scripts: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The script that Bro and Zeek load.
    Layout,
    /// For BroControl and ZeekControl.
    #[value(name = "node.cfg")]
    NodeCfg,
    /// For Zeek's generator of systemd units.
    #[value(name = "zeek.conf")]
    ZeekConf,
    /// For Docker Compose: a service for each node.
    Compose,
    /// Everything that is known of the nodes, for programs.
    Json,
    /// A picture, for Graphviz.
    Dot,
    /// The script that tells local subnets, of a networks.cfg.
    LocalNetworks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Source {
    Layout,
    #[value(name = "node.cfg")]
    NodeCfg,
    #[value(name = "zeek.conf")]
    ZeekConf,
    #[value(name = "networks.cfg")]
    Networks,
}

fn release(text: &str) -> Result<&'static Release, String> {
    Release::of_version(text).ok_or_else(|| "a release such as 2.6.4 or 8.0, from 2.6 on".to_string())
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    match convert(arguments) {
        Ok(text) => deliver(arguments, &text),
        Err(status) => status,
    }
}

fn refuse(message: &str) -> i32 {
    say!("{NAME}: {message}");
    super::USAGE
}

fn deliver(arguments: &Arguments, text: &str) -> i32 {
    let Some(path) = &arguments.output else { return print(NAME, text) };
    match fs::write(path, text) {
        Ok(()) => 0,
        Err(error) => refuse(&format!("{}: {error}", path.display())),
    }
}

/// The text to be written; the error is the exit status.
fn convert(arguments: &Arguments) -> Result<String, i32> {
    let path = arguments.input.as_str();
    let is_layout = arguments.from == Some(Source::Layout);
    // A layout without its ending, or the folder that it is in, is found by the loader.
    let is_other = [".cfg", ".conf"].iter().any(|ending| path.ends_with(ending));
    let is_file = path == "-" || is_other || fs::metadata(path).is_ok_and(|status| status.is_file());
    if (is_layout && path != "-") || (arguments.from.is_none() && !is_file) {
        return of_layout(arguments, None);
    }
    let text = match if path == "-" { Disk.read_standard_input(LIMIT) } else { Disk.read(path, LIMIT) } {
        Ok(text) => text,
        Err(error) => return Err(refuse(&format!("{path}: {error}"))),
    };
    let kind = match arguments.from {
        Some(Source::Layout) => Some(Kind::Layout),
        Some(Source::NodeCfg) => Some(Kind::NodeCfg),
        Some(Source::ZeekConf) => Some(Kind::ZeekConf),
        Some(Source::Networks) => Some(Kind::Networks),
        None => Kind::guess(path, &text),
    };
    let Some(kind) = kind else {
        return Err(refuse(&format!("{path}: neither its name nor what it says tells what it is; use --from")));
    };
    if kind == Kind::Layout {
        return of_layout(arguments, (path == "-").then_some(text));
    }
    let mut sources = SourceMap::default();
    let file = sources.add(path, SourceText::from(&*text), false);
    let mut found = Vec::new();
    if kind == Kind::Networks {
        if target(arguments, kind)? != Target::LocalNetworks {
            return Err(refuse("a networks.cfg can be made into local-networks only"));
        }
        let script = input::as_text(file, &text, &mut found).map(|text| networks::script(file, text, &mut found));
        return tell(&sources, &found).and_then(|()| script.ok_or(FOUND));
    }
    let host = RefCell::new(ReadOnlyHost::new());
    let resolve = |name: &str| match literal(name) {
        Some(address) => Ok(vec![address]),
        None => match host.borrow_mut().resolve(name) {
            none if none.is_empty() => Err("no such host".to_string()),
            addresses => Ok(addresses),
        },
    };
    let options = input::Options {
        release: arguments.release,
        port: arguments.port,
        settings: arguments.settings.as_deref(),
        resolve: &resolve,
    };
    let read = input::read(kind, file, &mut sources, &Disk, &options, &mut found).map_err(|error| refuse(&error))?;
    let target = target(arguments, kind)?;
    let text = read.cluster.and_then(|cluster| {
        nodefile::check(&cluster, &mut found);
        written(&cluster, target, read.release, arguments, &mut found)
    });
    tell(&sources, &found)?;
    text.ok_or(FOUND)
}

/// From a layout, or what standard input says of one.
fn of_layout(arguments: &Arguments, text: Option<Rc<[u8]>>) -> Result<String, i32> {
    let target = target(arguments, Kind::Layout)?;
    let files: Rc<dyn Files> = match text {
        Some(text) => Rc::new(StandardInput(text)),
        None => Rc::new(Disk),
    };
    let (engine, layout, places) = load_layout_with_places(NAME, &layout_in(&arguments.input), files)?;
    let mut found = Vec::new();
    let cluster = Cluster::of_layout(&layout, places);
    let release = arguments.release.unwrap_or_else(Release::bro);
    let text = written(&cluster, target, release, arguments, &mut found);
    tell(&engine.vm.program.sources, &found)?;
    text.ok_or(FOUND)
}

/// The disk, where standard input was read already.
struct StandardInput(Rc<[u8]>);

impl Files for StandardInput {
    fn look(&self, path: &str) -> Entry {
        Disk.look(path)
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        Disk.read(path, limit)
    }

    fn read_standard_input(&self, _: u64) -> io::Result<Rc<[u8]>> {
        Ok(self.0.clone())
    }

    fn current_directory(&self) -> String {
        Disk.current_directory()
    }
}

/// What is to be made: what was asked for, what the name of the new file tells, or what is most likely meant.
fn target(arguments: &Arguments, kind: Kind) -> Result<Target, i32> {
    if let Some(target) = arguments.to {
        if (target == Target::LocalNetworks) != (kind == Kind::Networks) {
            return Err(refuse("local-networks are made of a networks.cfg, and nothing else is"));
        }
        return Ok(target);
    }
    let name = arguments.output.as_ref().and_then(|path| path.file_name()).and_then(|name| name.to_str());
    let by_name = name.map(str::to_lowercase).and_then(|name| {
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        [
            (&["node.cfg"][..], Target::NodeCfg),
            (&["zeek.conf"], Target::ZeekConf),
            (&[".bro", ".zeek"], Target::Layout),
            (&[".yaml", ".yml"], Target::Compose),
            (&[".json"], Target::Json),
            (&[".dot", ".gv"], Target::Dot),
        ]
        .into_iter()
        .find_map(|(endings, target)| ends(endings).then_some(target))
    });
    Ok(match (by_name, kind) {
        (_, Kind::Networks) => Target::LocalNetworks,
        (Some(target), _) => target,
        (None, Kind::Layout) => Target::NodeCfg,
        (None, _) => Target::Layout,
    })
}

fn written(
    cluster: &Cluster,
    target: Target,
    release: &'static Release,
    arguments: &Arguments,
    found: &mut Vec<Diagnostic>,
) -> Option<String> {
    match target {
        Target::Layout => {
            layout_text::losses(cluster, release, found);
            let by_generator = cluster.origin == Origin::ZeekConf && arguments.release.is_none();
            Some(if by_generator { layout_text::generated(cluster) } else { layout_text::text(cluster, release) })
        }
        Target::NodeCfg => write_node_cfg::text(cluster, release, found),
        Target::ZeekConf => write_zeek_conf::text(cluster, found),
        Target::Compose => compose::text(cluster, &compose::Extras { scripts: &arguments.scripts, release }, found),
        Target::Json => Some(json::text(cluster)),
        Target::Dot => Some(draw(&cluster.layout(), Form::Dot)),
        Target::LocalNetworks => None,
    }
}

/// Shows what was found; the error is the exit status where that has errors.
fn tell(sources: &SourceMap, found: &[Diagnostic]) -> Result<(), i32> {
    let style = style();
    let mut found: Vec<&Diagnostic> = found.iter().filter(|one| one.severity != Severity::Note).collect();
    found.sort_by_key(|one| (one.span.file.0.wrapping_add(1), one.span.start));
    let text: String = found.iter().map(|one| render::human(sources, one, style)).collect();
    // Nobody is left to tell where standard error is closed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
    if found.iter().any(|one| one.severity.is_error()) { Err(FOUND) } else { Ok(()) }
}
