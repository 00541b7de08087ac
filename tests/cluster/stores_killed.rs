//! The master of a store in a file is killed again and again while it works: what it answered is in the file.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use brood::store::{Entries, Options, backend};
use brood::wire::Data;

const KILLS: usize = 100;

/// Each has a file of its own.
const MASTERS: usize = 4;

/// Changes without an answer before each that has one.
const SILENT: u64 = 20;

const SCRIPT: &str = r#"
redef exit_only_after_terminate = T;
global s: opaque of Broker::Store;
const life = getenv("LIFE");

event work(round: count)
	{
	local i = 0;
	while ( ++i <= 20 )
		Broker::put(s, fmt("%s %d %d", life, round, i), round);

	Broker::increment(s, "sum");

	when [round] ( local answer = Broker::put_unique(s, fmt("%s %d", life, round), round) )
		{
		print fmt("%d %s", round, answer$result as bool);
		flush_all();
		event work(round + 1);
		}
	timeout 1min { print "no answer"; }
	}

event bro_init()
	{
	s = Broker::create_master("s", Broker::SQLITE);
	event work(1);
	}
"#;

/// Runs a master and kills it after so many answers. Gives the rounds that it answered.
fn live(folder: &Path, life: usize, answers: usize) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_brood"))
        .args(["run", "-b", "master.bro"])
        .current_dir(folder)
        .env_clear()
        .env("LIFE", life.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut last = String::new();
    lines.by_ref().take(answers).for_each(|line| last = line);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said before it died it said.
    lines.for_each(|line| last = line);
    let (round, put) = last.split_once(' ').unwrap_or_else(|| panic!("the master says '{last}'"));
    assert_eq!(put, "T");
    round.parse().unwrap()
}

fn compare(folder: &Path, answered: &[u64]) {
    let path = folder.join("s.sqlite").to_str().unwrap().to_owned();
    let options = Options { place: Some(path), thorough_check: true, ..Options::default() };
    let mut entries = Entries::new((backend("Broker::SQLITE").unwrap().open)(&options).unwrap()).unwrap();
    let mut has = |key: String, round: u64| {
        assert_eq!(entries.get(0, &Data::string(&key)), Ok(Data::Count(round)), "{key}");
    };
    for (life, rounds) in answered.iter().enumerate() {
        for round in 1..=*rounds {
            has(format!("{life} {round}"), round);
            (1..=SILENT).for_each(|number| has(format!("{life} {round} {number}"), round));
        }
    }
    let Ok(Data::Count(sum)) = entries.get(0, &Data::string("sum")) else { panic!("there is no sum") };
    let least: u64 = answered.iter().sum();
    assert!(sum >= least, "{sum} changes of {least} are there");
}

#[test]
fn no_answer_is_lost_however_often_the_master_is_killed() {
    let master = |number: usize| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master.bro"), SCRIPT).unwrap();
        let lives = 0..KILLS / MASTERS;
        let answered: Vec<u64> = lives.map(|life| live(folder.path(), life, 1 + (life * 7 + number) % 23)).collect();
        compare(folder.path(), &answered);
    };
    std::thread::scope(|scope| (0..MASTERS).for_each(|number| drop(scope.spawn(move || master(number)))));
}
