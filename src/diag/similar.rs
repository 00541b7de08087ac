//! Names that were perhaps meant, for "did you mean".

/// The names most like `wanted`, for "did you mean": within two edits and a third of the length.
pub fn similar<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    let limit = (length / 3).clamp(1, 3);
    let lower = wanted.to_lowercase();
    candidates
        // The distance is no less than what the lengths differ by, and much dearer to find.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (edit_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *candidate != wanted)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be put in, left out, changed or swapped with their neighbour.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    // The two rows above: a swap looks back over both.
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut before_last = last.clone();
    let mut previous = None;
    for (i, a) in left.chars().enumerate() {
        let mut row = Vec::with_capacity(right.len() + 1);
        let mut beside = i + 1;
        row.push(beside);
        for ((j, b), above) in right.iter().enumerate().zip(last.windows(2)) {
            let cost = usize::from(a != *b);
            let mut best = (beside + 1).min(above[0] + cost).min(above[1] + 1);
            let swapped = j.checked_sub(1).is_some_and(|before| right[before] == a) && previous == Some(*b);
            if swapped {
                best = best.min(before_last[j - 1] + 1);
            }
            beside = best;
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
        previous = Some(a);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn finds_a_name_within_reach_and_nothing_far_off() {
        assert_eq!(similar("WORKR", ["MANAGER", "WORKER"].into_iter()), Some("WORKER"));
        assert_eq!(similar("Worker", ["MANAGER", "WORKER"].into_iter()), Some("WORKER"));
        assert_eq!(similar("laod", ["node", "load"].into_iter()), Some("load"));
        assert_eq!(similar("xyz", ["MANAGER", "WORKER"].into_iter()), None);
    }
}
