//! `brood up`: the nodes of a layout that are on this machine, as processes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::launch::{layout_in, load_layout, search_path};
use super::run::split_parameters;
use crate::cluster::plan::Plan;
use crate::cluster::{Layout, Node, Role};
use crate::diag::say;
use crate::engine::Engine;
use crate::load::disk::Disk;
use crate::load::embedded::SCRIPTS;
use crate::load::path::{Finder, Found, Wanted};
use crate::network::{Sockets, Transport, Wake};
use crate::supervisor::{
    Command, Keeper, Kept, Member, Plain, Record, Screen, Signals, Spool, SpoolError, State, View, is_local, port_owner,
};
use crate::value::Value;

pub(super) const NAME: &str = "brood up";

/// Where clusters run, unless told otherwise.
pub(super) const SPOOL: &str = "spool";

const EXAMPLES: &str = "\
Examples:
  brood up etc/cluster-layout.bro site/local.bro
  brood up etc/cluster-layout.bro site/local.bro --only manager,worker-1
  brood up etc/site.bro --spool /var/spool/site

Nodes at addresses of this machine are started: loggers, then managers,
proxies, workers. Each runs in SPOOL/NODE, where its logs are, and what it
prints, in stdout.log and stderr.log; logs of an earlier life go to
SPOOL/NODE/earlier. A node that crashes is started again. Ctrl-C, or `brood
down` from elsewhere, stops them the other way round; `brood status` shows
them. Where output is no terminal, lines tell what happens.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The layout: a script of any name, or a folder with a cluster-layout.
    layout: String,
    /// Scripts that every node loads behind the layout, and settings such as `Broker::disable_ssl=T`.
    #[arg(value_name = "SCRIPT|VAR=VALUE")]
    scripts: Vec<String>,
    /// Start these nodes and no others.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    only: Vec<String>,
    /// The folder to run in; each node gets one of its own there.
    #[arg(long, value_name = "DIR", default_value = SPOOL)]
    spool: PathBuf,
    /// Load no more of the base scripts than every script needs, and the cluster framework.
    #[arg(short, long = "bare-mode")]
    bare: bool,
    /// Look for scripts of this prefix as well.
    #[arg(short = 'p', long = "prefix", value_name = "PREFIX")]
    prefixes: Vec<String>,
    /// Print lines instead of a table, on a terminal too.
    #[arg(long)]
    plain: bool,
}

/// What keeps a cluster from starting.
type Refusal = String;

pub(super) fn run(arguments: Arguments) -> i32 {
    match start(arguments) {
        Ok(status) => status,
        Err(Some(refusal)) => {
            say!("{NAME}: {refusal}");
            1
        }
        // What is wrong was printed.
        Err(None) => 1,
    }
}

fn start(arguments: Arguments) -> Result<i32, Option<Refusal>> {
    let path = find_layout(&arguments.layout)?;
    let (layout, address) = read_layout(&path)?;
    let (members, elsewhere) = choose(&layout, &arguments.only)?;
    let command = command(&arguments, &path)?;
    let spool = Spool::hold(&arguments.spool).map_err(|error| explain(&error, &arguments.spool))?;
    let running = spool.running();
    if !running.is_empty() {
        let error = SpoolError::LeftBehind { pids: running.into_iter().map(|(_, pid)| pid).collect() };
        return Err(Some(explain(&error, &arguments.spool)));
    }
    free_ports(&members, &address)?;
    let names = members.iter().map(|node| node.name.as_str());
    spool.prepare(names).map_err(|error| explain(&error, &arguments.spool))?;
    let record = record(&layout, &path, &members, elsewhere);
    let signals = Signals::catch().map_err(|error| format!("cannot catch signals: {error}"))?;
    let mut view: Box<dyn View> = match Screen::open().filter(|_| !arguments.plain) {
        Some(screen) => Box::new(screen),
        None => Box::new(Plain),
    };
    if !record.elsewhere.is_empty() {
        view.tell(&format!("not started here: {}", record.elsewhere.join(", ")));
    }
    let shown = spool.shown().to_owned();
    let command = with_path(command, &spool);
    let kept = Keeper::new(spool, record, command, signals, &mut *view).keep();
    drop(view);
    let kept = kept.map_err(|error| explain(&error, &arguments.spool))?;
    Ok(report(&kept, &shown))
}

