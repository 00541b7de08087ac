//! Stores in files, as scripts make them.

use std::path::Path;
use std::process::{Command, Output};

/// Runs a script in a folder to its end.
fn run(folder: &Path, script: &str) -> Output {
    std::fs::write(folder.join("script.bro"), script).unwrap();
    Command::new(env!("CARGO_BIN_EXE_brood"))
        .args(["run", "-b", "script.bro"])
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

/// What a script prints that puts a key into a store with these options, and what it had before.
fn put(folder: &Path, options: &str) -> (String, String) {
    let script = SCRIPT.replace("OPTIONS", options);
    let output = run(folder, &script);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    (text(&output.stdout), text(&output.stderr))
}

/// Settings of later releases come with their names.
const SCRIPT: &str = r#"
@load policy/zeek-compat
event bro_init()
	{
	local s = Broker::create_master("s", Broker::SQLITE, Broker::BackendOptions($sqlite=[OPTIONS]));

	when ( local r = Broker::get(s, "k") )
		{
		print r$status == Broker::SUCCESS ? fmt("had %s", r$result as count) : "had nothing";
		Broker::put(s, "k", 1);
		}
	timeout 10sec { print "no answer"; }
	}
"#;

#[test]
fn a_store_is_there_the_next_time_and_leaves_nothing_beside_its_file() {
    let folder = tempfile::tempdir().unwrap();
    for options in ["", "$journal_mode=Broker::SQLITE_JOURNAL_MODE_DELETE", "$integrity_check=T"] {
        assert_eq!(put(folder.path(), options), ("had nothing".to_owned(), String::new()));
        assert_eq!(put(folder.path(), options), ("had 1".to_owned(), String::new()));
        let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["s.sqlite", "script.bro"]);
        std::fs::remove_file(folder.path().join("s.sqlite")).unwrap();
    }
}

#[test]
fn a_broken_file_is_reported_and_stays_unless_it_is_to_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some/where/s.sqlite");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "this is not a database, but it is long enough to be one").unwrap();
    let path = "$path=\"some/where/s.sqlite\"";
    let (output, errors) = put(folder.path(), path);
    assert_eq!(output, "");
    assert!(errors.contains("Failed to attach master store backend_failure: the file is no database"), "{errors}");
    assert!(errors.contains("Could not create Broker master store 's'"), "{errors}");
    assert_eq!(std::fs::read(&file).unwrap()[..4], *b"this");
    let delete = format!("{path}, $failure_mode=Broker::SQLITE_FAILURE_MODE_DELETE");
    assert_eq!(put(folder.path(), &delete), ("had nothing".to_owned(), String::new()));
    assert_eq!(put(folder.path(), path), ("had 1".to_owned(), String::new()));
}

#[test]
fn a_persistent_store_of_a_cluster_goes_where_the_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
@load base/frameworks/cluster
redef Cluster::default_store_dir = "stores/below";
redef Cluster::stores += { ["placed"] = [$options=[$sqlite=[$path="placed.sqlite"]]] };

event bro_init()
	{
	for ( name in set("usual", "placed") )
		{
		local info = Cluster::create_store(name, T);
		Broker::put(info$store, "k", 1);
		print fmt("%s %s", info$backend, info$master);
		}
	}
"#;
    let output = run(folder.path(), script);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Broker::SQLITE T\nBroker::SQLITE T\n");
    assert!(folder.path().join("stores/below/usual.sqlite").exists());
    assert!(folder.path().join("placed.sqlite").exists());
}
