//! What tests say of how far they are: files in their folder, that `btest-progress` writes.

use std::fs;
use std::path::{Path, PathBuf};

/// How the names of such files begin.
pub(super) const PREFIX: &str = ".progress.";

/// Takes what is there: messages in their order.
pub(super) fn take(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut messages = Vec::new();
    for file in files {
        let Ok(text) = fs::read(&file) else { continue };
        // Without its end it is still being written.
        if text.ends_with(b"\n") && fs::remove_file(&file).is_ok() {
            messages.extend(String::from_utf8_lossy(&text).lines().map(|line| line.trim().to_owned()));
        }
    }
    messages
}