/// Says what became of it; gives the exit status.
fn report(kept: &Kept, spool: &Path) -> i32 {
    for (name, end, last) in &kept.failed {
        say!("{NAME}: {name} {end} before it was up");
        if !last.is_empty() {
            say!("The last lines of {}:", spool.join(name).join("stderr.log").display());
            last.iter().for_each(|line| say!("  {line}"));
        }
    }
    i32::from(!kept.failed.is_empty())
}

/// What is wrong with a spool, and what helps.
pub(super) fn explain(error: &SpoolError, spool: &Path) -> String {
    let option = if spool == Path::new(SPOOL) { String::new() } else { format!(" --spool {}", spool.display()) };
    match error {
        SpoolError::Failed { .. } => format!("{error}; --spool DIR names another folder to run in"),
        SpoolError::Running { .. } => {
            format!("{}: {error}; `brood status{option}` shows it, `brood down{option}` stops it", spool.display())
        }
        SpoolError::LeftBehind { .. } => format!("{}: {error}; `brood down{option}` stops them", spool.display()),
        SpoolError::BadName(_) => error.to_string(),
    }
}

/// The file that is meant. What is wrong with one that is not there, loading it tells.
fn find_layout(given: &str) -> Result<String, Refusal> {
    let path = layout_in(given);
    let finder = Finder { path: &search_path(), files: &Disk, embedded: SCRIPTS };
    match finder.find(&path, None, Wanted::Script) {
        Ok(Found { embedded: Some(_), .. }) => Err(format!("{given} is a script of this program and no layout")),
        Ok(found) => Ok(found.name),
        Err(_) if Path::new(given).is_dir() => {
            Err(format!("{given} is a folder without a cluster-layout.bro; name the script that is the layout"))
        }
        Err(_) => Ok(path),
    }
}

/// The layout, and the address at which its nodes listen.
fn read_layout(path: &str) -> Result<(Layout, String), Option<Refusal>> {
    let (engine, layout) = load_layout(NAME, path).map_err(|_| None)?;
    let address = listen_address(&engine);
    Ok((layout, address))
}

fn listen_address(engine: &Engine) -> String {
    match engine.vm.global_by_name("Broker::default_listen_address") {
        Some(Value::String(text)) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        _ => String::new(),
    }
}

/// Whether a node is a process that somebody starts.
fn is_process(node: &Node) -> bool {
    !matches!(node.role, Role::None | Role::Control)
}

/// The nodes to start, and the names of those that others have to start.
fn choose(layout: &Layout, only: &[String]) -> Result<(Vec<Node>, Vec<String>), Refusal> {
    let wanted: BTreeSet<&str> = only.iter().map(String::as_str).collect();
    for name in &wanted {
        if name.is_empty() {
            return Err("--only wants names of nodes, and one is empty".to_owned());
        }
        let Some(node) = layout.node(name) else {
            let names: Vec<&str> = layout.nodes.iter().map(|node| node.name.as_str()).collect();
            let similar = crate::diag::similar(name, names.iter().copied());
            let hint = match similar {
                Some(similar) => format!("did you mean {similar}?"),
                None => format!("it has {}", names.join(", ")),
            };
            return Err(format!("the layout has no node {name}; {hint}"));
        };
        if !is_process(node) {
            return Err(format!("{name} is of type {}, which is no process", node.role.name()));
        }
        if !is_local(node) {
            return Err(format!("{name} is at {}, which is no address of this machine", node.ip.0));
        }
    }
    let is_chosen = |node: &&Node| if wanted.is_empty() { is_local(node) } else { wanted.contains(node.name.as_str()) };
    let (here, elsewhere): (Vec<&Node>, Vec<&Node>) =
        layout.nodes.iter().filter(|node| is_process(node)).partition(is_chosen);
    if here.is_empty() {
        return Err("no node of the layout has an address of this machine".to_owned());
    }
    let elsewhere = elsewhere.into_iter().map(|node| node.name.clone()).collect();
    Ok((here.into_iter().cloned().collect(), elsewhere))
}

