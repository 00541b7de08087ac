//! The commands of the prompt: one table, which `:help`, completion and dispatch all read.
//!
//! To add a command, write its function and one row of [`COMMANDS`].

use std::fmt::Write;
use std::time::Duration;

use super::session::Session;
use super::table::table;
use super::{distant, layouts};
use crate::check;
use crate::cluster::Layout;
use crate::cluster::graph::{Form, draw};
use crate::cluster::topics::Topics;
use crate::diag::{self, Severity};
use crate::program::GlobalKind;
use crate::reference::render::{self, cut};
use crate::reference::{Found, Reference, type_text, value_text};
use crate::sema::similar;

/// What completion offers behind a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    None,
    /// A script, on the search path or in the file system.
    Script,
    Node,
    /// A declared name.
    Name,
    Expression,
    /// Anything else.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    Command,
}

/// One command.
pub struct Command {
    pub name: &'static str,
    /// How its arguments are written.
    pub usage: &'static str,
    pub help: &'static str,
    pub argument: Argument,
    run: fn(&mut Session, &str) -> Result<(), String>,
}

const LAYOUT_FORMS: &[&str] = &["table", "json", "dot", "mermaid"];

/// Every command, in the order in which `:help` shows them.
pub const COMMANDS: &[Command] = &[
    Command { name: "help", usage: "[COMMAND]", help: "what can be done here", argument: Argument::Command, run: help },
    Command {
        name: "load",
        usage: "FILE",
        help: "read a script as @load finds it, and run its bro_init",
        argument: Argument::Script,
        run: load,
    },
    Command {
        name: "reload",
        usage: "",
        help: "read all scripts anew, then enter silently again what was entered",
        argument: Argument::None,
        run: reload,
    },
    Command {
        name: "node",
        usage: "[NAME]",
        help: "be that node of the layout; `-` is no node; without a name, list them",
        argument: Argument::Node,
        run: node,
    },
    Command {
        name: "layout",
        usage: "[table|json|dot|mermaid]",
        help: "the nodes of the layout",
        argument: Argument::Words(LAYOUT_FORMS),
        run: layout,
    },
    Command {
        name: "plan",
        usage: "[NODE]",
        help: "who listens where and who dials whom",
        argument: Argument::Node,
        run: plan,
    },
    Command {
        name: "topics",
        usage: "[NODE|TOPIC]",
        help: "which topics reach which nodes",
        argument: Argument::Node,
        run: topics,
    },
    Command {
        name: "type",
        usage: "EXPRESSION",
        help: "the type of an expression, which is not evaluated",
        argument: Argument::Expression,
        run: type_of,
    },
    Command {
        name: "doc",
        usage: "[NAME]",
        help: "what is known of a name, a module or a word; ?NAME for short",
        argument: Argument::Name,
        run: doc,
    },
    Command {
        name: "vars",
        usage: "[PREFIX]",
        help: "variables of your scripts and of the prompt, or all whose name begins so",
        argument: Argument::Name,
        run: vars,
    },
    Command {
        name: "check",
        usage: "",
        help: "what is wrong with the layout and the scripts, as `brood check` finds it",
        argument: Argument::None,
        run: check,
    },
    Command {
        name: "connect",
        usage: "HOST:PORT",
        help: "connect with a running node, whose values and topics the next four show",
        argument: Argument::Text,
        run: distant::connect,
    },
    Command {
        name: "get",
        usage: "EXPRESSION",
        help: "a variable of that node, or an expression of its variables",
        argument: Argument::Expression,
        run: distant::get,
    },
    Command {
        name: "publish",
        usage: "TOPIC EVENT(...)",
        help: "send an event to everybody who hears the topic",
        argument: Argument::Text,
        run: distant::publish,
    },
    Command {
        name: "monitor",
        usage: "[TOPIC]",
        help: "show messages as they come whose topics begin so, until a key is pressed",
        argument: Argument::Text,
        run: distant::monitor,
    },
    Command {
        name: "peers",
        usage: "",
        help: "who is connected with this session, and with that node",
        argument: Argument::None,
        run: distant::peers,
    },
    Command {
        name: "time",
        usage: "EXPRESSION",
        help: "the value of an expression and how long it took",
        argument: Argument::Expression,
        run: time,
    },
    Command {
        name: "undo",
        usage: "",
        help: "take back what was entered last and changed something",
        argument: Argument::None,
        run: undo,
    },
    Command {
        name: "reset",
        usage: "",
        help: "forget everything since the start",
        argument: Argument::None,
        run: reset,
    },
    Command { name: "quit", usage: "", help: "end, as Ctrl-D does", argument: Argument::None, run: quit },
];

