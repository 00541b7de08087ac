//! Environment variables as node files have them: `NAME=value, OTHER=value`.

/// The variables of a text; a later one of the same name wins. The error is what is wrong.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut variables: Vec<(String, String)> = Vec::new();
    if text.is_empty() {
        return Ok(variables);
    }
    for pair in text.split(',') {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(format!("'=' is missing in '{}'; variables are written NAME=value, OTHER=value", pair.trim()));
        };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() {
            return Err(format!("the name of the variable is missing in '{}'", pair.trim()));
        }
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value.to_string(),
            None => variables.push((name.to_string(), value.to_string())),
        }
    }
    Ok(variables)
}

/// Sets a variable that is not there yet.
pub(super) fn set_default(variables: &mut Vec<(String, String)>, name: &str, value: impl Into<String>) {
    if variables.iter().all(|(known, _)| known != name) {
        variables.push((name.to_string(), value.into()));
    }
}

/// The text that [`parse`] reads.
pub(super) fn text(variables: &[(String, String)]) -> String {
    let pairs: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(",")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_with_white_space() {
        let read = parse("A=1, B = x=y ,A=").unwrap();
        assert_eq!(read, [("A".into(), String::new()), ("B".into(), "x=y".into())]);
        assert!(parse("A=1,").is_err() && parse("=1").is_err());
        assert_eq!(parse(""), Ok(Vec::new()));
    }
}
