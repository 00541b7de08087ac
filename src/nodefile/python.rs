//! Values as Python reads them, so that what BroControl takes is taken here, and nothing else.

/// What `int()` makes of a text: white space around it, a sign, and single underscores between digits.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number {
        return None;
    }
    let plain: String = digits.chars().filter(|letter| *letter != '_').collect();
    // What is beyond all ports and processors is as good as the largest number.
    let value = plain.parse::<i64>().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn numbers_of_python() {
        assert_eq!(["4", " +4 ", "0_4", "-1"].map(integer), [Some(4), Some(4), Some(4), Some(-1)]);
        assert_eq!(["", "4.0", "_4", "4__0", "four", "0x4", "+"].map(integer), [None; 7]);
        assert_eq!(integer("99999999999999999999"), Some(i64::MAX));
    }
}