/// The command of a name, or of a beginning that fits only one.
pub fn find(name: &str) -> Result<&'static Command, String> {
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name) {
        return Ok(command);
    }
    let fitting: Vec<&Command> =
        COMMANDS.iter().filter(|command| !name.is_empty() && command.name.starts_with(name)).collect();
    match &fitting[..] {
        [only] => Ok(only),
        [] => {
            let names = COMMANDS.iter().map(|command| command.name);
            let help = similar(name, names).map_or_else(
                || ":help lists the commands".to_string(),
                |suggestion| format!("did you mean :{suggestion}?"),
            );
            Err(format!("there is no command :{name}; {help}"))
        }
        several => {
            let names: Vec<String> = several.iter().map(|command| format!(":{}", command.name)).collect();
            Err(format!(":{name} may be {}", names.join(" or ")))
        }
    }
}

/// Runs a command. The error is for the user.
pub(super) fn run(session: &mut Session, name: &str, arguments: &str) -> Result<(), String> {
    let command = find(name)?;
    if command.argument == Argument::None && !arguments.is_empty() {
        return Err(format!(":{} takes no arguments", command.name));
    }
    (command.run)(session, arguments)
}

fn print(session: &Session, text: &str) {
    session.output.text(text.as_bytes());
}

/// The message was given already.
pub(super) fn failed() -> String {
    String::new()
}

pub(super) fn needed(arguments: &str, what: &str, example: &str) -> Result<(), String> {
    if arguments.is_empty() { Err(format!("{what} is missing, as in {example}")) } else { Ok(()) }
}

fn help(session: &mut Session, arguments: &str) -> Result<(), String> {
    if !arguments.is_empty() {
        let command = find(arguments.trim_start_matches(':'))?;
        print(session, &format!(":{} {}\n  {}\n", command.name, command.usage, command.help));
        return Ok(());
    }
    print(
        session,
        "Enter an expression to see its value, or any statement or declaration.\n\
         `_` is the last value. What fails leaves everything as it was.\n\n",
    );
    let left = |command: &Command| format!(":{} {}", command.name, command.usage);
    let column = COMMANDS.iter().map(|command| left(command).len()).max().unwrap_or(0).min(24);
    let mut out = String::new();
    for command in COMMANDS {
        let left = left(command);
        let room = session.style.width.saturating_sub(column + 4);
        let mut lines = render::wrap(command.help, room).into_iter();
        let first = lines.next().unwrap_or_default();
        if left.trim_end().len() > column {
            let _ = writeln!(out, "  {left}\n  {:column$}  {first}", "");
        } else {
            let _ = writeln!(out, "  {:<column$}  {first}", left.trim_end());
        }
        for line in lines {
            let _ = writeln!(out, "  {:column$}  {line}", "");
        }
    }
    print(session, &out);
    Ok(())
}

fn load(session: &mut Session, file: &str) -> Result<(), String> {
    needed(file, "a script", ":load cluster-layout.bro")?;
    if session.loaded.iter().any(|loaded| loaded == file) || session.start.scripts.iter().any(|script| script == file) {
        print(session, &format!("{file} is loaded; reading everything anew.\n"));
        return reload(session, "");
    }
    if session.load_script(file) { Ok(()) } else { Err(failed()) }
}

fn reload(session: &mut Session, _: &str) -> Result<(), String> {
    let errors = session.output.errors();
    let result = session.reload();
    report_replay(session, result);
    if session.output.errors() > errors { Err(failed()) } else { Ok(()) }
}

/// Says how a replay went, unless there was nothing to replay.
fn report_replay(session: &Session, (worked, entered): (usize, usize)) {
    if entered == 0 {
        return;
    }
    let what = if entered == 1 { "1 input was".to_string() } else { format!("{entered} inputs were") };
    let lost = entered.saturating_sub(worked);
    let rest = if lost == 0 { String::new() } else { format!("; {lost} of them failed and are dropped") };
    print(session, &format!("{what} entered again{rest}.\n"));
}

