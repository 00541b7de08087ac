//! Names: of tests by their files, of files by patterns.

use std::path::{Component, Path, PathBuf};

/// A path from the root, without `.` and `..`, by its text alone: symbolic links stay.
pub(crate) fn absolute(path: &Path, folder: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(whole.pop()),
            other => whole.push(other),
        }
    }
    whole
}

/// A path as seen from a folder, both from the root.
pub(crate) fn relative(path: &Path, folder: &Path) -> PathBuf {
    let common = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(path.components().skip(common)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

/// The file that a test has its name from, and which part of the test this one is: `a/t.sh#2` is part 2 of `a/t.sh`.
pub(super) fn part_of(file: &Path) -> (PathBuf, usize) {
    numbered(file).unwrap_or((file.to_owned(), 1))
}

/// Whether a name ends with the number of a part.
pub(super) fn has_part(file: &Path) -> bool {
    numbered(file).is_some()
}

fn numbered(file: &Path) -> Option<(PathBuf, usize)> {
    let name = file.file_name()?.to_str()?;
    let (base, number) = name.rsplit_once('#')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let part = number.parse().ok().filter(|_| is_number && !base.is_empty())?;
    Some((file.with_file_name(base), part))
}

/// The name of the test in a file: `language.any` for `language/any.bro`.
pub(super) fn test_name(file: &Path, base: &Path) -> String {
    let way = relative(file, base);
    let way = way.with_file_name(stem(&way));
    let text = way.to_string_lossy().replace('/', ".");
    text.trim_start_matches('.').to_owned()
}

/// The name of a file without its last extension; dots at the beginning belong to no extension.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let dots = name.len() - name.trim_start_matches('.').len();
    match name.rfind('.') {
        Some(at) if at > dots => name.get(..at).unwrap_or_default().to_owned(),
        _ => name,
    }
}

/// Whether a name fits a pattern of a shell: `*`, `?`, `[a-z]`, `[!x]`.
pub(in crate::testing) fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last star stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
                continue;
            }
            Some(_) => {
                if let Some(length) = fits_one(&name, at, pattern.get(of..).unwrap_or_default()) {
                    at += 1;
                    of += length;
                    continue;
                }
            }
            None => {}
        }
        let Some((place, taken)) = star else { return false };
        star = Some((place, taken + 1));
        of = place + 1;
        at = taken + 1;
    }
    pattern.get(of..).unwrap_or_default().iter().all(|c| *c == '*')
}

/// How long the piece of the pattern is that takes this letter.
fn fits_one(name: &[char], at: usize, pattern: &[char]) -> Option<usize> {
    let letter = *name.get(at)?;
    match pattern.first()? {
        '?' => Some(1),
        '[' => {
            let is_not = pattern.get(1) == Some(&'!');
            let begin = 1 + usize::from(is_not);
            // A bracket that stands first is a letter.
            let end = pattern.iter().skip(begin + 1).position(|c| *c == ']').map(|found| found + begin + 1);
            let Some(end) = end else { return (letter == '[').then_some(1) };
            let set = pattern.get(begin..end)?;
            let mut is_in = false;
            let mut place = 0;
            while let Some(first) = set.get(place) {
                match (set.get(place + 1), set.get(place + 2)) {
                    (Some('-'), Some(last)) => {
                        is_in |= *first <= letter && letter <= *last;
                        place += 3;
                    }
                    _ => {
                        is_in |= *first == letter;
                        place += 1;
                    }
                }
            }
            (is_in != is_not).then_some(end + 1)
        }
        other => (*other == letter).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_have_the_names_of_their_files() {
        let name = |file: &str| test_name(Path::new(file), Path::new("/base"));
        assert_eq!(name("/base/a/b.test.sh"), "a.b.test");
        assert_eq!(name("/base/t1"), "t1");
        assert_eq!(name("/other/t.bro"), "other.t");
        assert_eq!(name("/base/.hidden"), "hidden");
        assert_eq!(part_of(Path::new("/x/t7.sh#12")), (PathBuf::from("/x/t7.sh"), 12));
        assert_eq!(part_of(Path::new("/x/t7#x")), (PathBuf::from("/x/t7#x"), 1));
    }

    #[test]
    fn paths_are_resolved_by_their_text() {
        assert_eq!(absolute(Path::new("../x/./y"), Path::new("/a/b")), Path::new("/a/x/y"));
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/d")), Path::new("../b/c"));
        assert_eq!(relative(Path::new("/a"), Path::new("/a")), Path::new("."));
    }

    #[test]
    fn patterns_fit_as_in_a_shell() {
        for (name, pattern, expected) in [
            ("a.tmp", "*.tmp", true),
            ("a.tmpx", "*.tmp", false),
            (".#x", ".#*", true),
            ("#x", "#*", true),
            ("abc", "a?c", true),
            ("abc", "a[b-d]c", true),
            ("abc", "a[!b-d]c", false),
            ("a]c", "a[]]c", true),
            ("a[c", "a[c", true),
            ("aXbXc", "a*X*c", true),
            ("", "*", true),
            ("", "?", false),
            ("ab", "*b*a", false),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }
}
