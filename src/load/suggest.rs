//! Embedded scripts that a name was perhaps meant to be.

use super::embedded::Embedded;
use super::path::PACKAGE_LOADERS;

/// The embedded script or package whose name is most like `name`, as `@load` would name it.
pub(super) fn suggest(name: &str, embedded: Embedded) -> Option<&'static str> {
    let wanted = stem(name.trim_start_matches("./"));
    // Names are short; a long one is a mistake of another kind, and comparing takes the product of the lengths.
    if wanted.is_empty() || wanted.len() > 80 {
        return None;
    }
    let known = embedded.all().iter().map(|(script, _)| stem(script));
    let tail = format!("/{wanted}");
    if let Some(longer) = known.clone().find(|known| known.ends_with(&tail)) {
        return Some(longer);
    }
    let allowed = (wanted.len() / 5).clamp(1, 4);
    known
        .filter(|known| known.len().abs_diff(wanted.len()) <= allowed)
        .map(|known| (distance(known.as_bytes(), wanted.as_bytes()), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, known)| known)
}

/// Without extension and package loader.
fn stem(name: &str) -> &str {
    let name = PACKAGE_LOADERS.iter().find_map(|loader| name.strip_suffix(loader)).unwrap_or(name);
    let name = name.strip_suffix(".bro").or_else(|| name.strip_suffix(".zeek")).unwrap_or(name);
    name.trim_end_matches('/')
}

/// How many bytes must be put in, left out or replaced to turn one into the other.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.iter().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(to) {
            let replaced = diagonal + usize::from(left != right);
            diagonal = *cell;
            before = replaced.min(diagonal + 1).min(before + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, suggest};
    use crate::load::embedded::Embedded;

    static SCRIPTS: Embedded = Embedded::new(&[
        ("base/frameworks/cluster/__load__.bro", b""),
        ("base/frameworks/cluster/main.bro", b""),
        ("base/utils/site.bro", b""),
    ]);

    #[test]
    fn near_names() {
        for (name, expected) in [
            ("base/framework/cluster", Some("base/frameworks/cluster")),
            ("base/framworks/clusters.bro", Some("base/frameworks/cluster")),
            ("frameworks/cluster", Some("base/frameworks/cluster")),
            ("utils/site.bro", Some("base/utils/site")),
            ("site", Some("base/utils/site")),
            ("protocols/http", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(suggest(name, SCRIPTS), expected, "{name}");
        }
    }

    #[test]
    fn distances() {
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"abc", b"abc"), 0);
        assert_eq!(distance(b"abc", b"axcd"), 2);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
