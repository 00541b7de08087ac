//! What runs leave behind: logs, databases, rotated files. Each test has a folder of its own.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::Command;

struct Run {
    folder: tempfile::TempDir,
    output: String,
    errors: String,
}

impl Run {
    /// Runs a script with the bare base scripts.
    fn of(script: &str) -> Self {
        Run { folder: tempfile::tempdir().unwrap(), output: String::new(), errors: String::new() }.again(script, &[])
    }

    /// Runs another script in the same folder.
    fn again(mut self, script: &str, variables: &[(&str, &str)]) -> Self {
        let path = self.folder.path().join("script.bro");
        fs::write(&path, script).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_brood"))
            .args(["run", "-b", "script.bro"])
            .current_dir(self.folder.path())
            .env_clear()
            .env("TZ", "UTC")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        self.output = String::from_utf8(output.stdout).unwrap();
        self.errors = String::from_utf8(output.stderr).unwrap();
        self
    }

    /// What went to standard error, without the breaks of its lines.
    fn messages(&self) -> String {
        self.errors.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A file's lines, with the times of header lines masked.
    fn log(&self, name: &str) -> Vec<String> {
        let text =
            fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.errors));
        let mask = |line: &str| match line.split_once('\t') {
            Some((key @ ("#open" | "#close"), time)) if time.len() == 19 => format!("{key}\tTIME"),
            _ => line.to_owned(),
        };
        text.lines().map(mask).collect()
    }

    /// The names of all files whose names begin so.
    fn files(&self, start: &str) -> Vec<String> {
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> =
            fs::read_dir(self.folder.path()).unwrap().map(|entry| name(entry.unwrap())).collect();
        names.retain(|name| name.starts_with(start));
        names.sort();
        names
    }
}

const STREAM: &str = r"
module Test;
export {
	redef enum Log::ID += { LOG };
	type Inner: record { a: addr &log; p: port &log; secret: string &optional; };
	type Info: record {
		t: time &log;
		s: string &log;
		inner: Inner &log &optional;
		n: set[count] &log &optional;
		v: vector of interval &log &optional;
		b: bool &log &default=T;
		e: Log::Writer &log &optional;
		net: subnet &log &optional;
		d: double &log &optional;
		hidden: string &optional;
	};
}
";

fn with_stream(rest: &str) -> String {
    format!("{STREAM}{rest}")
}

#[test]
fn a_text_log_is_bro_s() {
    let run = Run::of(&with_stream(
        r#"
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::write(Test::LOG, [$t=double_to_time(1300000000.25), $s="tab\there", $inner=[$a=10.0.0.1, $p=53/udp],
	                       $n=set(3), $v=vector(1sec, 1.5sec), $e=Log::WRITER_NONE, $net=10.0.0.0/8, $d=0.5]);
	Log::write(Test::LOG, Info($t=double_to_time(0.0), $s="", $n=set(), $b=F));
	Log::write(Test::LOG, [$t=double_to_time(0.0), $s="-"]);
	}
"#,
    ));
    let expected = [
        r"#separator \x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\ttest",
        "#open\tTIME",
        "#fields\tt\ts\tinner.a\tinner.p\tn\tv\tb\te\tnet\td",
        "#types\ttime\tstring\taddr\tport\tset[count]\tvector[interval]\tbool\tenum\tsubnet\tdouble",
        "1300000000.250000\ttab\\x09here\t10.0.0.1\t53\t3\t1.000000,1.500000\tT\tLog::WRITER_NONE\t10.0.0.0/8\t0.5",
        "0.000000\t(empty)\t-\t-\t(empty)\t-\tF\t-\t-\t-",
        "0.000000\t\\x2d\t-\t-\t-\t-\tT\t-\t-\t-",
        "#close\tTIME",
    ];
    assert_eq!(run.log("test.log"), expected, "{}", run.errors);
}

