//! Makes a layout of any file name the `cluster-layout` that the framework loads.
//!
//! A directory that is nowhere on the disk stands for the layout's own, and `cluster-layout` in it for the layout;
//! everything else in it is what is beside the layout, so that relative `@load`s work. Nothing is written.

use std::io;
use std::rc::Rc;

use crate::load::files::{Entry, Files};
use crate::load::path::{base_name, directory};

/// The directory that stands for the layout's.
const DIRECTORY: &str = "/brood-layout";

/// Names by which the framework may ask.
const LAYOUTS: [&str; 2] = ["cluster-layout.zeek", "cluster-layout.bro"];

/// The files with the alias among them.
pub(super) struct Alias {
    files: Rc<dyn Files>,
    layout: Option<String>,
}

/// Whether a file has the name that the framework looks for.
pub(super) fn is_layout_name(path: &str) -> bool {
    LAYOUTS.contains(&base_name(path))
}

/// What to search first so that this layout is found.
pub(super) fn search_entry(layout: &str) -> String {
    if is_layout_name(layout) { directory(layout).to_string() } else { DIRECTORY.to_string() }
}

/// The name of the file that a name of the alias stands for; other names stay.
pub(super) fn true_name(layout: Option<&str>, name: &str) -> String {
    match (layout, name.strip_prefix(DIRECTORY).and_then(|rest| rest.strip_prefix('/'))) {
        (Some(layout), Some(rest)) if LAYOUTS.contains(&rest) => layout.to_string(),
        (Some(layout), Some(rest)) => format!("{}/{rest}", directory(layout)),
        _ => name.to_string(),
    }
}

impl Alias {
    pub(super) fn new(files: Rc<dyn Files>, layout: Option<String>) -> Self {
        Alias { files, layout }
    }

    fn name(&self, path: &str) -> String {
        true_name(self.layout.as_deref(), path)
    }
}

impl Files for Alias {
    fn look(&self, path: &str) -> Entry {
        self.files.look(&self.name(path))
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        self.files.read(&self.name(path), limit)
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        self.files.read_standard_input(limit)
    }

    fn current_directory(&self) -> String {
        self.files.current_directory()
    }
}

#[cfg(test)]
mod tests {
    use super::{Alias, true_name};
    use crate::load::files::{Files, MemoryFiles};

    #[test]
    fn the_layout_and_its_neighbours() {
        let files: MemoryFiles = [("d/lay.bro", "layout"), ("d/next.bro", "next")].into_iter().collect();
        let alias = Alias::new(std::rc::Rc::new(files), Some("./d/lay.bro".into()));
        assert_eq!(alias.read("/brood-layout/cluster-layout.zeek", 99).unwrap()[..], *b"layout");
        assert_eq!(alias.look("/brood-layout/cluster-layout.bro"), alias.look("d/lay.bro"));
        assert_eq!(alias.read("/brood-layout/./next.bro", 99).unwrap()[..], *b"next");
        assert_eq!(alias.read("d/next.bro", 99).unwrap()[..], *b"next");
        assert_eq!(true_name(Some("./d/lay.bro"), "/brood-layout/next.bro"), "./d/next.bro");
        assert_eq!(true_name(Some("./d/lay.bro"), "/brood-layouts/x"), "/brood-layouts/x");
    }
}