fn node(session: &mut Session, name: &str) -> Result<(), String> {
    let layout = session.layout();
    if name.is_empty() {
        let layout = layout.ok_or_else(no_layout)?;
        let names = super::table::names(layout.nodes.iter().map(|node| node.name.as_str()));
        let own = session.node();
        let own = if own.is_empty() { "This is no node of a cluster.".into() } else { format!("This is {own}.") };
        let text = format!("{own} The layout has {names}.");
        print(session, &(render::wrap(&text, session.style.width).join("\n") + "\n"));
        return Ok(());
    }
    let name = if name == "-" { "" } else { name };
    if let Some(layout) = &layout
        && !name.is_empty()
    {
        known_node(layout, name)?;
    }
    let errors = session.output.errors();
    let result = session.become_node(name);
    report_replay(session, result);
    if session.output.errors() > errors { Err(failed()) } else { Ok(()) }
}

fn known_node<'a>(layout: &'a Layout, name: &str) -> Result<&'a crate::cluster::Node, String> {
    layout.node(name).ok_or_else(|| {
        let names = layout.nodes.iter().map(|node| node.name.as_str());
        let help = similar(name, names).map(|suggestion| format!("; did you mean {suggestion}?"));
        format!("the layout has no node {name}{}", help.unwrap_or_default())
    })
}

fn no_layout() -> String {
    "no layout is loaded; :load FILE loads one".into()
}

fn layout(session: &mut Session, form: &str) -> Result<(), String> {
    let layout = session.layout().ok_or_else(no_layout)?;
    let text = match form {
        "" | "table" => layouts::layout(&layout, &session.node(), session.style.width),
        "json" => serde_json::to_string_pretty(&layout).map_err(|error| error.to_string())? + "\n",
        "dot" => draw(&layout, Form::Dot),
        "mermaid" => draw(&layout, Form::Mermaid),
        other => return Err(format!("{other} is none of {}", LAYOUT_FORMS.join(", "))),
    };
    print(session, &text);
    Ok(())
}

fn plan(session: &mut Session, name: &str) -> Result<(), String> {
    let layout = session.layout().ok_or_else(no_layout)?;
    let width = session.style.width;
    let text = if name.is_empty() {
        layouts::plan(&layout, width)
    } else {
        layouts::plan_of(&layout, known_node(&layout, name)?, width)
    };
    print(session, &text);
    Ok(())
}

fn topics(session: &mut Session, argument: &str) -> Result<(), String> {
    let layout = session.layout().ok_or_else(no_layout)?;
    let topics = Topics::of(&session.engine.vm);
    let width = session.style.width;
    let text = match layout.node(argument) {
        _ if argument.is_empty() => layouts::topics(&topics, &layout, width),
        Some(node) => layouts::topics_of(&topics, node),
        None => layouts::receivers(&topics, &layout, argument.trim_matches('"'), width),
    };
    print(session, &text);
    Ok(())
}

fn type_of(session: &mut Session, text: &str) -> Result<(), String> {
    needed(text, "an expression", ":type Cluster::nodes")?;
    let expression = session.read_expression(text).ok_or_else(failed)?;
    match session.engine.type_of(&expression) {
        Ok(ty) => {
            let mut out = format!("{}\n", type_text(&ty));
            if let (Some(_), Some(record)) = (ty.name(), ty.as_record()) {
                for field in record.save() {
                    let mark = if field.optional && field.default.is_none() { " &optional" } else { "" };
                    let _ = writeln!(out, "  ${}: {}{mark}", field.name, type_text(&field.ty));
                }
            }
            print(session, &out);
            Ok(())
        }
        Err(diagnostics) => {
            diagnostics.iter().for_each(|diagnostic| session.engine.report(diagnostic));
            Err(failed())
        }
    }
}

fn doc(session: &mut Session, name: &str) -> Result<(), String> {
    let reference = Reference::of(&session.engine.vm);
    let form = render::Form::Text { width: session.style.width };
    if name.is_empty() {
        print(session, &render::overview(&reference, form));
        return Ok(());
    }
    match reference.find(name) {
        Found::One(entry) => print(session, &render::entry(entry, form)),
        Found::Several(entries) => print(session, &render::listing(name, &entries, form)),
        Found::Nothing(suggestion) => {
            let help = suggestion.map(|suggestion| format!("; did you mean {suggestion}?"));
            return Err(format!("nothing is known of {name}{}", help.unwrap_or_default()));
        }
    }
    Ok(())
}

