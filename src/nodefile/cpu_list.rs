//! Lists of processors as `zeek.conf` has them: `0,1`, `0-8:2`, and both with commas between them.

/// More processors than any machine has.
const MOST: usize = 65_536;

/// The processors of a list, in its order; none where it is not understood.
pub(super) fn parse(text: &str) -> Option<Vec<i64>> {
    let mut cpus = Vec::new();
    if text.is_empty() {
        return Some(cpus);
    }
    for part in text.split(',') {
        match part.split_once('-') {
            None => cpus.push(number(part)?),
            Some((first, rest)) => {
                let (last, stride) = match rest.split_once(':') {
                    Some((last, stride)) => (number(last)?, number(stride).filter(|stride| *stride > 0)?),
                    None => (number(rest)?, 1),
                };
                let first = number(first)?;
                let stride = usize::try_from(stride).ok()?;
                if last < first || usize::try_from(last - first).ok()? / stride >= MOST {
                    return None;
                }
                cpus.extend((first..=last).step_by(stride));
            }
        }
        if cpus.len() > MOST {
            return None;
        }
    }
    Some(cpus)
}

fn number(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse::<i64>().ok().filter(|number| is_number && i32::try_from(*number).is_ok())
}

/// The shortest list of commas and ranges for processors.
pub(super) fn text(cpus: &[i64]) -> String {
    let runs = cpus.chunk_by(|left, right| left.checked_add(1) == Some(*right));
    let parts = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        [only] => only.to_string(),
        [] => String::new(),
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn numbers_ranges_and_strides() {
        assert_eq!(parse(""), Some(vec![]));
        assert_eq!(parse("3,2,2"), Some(vec![3, 2, 2]));
        assert_eq!(parse("0-8:4,10-11"), Some(vec![0, 4, 8, 10, 11]));
        for wrong in ["a", ",", "-", "1,", "-2", "2-", "2-3-", "3-2", "1-2:", "1-2:0", "1:1", "1-2:1:2", "0-2000000000"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(text(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(parse(&text(&[4, 3, 9])), Some(vec![4, 3, 9]));
    }
}