/// All ports are free, or it is said which are not, and who has them.
fn free_ports(nodes: &[Node], address: &str) -> Result<(), Refusal> {
    let mut sockets = Sockets::new(Wake::default()).map_err(|error| format!("cannot open sockets: {error}"))?;
    let mut taken = Vec::new();
    for node in nodes.iter().filter(|node| node.port.is_set()) {
        if let Err(error) = sockets.listen(address, node.port.number) {
            let reason = match (error.kind(), port_owner(node.port.number)) {
                (std::io::ErrorKind::AddrInUse, Some(owner)) => {
                    format!("is in use by process {} ({})", owner.pid, owner.program)
                }
                (std::io::ErrorKind::AddrInUse, None) => "is in use".to_owned(),
                _ => format!("cannot be had: {error}"),
            };
            taken.push(format!("port {} of {} {reason}", node.port.number, node.name));
        }
    }
    match &taken[..] {
        [] => Ok(()),
        [one] => Err(one.clone()),
        several => Err(format!("ports cannot be had:\n  {}", several.join("\n  "))),
    }
}

/// What every node is called with. Nodes run in folders of their own, so names of files become absolute.
fn command(arguments: &Arguments, layout: &str) -> Result<Command, Refusal> {
    let here = std::env::current_dir().map_err(|error| format!("cannot tell the current folder: {error}"))?;
    let program = std::env::current_exe().map_err(|error| format!("cannot tell which program this is: {error}"))?;
    let absolute = |name: &str| {
        if Path::new(name).exists() || name.starts_with('.') {
            here.join(name).components().collect::<PathBuf>().display().to_string()
        } else {
            name.to_owned()
        }
    };
    let (settings, scripts) = split_parameters(arguments.scripts.clone());
    if scripts.iter().any(|script| script == "-") {
        return Err("nodes have no standard input to read scripts from".to_owned());
    }
    if settings.iter().any(|setting| setting.starts_with("Cluster::node=")) {
        return Err("every node gets its own name; --only NAME starts a single one".to_owned());
    }
    let mut words = Vec::new();
    if arguments.bare {
        words.push("-b".to_owned());
    }
    for prefix in &arguments.prefixes {
        words.extend(["-p".to_owned(), prefix.clone()]);
    }
    let layout = here.join(layout).components().collect::<PathBuf>().display().to_string();
    words.extend(["--layout".to_owned(), layout.clone(), "--".to_owned()]);
    if arguments.bare {
        words.push("base/frameworks/cluster".to_owned());
    }
    words.push(layout);
    words.extend(scripts.iter().map(|script| absolute(script)));
    words.extend(settings);
    let path: Vec<String> =
        search_path().entries().iter().map(|entry| here.join(entry).display().to_string()).collect();
    Ok(Command { program, arguments: words, variables: vec![("ZEEKPATH".to_owned(), path.join(":"))] })
}

/// Nodes find the commands for closed logs behind those of the machine.
fn with_path(mut command: Command, spool: &Spool) -> Command {
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned());
    command.variables.push(("PATH".to_owned(), format!("{path}:{}", spool.commands().display())));
    command
}

fn record(layout: &Layout, path: &str, members: &[Node], elsewhere: Vec<String>) -> Record {
    let plan = Plan::of(layout);
    let started =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let expected = |name: &str| {
        let dialled = plan.dialled_by(name).map(|connection| connection.to.clone());
        dialled.chain(plan.accepted_by(name).map(|connection| connection.from.clone())).collect()
    };
    let member = |node: &Node| Member {
        name: node.name.clone(),
        role: node.role,
        address: node.endpoint(),
        expected: expected(&node.name),
        state: State::Waiting,
        pid: None,
        since: started,
        again_at: None,
        restarts: 0,
    };
    Record {
        supervisor: std::process::id(),
        layout: path.to_owned(),
        started,
        members: members.iter().map(member).collect(),
        elsewhere,
    }
}
