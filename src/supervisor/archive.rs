//! What becomes of logs: those of an earlier life are put aside, those that are closed in rotation go to an archive.
//!
//! A node that begins empties the logs that it finds, as Bro's do, and after a crash those are what one wants to read.
//! The cluster framework calls `archive-log` and `delete-log` for logs that are closed; Bro's control program brings
//! these commands along, and so does this one, for machines that lack them.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Called with the closed file, the log's name, when it was opened and closed, whether the node ends, and the writer.
/// Of a node that ends, logs keep their names: that is where one has read them all the time.
const ARCHIVE: &str = r#"#!/bin/sh
set -e
if [ "$5" = 1 ]; then
	mv "$1" "$2.log"
	exit
fi
opened=$(echo "$3" | tr _ ' ' | cut -d' ' -f2)
closed=$(echo "$4" | tr _ ' ' | cut -d' ' -f2)
folder="ARCHIVE/20$(echo "$3" | cut -d_ -f1)"
mkdir -p "$folder"
mv "$1" "$folder/$2.$opened-$closed.log"
"#;

const DELETE: &str = "#!/bin/sh\nrm -f \"$1\"\n";

/// Writes both commands into a folder. Archived logs go below `archive`.
pub(super) fn write_commands(folder: &Path, archive: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let quoted = archive.display().to_string().replace(['"', '$', '`', '\\'], "_");
    for (name, text) in [("archive-log", ARCHIVE.replace("ARCHIVE", &quoted)), ("delete-log", DELETE.to_owned())] {
        let path = folder.join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The files that hold what a node has printed.
pub(super) const OUTPUT: [&str; 2] = ["stdout.log", "stderr.log"];

/// Moves what an earlier life has logged into a folder of its own, named after this moment. What it printed stays
/// where the same run goes on.
pub(super) fn put_away(folder: &Path, stamp: &str, and_output: bool) -> io::Result<()> {
    let is_log = |name: &str| {
        let is_output = OUTPUT.contains(&name);
        (is_output && and_output) || (!is_output && (name.ends_with(".log") || name.ends_with(".log.gz")))
    };
    let mut earlier = None;
    for entry in fs::read_dir(folder)?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let is_empty = entry.metadata().is_ok_and(|metadata| metadata.len() == 0);
        if !name.to_str().is_some_and(is_log) || !path.is_file() {
            continue;
        }
        if is_empty {
            fs::remove_file(path)?;
            continue;
        }
        let place = match &earlier {
            Some(place) => place,
            None => earlier.insert(new_folder(&folder.join("earlier"), stamp)?),
        };
        fs::rename(&path, place.join(name))?;
    }
    Ok(())
}

/// Several lives may end within one second.
fn new_folder(parent: &Path, stamp: &str) -> io::Result<std::path::PathBuf> {
    fs::create_dir_all(parent)?;
    for number in 1.. {
        let name = if number == 1 { stamp.to_owned() } else { format!("{stamp}-{number}") };
        let place = parent.join(name);
        match fs::create_dir(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|()| place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::{put_away, write_commands};

    #[test]
    fn logs_of_earlier_lives_are_kept_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = || {
            fs::write(path("cluster.log"), "one").unwrap();
            fs::write(path("empty.log"), "").unwrap();
            fs::write(path("stdout.log"), "said").unwrap();
            fs::write(path("known.sqlite"), "kept").unwrap();
        };
        write();
        put_away(folder.path(), "now", false).unwrap();
        assert_eq!(fs::read_to_string(path("earlier/now/cluster.log")).unwrap(), "one");
        assert!(path("stdout.log").exists() && path("known.sqlite").exists());
        assert!(!path("cluster.log").exists() && !path("empty.log").exists());
        write();
        put_away(folder.path(), "now", true).unwrap();
        assert_eq!(fs::read_to_string(path("earlier/now-2/stdout.log")).unwrap(), "said");
        assert!(path("earlier/now-2/cluster.log").exists());
    }

    #[test]
    fn closed_logs_are_archived_by_day() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write_commands(&path("commands"), &path("logs")).unwrap();
        let run = |command: &str, arguments: &[&str]| {
            let program = path("commands").join(command);
            assert!(Command::new(program).args(arguments).current_dir(folder.path()).status().unwrap().success());
        };
        fs::write(path("rotated.log"), "one").unwrap();
        run("archive-log", &["rotated.log", "cluster", "26-11-22_19.00.00", "26-11-22_20.00.00", "0", "ascii"]);
        assert!(path("logs/2026-11-22/cluster.19.00.00-20.00.00.log").exists());
        fs::write(path("rotated.log"), "two").unwrap();
        run("archive-log", &["rotated.log", "cluster", "26-11-22_20.00.00", "26-11-22_20.10.00", "1", "ascii"]);
        assert_eq!(fs::read_to_string(path("cluster.log")).unwrap(), "two");
        run("delete-log", &["cluster.log"]);
        assert!(!path("cluster.log").exists());
    }
}
