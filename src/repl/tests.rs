//! Sessions without a terminal.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::completion::complete;
use super::{Output, Session, StartUp, Style};
use crate::engine::Options;
use crate::load::Setup;
use crate::load::embedded::SCRIPTS;
use crate::load::files::MemoryFiles;
use crate::load::path::SearchPath;
use crate::vm::MemoryHost;

const LAYOUT: &str = r#"
redef Cluster::nodes = {
	["manager-1"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=47760/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=47761/tcp, $manager="manager-1"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=47762/tcp, $manager="manager-1"],
};
"#;

/// A session over files in memory, with what it wrote.
struct Tried {
    session: Session,
    output: Rc<Output>,
}

impl Tried {
    fn with(files: &[(&str, &str)], scripts: &[&str], no_base: bool) -> Tried {
        let mut memory = MemoryFiles::default();
        for (name, text) in files {
            memory.insert(name, text.as_bytes().to_vec());
        }
        let memory = Rc::new(memory);
        let names: Vec<String> = files.iter().map(|(name, _)| (*name).to_string()).collect();
        let output = Output::kept();
        let interrupt: Arc<AtomicBool> = Arc::default();
        let start = StartUp {
            options: Options { bare: true, no_base, ..Options::default() },
            setup: Box::new(move || Setup {
                files: memory.clone(),
                path: SearchPath::default(),
                embedded: SCRIPTS,
                prefixes: Vec::new(),
                recover: true,
                salvage: false,
                parsed: None,
            }),
            host: Box::new(move || {
                let mut host = MemoryHost::at(1000.0);
                for name in &names {
                    host.files.insert(format!("./{name}"), Vec::new());
                }
                Box::new(host)
            }),
            scripts: scripts.iter().map(ToString::to_string).collect(),
            parameters: Vec::new(),
            command_line: None,
            interrupt: interrupt.clone(),
        };
        let session = Session::new(start, output.clone(), Style::default());
        Tried { session, output }
    }

    /// The language alone.
    fn bare() -> Tried {
        Tried::with(&[], &[], true)
    }

    /// A cluster's layout.
    fn cluster() -> Tried {
        let mut tried =
            Tried::with(&[("cluster-layout.bro", LAYOUT)], &["base/frameworks/cluster", "cluster-layout.bro"], false);
        tried.output();
        tried
    }

    /// What came out since the last time.
    fn output(&mut self) -> String {
        String::from_utf8(self.output.take()).unwrap()
    }

    /// Enters something that works.
    fn enter(&mut self, text: &str) -> String {
        assert!(self.session.enter(text), "{text}: {}", self.output());
        self.output()
    }

    /// Enters something that fails.
    fn fail(&mut self, text: &str) -> String {
        assert!(!self.session.enter(text), "{text} works: {}", self.output());
        self.output()
    }

    fn complete(&mut self, line: &str) -> Vec<String> {
        let completion = complete(&mut self.session, line, line.len());
        let begun = &line[completion.start..];
        assert!(
            completion
                .texts()
                .iter()
                .all(|text| text.to_lowercase().starts_with(&begun.to_lowercase()) || begun.len() < 4)
        );
        completion.texts().into_iter().map(str::to_string).collect()
    }
}

#[test]
fn an_expression_shows_its_value_and_is_the_last_one() {
    let mut tried = Tried::bare();
    assert_eq!(tried.enter("1 + 2"), "3\n");
    assert_eq!(tried.enter("_ * 2"), "6\n");
    assert_eq!(tried.enter("\"a\" + \"b\";"), "ab\n");
    assert_eq!(tried.enter("_"), "ab\n");
    assert_eq!(tried.enter("local x = 3;"), "");
    assert_eq!(tried.enter("x = 4"), "");
    assert_eq!(tried.enter("x"), "4\n");
}

#[test]
fn code_keeps_to_the_last_value_it_saw() {
    let mut tried = Tried::bare();
    tried.enter("5");
    tried.enter("function five(): count { return _; }");
    tried.enter("\"text\"");
    assert_eq!(tried.enter("five()"), "5\n");
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let mut tried = Tried::bare();
    tried.enter("global t: table[string] of vector of count = { [\"a\"] = vector(1) };");
    tried.enter("type R: record { a: count; };");
    tried.enter("global r = R($a=1);");
    let zero = "local zero = 0; print 1 / zero;";
    tried.fail(&format!("t[\"b\"] = vector(2); t[\"a\"] += 2; r$a = 9; {zero}"));
    tried.fail(&format!("redef record R += {{ more: string &default=\"x\"; }}; {zero}"));
    tried.fail(&format!("global lost = 1; {zero}"));
    tried.fail("zero");
    tried.fail("lost");
    assert_eq!(tried.enter("|t|"), "1\n");
    assert_eq!(tried.enter("t[\"a\"]"), "[1]\n");
    assert_eq!(tried.enter("r"), "[a=1]\n");
    tried.enter("redef record R += { other: count &default=7; };");
    assert_eq!(tried.enter("R($a=2)"), "[a=2, other=7]\n");
}

