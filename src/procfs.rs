//! What Linux tells of processes and threads in the files `stat` and `status` below `/proc`, as `proc(5)` has them.
//!
//! Both hold the name of a program, which may be any bytes: it is also cut off within a letter.

use std::fs;
use std::path::Path;

/// Reads a file of text; what is no text in it is replaced. `None` where there is no such process.
pub(crate) fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The fields of `stat` behind the name: the state is number 0, which `proc(5)` numbers 3. Empty where it makes no sense.
pub(crate) fn stat_fields(stat: &str) -> Vec<&str> {
    // The name stands in parentheses, and may hold some.
    stat.rsplit_once(')').map(|(_, fields)| fields.split_ascii_whitespace().collect()).unwrap_or_default()
}

/// A value of `status`, without its unit.
pub(crate) fn status_value<'t>(status: &'t str, name: &str) -> Option<&'t str> {
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_ascii_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::{stat_fields, status_value};

    #[test]
    fn fields_stand_behind_the_last_parenthesis() {
        assert_eq!(stat_fields("42 (a) b) S 1 40"), ["S", "1", "40"]);
        assert!(stat_fields("42 S").is_empty());
    }

    #[test]
    fn values_have_the_whole_name() {
        let status = "State:\tS (sleeping)\nVmRSSMax:\t7 kB\nVmRSS:\t  2048 kB\nSeccomp:\n";
        let values = ["State", "VmRSS", "Seccomp", "Vm"].map(|name| status_value(status, name));
        assert_eq!(values, [Some("S"), Some("2048"), None, None]);
    }
}