fn vars(session: &mut Session, prefix: &str) -> Result<(), String> {
    let program = &session.engine.vm.program;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (id, global) in program.globals() {
        let is_variable = matches!(global.kind, GlobalKind::Variable | GlobalKind::Const | GlobalKind::Option);
        if !is_variable || global.ty.as_func().is_some() || !program.is_visible(id) {
            continue;
        }
        let wanted = if prefix.is_empty() {
            !program.sources.is_embedded(global.span.file)
        } else {
            global.name.as_str().starts_with(prefix)
        };
        if !wanted {
            continue;
        }
        let value = session.engine.vm.global(id);
        let value = if value.is_set() { value_text(&value) } else { "<uninitialized>".into() };
        rows.push(vec![global.name.to_string(), type_text(&global.ty), value]);
    }
    if rows.is_empty() && prefix.is_empty() {
        print(session, "There are no variables yet.\n");
        return Ok(());
    }
    if rows.is_empty() {
        return Err(format!("no variable begins with {prefix}"));
    }
    rows.sort();
    let width = session.style.width;
    let columns = |column: usize, most: usize| {
        rows.iter()
            .map(|row| row.get(column).map_or(0, |cell| cell.chars().count()))
            .max()
            .unwrap_or(0)
            .min(most)
            .max(4)
    };
    let (names, types) = (columns(0, width), columns(1, width / 4));
    for row in &mut rows {
        if let [_, ty, value] = &mut row[..] {
            *ty = cut(ty, types);
            *value = cut(value, width.saturating_sub(names + types + 4).max(16));
        }
    }
    let text = table(&["name", "type", "value"], &rows, width);
    print(session, &text);
    Ok(())
}

fn check(session: &mut Session, _: &str) -> Result<(), String> {
    let paths: Vec<String> = session.start.scripts.iter().chain(&session.loaded).cloned().collect();
    if paths.is_empty() {
        return Err("there are no scripts to check; :load FILE loads one".into());
    }
    let setup = (session.start.setup)();
    let request = check::Request {
        paths,
        search: setup.path,
        prefixes: setup.prefixes,
        bare: session.start.options.bare,
        all_nodes: false,
    };
    let report = check::run(&request).map_err(|refusal| refusal.0)?;
    let style = diag::render::Style { color: session.style.color, width: session.style.width };
    let mut out: String =
        report.findings.iter().map(|finding| diag::render::human(&report.sources, finding, style)).collect();
    let errors = report.count(Severity::is_error);
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&report.summary());
    print(session, &out);
    if errors > 0 { Err(failed()) } else { Ok(()) }
}

fn time(session: &mut Session, text: &str) -> Result<(), String> {
    needed(text, "an expression", ":time fib(20)")?;
    let expression = session.read_expression(text).ok_or_else(failed)?;
    let took = session.time_expression(&expression).ok_or_else(failed)?;
    print(session, &format!("took {}\n", duration(took)));
    Ok(())
}

/// Three digits and a unit.
fn duration(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    let (number, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    if number < 10.0 { format!("{number:.2} {unit}") } else { format!("{number:.0} {unit}") }
}

fn undo(session: &mut Session, _: &str) -> Result<(), String> {
    let text = session.undo()?;
    let first = text.trim().lines().next().unwrap_or_default().to_string();
    let more = if text.trim().lines().count() > 1 { " ..." } else { "" };
    let line = cut(&format!("undone: {first}{more}"), session.style.width);
    print(session, &format!("{line}\n"));
    Ok(())
}

fn reset(session: &mut Session, _: &str) -> Result<(), String> {
    let errors = session.output.errors();
    session.reset();
    if session.output.errors() > errors { Err(failed()) } else { Ok(()) }
}

#[expect(clippy::unnecessary_wraps, reason = "the table holds commands that can fail")]
fn quit(session: &mut Session, _: &str) -> Result<(), String> {
    session.quit = Some(0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{COMMANDS, duration, find};

    #[test]
    fn a_beginning_is_enough_where_it_fits_one() {
        assert_eq!(find("q").map(|command| command.name), Ok("quit"));
        assert_eq!(find("re").map(|command| command.name).unwrap_err(), ":re may be :reload or :reset");
        assert_eq!(
            find("layuot").map(|command| command.name).unwrap_err(),
            "there is no command :layuot; did you mean :layout?"
        );
    }

    #[test]
    fn names_are_there_once_and_fit_help() {
        for (index, command) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS[index + 1..].iter().all(|other| other.name != command.name));
            assert!(!command.help.is_empty());
        }
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_nanos(1500)), "1.50 µs");
        assert_eq!(duration(Duration::from_millis(42)), "42 ms");
    }
}