#[test]
fn filters_choose_and_rename() {
    let run = Run::of(&with_stream(
        r#"
type Extra: record { node: string &log; };
function extra(path: string): Extra { return [$node=path + "!"]; }
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::remove_default_filter(Test::LOG);
	Log::add_filter(Test::LOG, [$name="some", $path="some", $include=set("s", "inner.a"),
	                            $field_name_map=table(["inner.a"] = "address"), $ext_func=extra,
	                            $pred(rec: any) = { return (rec as Info)$b; }]);
	Log::add_filter(Test::LOG, [$name="rest", $path="some", $exclude=set("t", "n", "v", "b", "e", "net", "d"),
	                            $scope_sep="_"]);
	Log::add_filter(Test::LOG, [$name="by s", $include=set("s"),
	                            $path_func(id: Log::ID, path: string, rec: Info) = { return "by-" + rec$s; }]);
	Log::write(Test::LOG, [$t=double_to_time(1.0), $s="x", $inner=[$a=10.0.0.1, $p=53/udp]]);
	Log::write(Test::LOG, [$t=double_to_time(1.0), $s="y", $b=F]);
	}
"#,
    ));
    let body = |name: &str| -> Vec<String> {
        run.log(name).into_iter().filter(|line| line.starts_with("#fields") || !line.starts_with('#')).collect()
    };
    assert_eq!(body("some.log"), ["#fields\ts\taddress", "x\t10.0.0.1"], "{}", run.errors);
    assert_eq!(body("some-2.log"), ["#fields\ts\tinner_a\tinner_p", "x\t10.0.0.1\t53", "y\t-\t-"]);
    assert_eq!(run.files("by-"), ["by-x.log", "by-y.log"]);
    assert!(run.messages().contains("changed to use new path 'some-2'"), "{}", run.errors);
}

#[test]
fn json_and_other_settings_of_a_filter() {
    let run = Run::of(&with_stream(
        r#"
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::add_filter(Test::LOG, [$name="json", $path="json", $include=set("t", "s", "n"),
	                            $config=table(["use_json"] = "T", ["json_timestamps"] = "JSON::TS_ISO8601")]);
	Log::add_filter(Test::LOG, [$name="tsv", $path="tsv", $include=set("t", "s"),
	                            $config=table(["tsv"] = "T", ["separator"] = "|")]);
	Log::add_filter(Test::LOG, [$name="gz", $path="gz", $include=set("s"), $config=table(["gzip_level"] = "6")]);
	Log::add_filter(Test::LOG, [$name="out", $path="/dev/stdout", $include=set("s"), $config=table(["tsv"] = "T")]);
	Log::write(Test::LOG, [$t=double_to_time(1.5), $s="a|b", $n=set(1)]);
	}
"#,
    ));
    assert_eq!(run.log("json.log"), [r#"{"t":"1970-01-01T00:00:01.500000Z","s":"a|b","n":[1]}"#], "{}", run.errors);
    assert_eq!(run.log("tsv.log"), ["t|s", r"1.500000|a\x7cb"]);
    assert_eq!(run.output, "s\na|b\n");
    assert_eq!(fs::read(run.path("gz.log.gz")).unwrap()[..2], [0x1f, 0x8b]);
}

#[test]
fn an_sqlite_log_is_a_table() {
    let run = Run::of(&with_stream(
        r#"
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::remove_default_filter(Test::LOG);
	Log::add_filter(Test::LOG, [$name="sqlite", $path="logs/test", $writer=Log::WRITER_SQLITE,
	                            $include=set("t", "s", "n", "b"), $config=table(["tablename"] = "test")]);
	mkdir("logs");
	Log::write(Test::LOG, [$t=double_to_time(1.5), $s="it's", $n=set(1, 2)]);
	Log::write(Test::LOG, [$t=double_to_time(2.5), $s=""]);
	}
"#,
    ));
    let file = rusqlite::Connection::open(run.path("logs/test.sqlite")).unwrap();
    let mut statement = file.prepare("select t, s, n, b from test order by t").unwrap();
    let rows: Vec<(f64, Option<String>, Option<String>, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let expected = [(1.5, Some("it's".to_owned()), Some("1,2".to_owned()), 1), (2.5, None, None, 1)];
    assert_eq!(rows, expected, "{}", run.errors);
}

#[test]
fn logs_are_rotated_in_time_and_at_the_end() {
    let run = Run::of(&with_stream(
        r#"
redef exit_only_after_terminate = T;
global write: event(s: string);
function rotated(info: Log::RotationInfo): bool
	{
	print info$path, info$writer, info$terminating, info$fname == "test-" + strftime("%y-%m-%d_%H.%M.%S", info$open) + ".log";
	rename(info$fname, fmt("kept-%s", info$terminating));
	if ( ! info$terminating )
		event write("two");
	return T;
	}
event write(s: string)
	{
	Log::write(Test::LOG, [$t=double_to_time(0.0), $s=s]);
	if ( s == "two" )
		terminate();
	}
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::remove_default_filter(Test::LOG);
	Log::add_filter(Test::LOG, [$name="f", $path="test", $interv=1sec, $postprocessor=rotated, $include=set("s")]);
	event write("one");
	}
"#,
    ));
    assert_eq!(run.output, "test, Log::WRITER_ASCII, F, T\ntest, Log::WRITER_ASCII, T, T\n", "{}", run.errors);
    assert!(run.log("kept-F").contains(&"one".to_owned()));
    assert!(run.log("kept-T").contains(&"two".to_owned()));
    assert_eq!(run.files("test"), Vec::<String>::new());
}