#[test]
fn a_failed_handler_takes_its_input_back() {
    let mut tried = Tried::bare();
    tried.enter("global n = 0;");
    tried.enter("event grow() { n += 1; local zero = 0; print 1 / zero; }");
    tried.fail("n = 5; event grow();");
    assert_eq!(tried.enter("n"), "0\n");
}

#[test]
fn events_run_after_the_input_that_raises_them() {
    let mut tried = Tried::bare();
    tried.enter("event told(what: string) { print what; }");
    assert_eq!(tried.enter("event told(\"behind\"); print \"before\";"), "before\nbehind\n");
    assert_eq!(tried.enter("when ( T ) { print \"held\"; }"), "held\n");
}

#[test]
fn undo_goes_back_input_by_input() {
    let mut tried = Tried::bare();
    tried.enter("global x = 1;");
    tried.enter("x = 2;");
    tried.enter("x + 1");
    tried.enter("x = 3;");
    assert_eq!(tried.enter(":undo"), "undone: x = 3;\n");
    assert_eq!(tried.enter("x"), "2\n");
    tried.enter(":undo");
    assert_eq!(tried.enter("x"), "1\n");
    tried.enter(":undo");
    tried.fail("x");
    assert_eq!(tried.fail(":undo"), "nothing was entered that could be undone\n");
}

#[test]
fn names_of_the_prompt_may_be_declared_again() {
    let mut tried = Tried::bare();
    tried.enter("function f(x: count): count { return x; }");
    tried.enter("function g(): count { return f(1); }");
    tried.enter("function f(x: count): count { return x + 10; }");
    assert_eq!(tried.enter("g()"), "11\n");
    tried.enter("local x = 1;");
    tried.enter("local x = \"a\";");
    assert_eq!(tried.enter("x"), "a\n");
    tried.enter("type E: enum { ONE, TWO };");
    tried.enter("type E: enum { ONE, TWO, THREE };");
    assert_eq!(tried.enter("THREE"), "THREE\n");
    tried.enter("for ( i in vector(1, 2) ) { local y = i; }");
    tried.enter("for ( i in vector(1, 2) ) { local y = i; }");
}

#[test]
fn reload_enters_again_silently() {
    let mut tried =
        Tried::with(&[("a.bro", "global a = 1;\nevent zeek_init() { print \"begins\"; }")], &["a.bro"], false);
    assert_eq!(tried.output(), "begins\n");
    tried.enter("print a; a = 5;");
    tried.enter("function twice(x: count): count { return x * 2; }");
    assert_eq!(tried.enter(":reload"), "begins\n2 inputs were entered again.\n");
    assert_eq!(tried.enter("twice(a)"), "10\n");
    assert_eq!(tried.enter(":reset"), "begins\n");
    assert_eq!(tried.enter("a"), "1\n");
    tried.fail("twice(1)");
}

#[test]
fn a_script_loaded_late_begins_late() {
    let files = [("late.bro", "global late = 1;\nevent zeek_init() { print \"begins\"; }\nprint \"statement\";")];
    let mut tried = Tried::with(&files, &[], true);
    assert_eq!(tried.enter(":load late.bro"), "statement\nbegins\n");
    assert_eq!(tried.enter("late"), "1\n");
    tried.enter(":undo");
    tried.fail("late");
    assert_eq!(tried.enter("@load late"), "statement\nbegins\n");
    tried.fail(":load missing.bro");
}

#[test]
fn a_session_can_be_any_node() {
    let mut tried = Tried::cluster();
    assert_eq!(tried.session.prompt(), "brood> ");
    tried.enter("local mark = 1;");
    assert!(tried.fail(":node worker-3").contains("did you mean worker-"));
    tried.session.enter(":node worker-1");
    assert_eq!(tried.session.prompt(), "worker-1> ");
    tried.output();
    assert_eq!(tried.enter("Cluster::local_node_type()"), "Cluster::WORKER\n");
    assert_eq!(tried.enter("mark"), "1\n");
}

