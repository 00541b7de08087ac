//! Breaking lines at spaces.

/// `text` as lines of at most `width` characters, each with an end of line: the first begins with `first`, the others
/// with `rest`. A word longer than that stays whole. Line ends in the text stay.
pub(super) fn wrap(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    let mut prefix = first;
    for line in text.lines() {
        let mut column = prefix.chars().count();
        wrapped.push_str(prefix);
        prefix = rest;
        let mut begun = false;
        for word in line.split(' ') {
            let length = word.chars().count();
            if begun && column + 1 + length > width {
                wrapped.truncate(wrapped.trim_end_matches(' ').len());
                wrapped.push('\n');
                wrapped.push_str(rest);
                column = rest.chars().count();
            } else if begun {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.extend(word.chars().map(super::excerpt::printable));
            column += length;
            begun = true;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn breaks_at_spaces_and_keeps_lines() {
        assert_eq!(wrap("aa bb cc", "", "  ", 6), "aa bb\n  cc\n");
        assert_eq!(wrap("aa\nbb", "> ", "  ", 80), "> aa\n  bb\n");
        assert_eq!(wrap("aaaaaaaaaa b", "", " ", 4), "aaaaaaaaaa\n b\n");
        assert_eq!(wrap("a  b", "", "", 80), "a  b\n");
    }
}