#[test]
fn a_log_that_cannot_be_written_is_an_error() {
    let run = Run::of(&with_stream(
        r#"
event bro_init()
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="no/such/folder/test"]);
	print Log::write(Test::LOG, [$t=double_to_time(0.0), $s="x"]);
	}
"#,
    ));
    assert_eq!(run.output, "T\n");
    let expected =
        "no/such/folder/test/Log::WRITER_ASCII: cannot open no/such/folder/test.log: No such file or directory";
    assert!(run.messages().contains(expected), "{}", run.errors);
}

#[test]
fn a_store_in_a_file_outlives_its_process() {
    let first = r#"
event bro_init()
	{
	local h = Broker::create_master("m", Broker::SQLITE, Broker::BackendOptions($sqlite=[$path="a/b/m.sqlite"]));
	Broker::put(h, "k", 5);
	Broker::put(h, set("y", "x"), vector(1, 2));
	Broker::put(h, "short", T, 1msec);
	}
"#;
    let second = r#"
event bro_init()
	{
	local h = Broker::create_master("m", Broker::SQLITE, Broker::BackendOptions($sqlite=[$path="a/b/m.sqlite"]));
	when ( local keys = Broker::keys(h) ) { print keys$result; }
	timeout 1sec { print "timeout"; }
	when ( local r = Broker::get(h, set("x", "y")) ) { print r$status, r$result; }
	timeout 1sec { print "timeout"; }
	}
"#;
    let run = Run::of(first).again(second, &[]);
    assert_eq!(
        run.output, "[data=broker::data{{k, {x, y}}}]\nBroker::SUCCESS, [data=broker::data{[1, 2]}]\n",
        "{}",
        run.errors
    );
    assert!(Path::new(&run.path("a/b/m.sqlite")).exists());
}

#[test]
fn a_file_that_is_no_store_stays_as_it_is() {
    let run = Run { folder: tempfile::tempdir().unwrap(), output: String::new(), errors: String::new() };
    fs::write(run.path("m.sqlite"), "something of somebody's, which is certainly no database").unwrap();
    let run = run.again(
        r#"
event bro_init()
	{
	local h = Broker::create_master("m", Broker::SQLITE);
	Broker::put(h, "k", 5);
	}
event bro_done() { print "done"; }
"#,
        &[],
    );
    let errors = run.messages();
    assert!(errors.contains("Failed to attach master store backend_failure: the file is no database"), "{errors}");
    assert!(errors.contains("Could not create Broker master store 'm'"), "{errors}");
    assert_eq!(run.output, "done\n");
    assert!(fs::read_to_string(run.path("m.sqlite")).unwrap().starts_with("something of somebody's"));
}

#[test]
fn a_seed_file_repeats_a_run() {
    let script = r#"event bro_init() { print rand(1000000), unique_id("C"), md5_hmac("x"); }"#;
    let run = Run::of(script);
    let seeds: Vec<String> = (1..=21).map(|number: u32| number.to_string()).collect();
    fs::write(run.path("seeds"), seeds.join("\n")).unwrap();
    let free = run.output.clone();
    let run = run.again(script, &[("BRO_SEED_FILE", "seeds")]);
    let first = run.output.clone();
    let run = run.again(script, &[("ZEEK_SEED_FILE", "seeds")]);
    assert_eq!(first, run.output);
    assert_ne!(first, free);
    assert!(first.starts_with("7, C"), "{first}");
}
