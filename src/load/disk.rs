//! The real file system: the only place of the loader that touches it.

use std::io::{self, Read};
use std::rc::Rc;
use std::{env, fs};

use super::files::{Entry, Files, Identity};

/// What is no regular file (a pipe, a device) has no length to check beforehand and may never end.
const UNSIZED_LIMIT: u64 = 256 << 20;

#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn look(&self, path: &str) -> Entry {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Entry::Directory,
            Ok(metadata) => Entry::File(identity(path, &metadata)),
            // A name below a file, a name too long, a folder that may not be entered: nothing that could be loaded.
            Err(_) => Entry::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        let file = fs::File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return read_at_most(file, limit.min(UNSIZED_LIMIT));
        }
        if metadata.len() > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        read_at_most(file, limit)
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        read_at_most(io::stdin().lock(), limit.min(UNSIZED_LIMIT))
    }

    fn current_directory(&self) -> String {
        env::current_dir().map_or_else(|_| ".".into(), |path| path.to_string_lossy().into_owned())
    }
}

fn read_at_most(mut from: impl Read, limit: u64) -> io::Result<Rc<[u8]>> {
    let mut text = Vec::new();
    from.by_ref().take(limit).read_to_end(&mut text)?;
    // One byte more tells whether that was all.
    if text.len() as u64 == limit && from.read(&mut [0])? > 0 {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text.into())
}

#[cfg(unix)]
fn identity(_: &str, metadata: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity::Inode(metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(path: &str, _: &fs::Metadata) -> Identity {
    let canonical = fs::canonicalize(path).map(|path| path.to_string_lossy().into_owned());
    Identity::Path(canonical.unwrap_or_else(|_| path.into()).into())
}

#[cfg(test)]
mod tests {
    use super::{Disk, Entry, Files, read_at_most};

    #[test]
    fn files_links_and_directories() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
        std::fs::write(path("a.bro"), "text").unwrap();
        std::fs::create_dir(path("d")).unwrap();
        let entry = Disk.look(&path("a.bro"));
        assert!(matches!(entry, Entry::File(_)), "{entry:?}");
        assert_eq!(Disk.look(&path("d/../a.bro")), entry);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("a.bro"), path("link")).unwrap();
            assert_eq!(Disk.look(&path("link")), entry);
        }
        assert_eq!(Disk.look(&path("d")), Entry::Directory);
        assert_eq!(Disk.look(&path("none")), Entry::Missing);
        assert_eq!(Disk.look(&path("a.bro/x")), Entry::Missing);
        assert_eq!(Disk.read(&path("a.bro"), 4).unwrap()[..], *b"text");
        assert_eq!(Disk.read(&path("a.bro"), 3).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
        assert!(Disk.read(&path("d"), 100).is_err());
    }

    #[test]
    fn endless_input_ends() {
        assert_eq!(read_at_most(std::io::repeat(1), 1000).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
        assert_eq!(read_at_most(&b"abc"[..], 3).unwrap()[..], *b"abc");
    }
}
