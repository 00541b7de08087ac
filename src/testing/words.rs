//! Command lines for people to copy.

/// A word as a shell takes it.
pub fn shell_word(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=,+%@".contains(c));
    if is_plain && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Words as a shell takes them, with spaces between.
pub fn command_line(words: &[String]) -> String {
    words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::command_line;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let words = ["brood", "test", "-a", "it's", "", "x[*]"].map(str::to_owned);
        assert_eq!(command_line(&words), r"brood test -a 'it'\''s' '' 'x[*]'");
    }
}