#[test]
fn layouts_plans_and_topics_fit_a_terminal() {
    let mut tried = Tried::cluster();
    let layout = tried.enter(":layout");
    assert!(layout.starts_with("node       type     address"), "{layout}");
    assert!(layout.contains("worker-2   worker   10.0.0.3:47762  manager-1\n"), "{layout}");
    let plan = tried.enter(":plan");
    assert!(plan.contains("worker-1   10.0.0.2:47761  manager-1\n"), "{plan}");
    assert!(tried.enter(":plan manager-1").contains("It is dialled by worker-1 to worker-2."));
    assert!(tried.enter(":topics").contains("bro/cluster/worker        worker-1 to worker-2\n"));
    assert_eq!(tried.enter(":topics bro/cluster/node/worker-1"), "bro/cluster/node/worker-1 reaches worker-1.\n");
    assert!(tried.enter(":layout json").contains("\"node_type\": \"WORKER\""));
    assert!(tried.enter(":layout dot").starts_with("digraph"));
    for command in [":layout", ":plan", ":topics", ":help", ":doc Cluster", ":vars Cluster::"] {
        let text = tried.enter(command);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

#[test]
fn types_are_told_without_evaluating() {
    let mut tried = Tried::bare();
    tried.enter("global n = 0;");
    tried.enter("function grow(): count { return ++n; }");
    assert_eq!(tried.enter(":type grow()"), "count\n");
    assert_eq!(tried.enter("n"), "0\n");
    tried.enter("type Pair: record { a: count; b: string &optional; };");
    assert_eq!(tried.enter(":type Pair($a=1)"), "Pair\n  $a: count\n  $b: string &optional\n");
    tried.fail(":type nothing");
}

#[test]
fn after_a_dollar_only_fields_may_stand() {
    let mut tried = Tried::cluster();
    assert_eq!(tried.complete("Cluster::nodes[\"worker-1\"]$n"), ["node_type"]);
    assert_eq!(tried.complete("print Cluster::nodes[\"worker-1\"]?$man"), ["manager"]);
    assert_eq!(tried.complete("Cluster::nodes[\"a\"]$nothing"), [""; 0]);
    tried.enter("type Inner: record { deep: count; };");
    tried.enter("type Outer: record { inner: Inner; };");
    tried.enter("function make(): Outer { return Outer($inner=Inner($deep=1)); }");
    assert_eq!(tried.complete("make()$inner$"), ["deep"]);
    assert_eq!(tried.complete("make()$"), ["inner"]);
}

#[test]
fn constructors_offer_the_fields_that_are_missing() {
    let mut tried = Tried::cluster();
    let offered = tried.complete("redef Cluster::nodes += { [\"x\"] = [$node_type=Cluster::WORKER, $i");
    assert_eq!(offered, ["id", "interface", "ip"]);
    assert!(!tried.complete("Cluster::Node($ip=1.2.3.4, $").contains(&"ip".to_string()));
    let types = tried.complete("redef Cluster::nodes += { [\"x\"] = [$node_type=WOR");
    assert_eq!(types, ["Cluster::WORKER"]);
}

#[test]
fn after_a_module_only_its_names_may_stand() {
    let mut tried = Tried::cluster();
    assert_eq!(tried.complete("Cluster::local_node_t"), ["Cluster::local_node_type"]);
    assert!(tried.complete("Cluster::").iter().all(|name| name.starts_with("Cluster::")));
    assert_eq!(tried.complete("print Clus"), ["Cluster::"]);
    assert_eq!(tried.complete("to_upp"), ["to_upper"]);
}

#[test]
fn commands_nodes_keys_and_scripts_complete() {
    let mut tried = Tried::cluster();
    assert_eq!(tried.complete(":lay"), ["layout"]);
    assert_eq!(tried.complete(":layout m"), ["mermaid"]);
    assert_eq!(tried.complete(":node wor"), ["worker-1", "worker-2"]);
    assert_eq!(tried.complete("Cluster::nodes[\"man"), ["manager-1"]);
    assert_eq!(tried.complete("Cluster::node_topic(\"man"), ["manager-1"]);
    assert_eq!(tried.complete(":load base/frameworks/clus"), ["base/frameworks/cluster", "base/frameworks/cluster/"]);
    assert_eq!(tried.complete(":type Cluster::nodes[\"worker-1\"]$zo"), ["zone_id"]);
    assert_eq!(tried.complete("?Cluster::local_node_t"), ["Cluster::local_node_type"]);
    assert_eq!(tried.complete("@lo"), ["@load"]);
    assert_eq!(tried.complete("global x = 1 &red"), ["&redef"]);
    assert_eq!(tried.complete("print 1; # Clus"), [""; 0]);
}

#[test]
fn what_is_known_of_names_comes_from_their_declarations() {
    let mut tried = Tried::cluster();
    assert!(
        tried.enter("?Cluster::node_topic").starts_with("function Cluster::node_topic(name: string): string &redef\n")
    );
    assert!(tried.enter(":doc to_upper").contains("example    to_upper(\"Abc\") gives ABC\n"));
    assert!(tried.fail(":doc Clustr::nodes").contains("did you mean Cluster::nodes?"));
    tried.enter("## Mine alone.\nglobal mine = 1;");
    assert!(tried.enter(":doc mine").contains("Mine alone."));
}

#[test]
fn commands_say_what_is_wrong_with_them() {
    let mut tried = Tried::bare();
    assert_eq!(tried.fail(":laod x"), "there is no command :laod; did you mean :load?\n");
    assert_eq!(tried.fail(":undo twice"), ":undo takes no arguments\n");
    assert_eq!(tried.fail(":layout"), "no layout is loaded; :load FILE loads one\n");
    assert!(tried.fail(":type").contains("an expression is missing"));
}

#[test]
fn scripts_end_the_session_with_their_status() {
    let mut tried = Tried::bare();
    tried.session.enter("exit(4);");
    assert_eq!(tried.session.quit(), Some(4));
}
