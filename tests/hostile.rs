//! Inputs that nobody would write: each ends with an error or a result, in time, and never with a crash.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// What each run may take, on a machine that does something else too.
const LIMIT: Duration = Duration::from_mins(1);

struct Ended {
    status: Option<i32>,
    output: String,
    errors: String,
}

/// A script in a folder of its own.
struct Script {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Script {
    fn new(text: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hostile.bro");
        std::fs::write(&path, text).unwrap();
        Script { folder, path }
    }

    fn start(&self) -> Child {
        let file = |name| std::fs::File::create(self.folder.path().join(name)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_brood"))
            .args(["run", "-b"])
            .arg(&self.path)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(file("output"))
            .stderr(file("errors"))
            .spawn()
            .unwrap()
    }

    fn written(&self, name: &str) -> String {
        let mut bytes = Vec::new();
        std::fs::File::open(self.folder.path().join(name)).unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn end(&self, mut child: Child) -> Ended {
        let process = rustix::process::Pid::from_child(&child);
        let (sender, ended) = channel();
        let waiting = std::thread::spawn(move || drop(sender.send(child.wait())));
        let Ok(status) = ended.recv_timeout(LIMIT) else {
            rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
            waiting.join().unwrap();
            panic!("still running; it printed {:?} and {:?}", self.written("output"), self.written("errors"));
        };
        Ended { status: status.unwrap().code(), output: self.written("output"), errors: self.written("errors") }
    }
}

fn run(text: impl AsRef<[u8]>) -> Ended {
    let script = Script::new(text);
    let child = script.start();
    script.end(child)
}

/// Runs a script that is refused, with a message that is not endless.
fn refused(text: impl AsRef<[u8]>, message: &str) {
    let ended = run(text);
    assert_eq!(ended.status, Some(1), "{}", ended.errors);
    assert!(ended.errors.contains(message), "{message} is not in {}", &ended.errors[..ended.errors.len().min(2000)]);
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    assert!(ended.errors.lines().count() < 20_000, "{} lines", ended.errors.lines().count());
}

fn prints(text: impl AsRef<[u8]>, expected: &str) {
    let ended = run(text);
    assert_eq!((ended.status, &*ended.output), (Some(0), expected), "{}", ended.errors);
}

/// `open`, many times, then what is inside, then `close` as many times.
fn nested(before: &str, open: &str, inside: &str, close: &str, behind: &str) -> String {
    const DEPTH: usize = 20_000;
    format!("{before}{}{inside}{}{behind}", open.repeat(DEPTH), close.repeat(DEPTH))
}

#[test]
fn nothing_nests_without_end() {
    for text in [
        nested("print ", "(", "1", ")", ";"),
        nested("print ", "[", "1", "]", ";"),
        nested("print ", "- ", "1", "", ";"),
        nested("print ", "! ", "T", "", ";"),
        nested("print ", "T ? 1 : ", "2", "", ";"),
        nested("print ", "f(", "1", ")", ";"),
        nested("print ", "function(): any { return ", "1", "; }", ";"),
        nested("print ", "| ", "1", " |", ";"),
        nested("print r", "$r", "", "", ";"),
        nested("print v", "[1]", "", "", ";"),
        nested("print v", "[1:2]", "", "", ";"),
        nested("print v", "()", "", "", ";"),
        nested("print v", " as any", "", "", ";"),
        nested("global a = 1; ", "a = ", "2", "", ";"),
        nested("global a = ", "{ ", "2", " }", ";"),
        nested("global x: ", "vector of ", "count", "", ";"),
        nested("global x: ", "table[count] of ", "count", "", ";"),
        nested("global x: ", "function(): ", "count", "", ";"),
        nested("type R: ", "record { a: ", "count", "; }", ";"),
        nested("event bro_init() ", "{", "", "}", ""),
        nested("event bro_init() { ", "if ( T ) ", "print 1;", "", "}"),
        nested("event bro_init() { ", "if ( T ) print 1; else ", "print 1;", "", "}"),
        nested("event bro_init() { ", "while ( T ) ", "print 1;", "", "}"),
        nested("event bro_init() { ", "for ( i in v ) ", "print 1;", "", "}"),
        nested("event bro_init() { ", "switch 1 { case 1: ", "print 1;", "}", "}"),
        nested("event bro_init() { ", "when ( T ) ", "print 1;", "", "}"),
    ] {
        refused(text, "memory exhausted");
    }
}

#[test]
fn patterns_nest_no_deeper_than_they_can_be_compiled() {
    let ended = run(nested("print /", "(", "a", ")", "/ == \"a\";"));
    assert!(ended.status.is_some() && !ended.errors.contains("panicked"), "{}", ended.errors);
    refused("print /((((a{1,200}){1,200}){1,200}){1,200})/ == \"a\";", "pattern too large");
}

#[test]
fn conditionals_nest_as_deep_as_they_like() {
    prints(nested("", "@if ( T )\n", "print 1;\n", "@endif\n", ""), "1\n");
    prints(nested("", "@if ( F )\n", "print 1;\n", "@endif\n", "print 2;"), "2\n");
    refused(nested("", "@if ( T )\n", "print 1;\n", "", ""), "unbalanced @if");
    refused(nested("", "@else\n", "", "", ""), "@else without @if");
}

#[test]
fn long_rows_are_no_nesting() {
    prints(format!("print 1{};", " + 1".repeat(20_000)), "20001\n");
    prints(format!("print T{};", " && T".repeat(20_000)), "T\n");
    prints(format!("print |\"\"{}|;", " + \"ab\"".repeat(20_000)), "40000\n");
    prints(format!("global v = vector({}1);\nprint |v|;", "1, ".repeat(50_000)), "50001\n");
    let entries: String = (0..20_000).map(|number| format!("[{number}] = \"x\",\n")).collect();
    prints(format!("global t: table[count] of string = {{\n{entries}}};\nprint |t|;"), "20000\n");
    prints("event bro_init() { }\n".repeat(5_000) + "print 1;", "1\n");
}

#[test]
fn tokens_are_as_long_as_they_like() {
    let long = "a".repeat(3_000_000);
    prints(format!("print |\"{long}\"|;"), "3000000\n");
    prints(format!("global {long} = 1;\nprint {long};"), "1\n");
    prints(format!("# {long}\nprint 1;"), "1\n");
    prints(format!("print {} == 18446744073709551615;", "9".repeat(1_000_000)), "T\n");
    refused(format!("print /{long}/ == \"a\";"), "pattern too large");
    refused(format!("print \"{long}"), "without closing quote");
    refused(format!("@load {long}"), "can't find");
    refused(format!("@{long}"), "unknown");
}

#[test]
fn what_is_no_script_is_refused() {
    refused(vec![0; 1_000_000], "unrecognized character");
    let mut random = fastrand::Rng::with_seed(1);
    let bytes: Vec<u8> = (0..1_000_000).map(|_| random.u8(..)).collect();
    refused(bytes, "unrecognized character");
    refused(b"print \"caf\xe9\";\nglobal \xe9 = 1;\n", "unrecognized character");
    refused("print 1;\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), "unrecognized character");
    refused("}\n".repeat(200_000), "syntax error");
    refused("x\n".repeat(200_000), "syntax error");
    refused("global x = ;\n".repeat(20_000), "syntax error");
    refused("print nowhere;\n".repeat(20_000), "unknown identifier");
    refused("@if ( nowhere )\n@endif\n".repeat(20_000), "unknown identifier");
    refused(format!("global v = vector({}1);", "nowhere,\n".repeat(20_000)), "unknown identifier");
    refused(format!("event bro_init() {{ {} }}", "print nowhere;\n".repeat(20_000)), "unknown identifier");
}

/// Starts a script that never ends, and asks it to end once it has called `begun`.
#[cfg(unix)]
fn interrupted(text: &str) -> Ended {
    use rustix::fs::{CWD, Mode, mkfifoat};

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("begun");
    mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
    let script = Script::new(format!("function begun() {{ open(\"{}\"); }}\n{text}", pipe.display()));
    let child = script.start();
    // Both sides of such a pipe wait for each other when they open it.
    std::fs::File::open(&pipe).unwrap();
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    script.end(child)
}

#[test]
fn what_never_ends_can_be_ended() {
    let endings = [
        ("event again() { event again(); }\nevent bro_init() { begun(); event again(); }", false),
        ("event again() { schedule 0 secs { again() }; }\nevent bro_init() { begun(); event again(); }", false),
        ("redef exit_only_after_terminate = T;\nevent bro_init() { begun(); }", false),
        ("event bro_init() { begun(); when ( F ) { } }", false),
        ("event bro_init() { begun(); while ( T ) { } }", true),
        (
            "function f(n: count): count { return n > 60 ? 1 : f(n + 1) + f(n + 1); }
            event bro_init() { begun(); f(0); }",
            true,
        ),
        (
            "event bro_init() { begun(); sort(vector(2, 1), function(a: count, b: count): int { while ( T ) { } return 1; }); }",
            true,
        ),
    ];
    std::thread::scope(|scope| {
        for (text, is_stopped) in endings {
            scope.spawn(move || {
                let ended = interrupted(&format!("{text}\nevent bro_done() {{ print \"done\"; }}"));
                assert_eq!((ended.status, &*ended.output), (Some(0), "done\n"), "{text}: {}", ended.errors);
                assert_eq!(ended.errors.contains("interrupted"), is_stopped, "{text}: {}", ended.errors);
            });
        }
    });
}

#[test]
fn an_end_that_never_ends_can_be_ended() {
    let ended = interrupted("event bro_init() { print \"on\"; }\nevent bro_done() { begun(); while ( T ) { } }");
    assert_eq!((ended.status, &*ended.output), (Some(0), "on\n"));
    assert!(ended.errors.contains("interrupted"), "{}", ended.errors);
}
