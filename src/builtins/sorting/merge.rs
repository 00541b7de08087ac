//! A stable merge sort whose comparison may fail.
//!
//! It asks as few questions as it can, since each may be a call into a script: runs that are in order already are found
//! first, and two neighbours that are in order already are joined with one question.

/// Runs shorter than this are grown by insertion.
const SHORT: usize = 16;

/// The items in order. `is_before(a, b)` says whether `a` belongs before `b`. It may answer as it likes: then the order
/// is any, but every item is there.
pub(super) fn sort<T, E>(items: Vec<T>, mut is_before: impl FnMut(&T, &T) -> Result<bool, E>) -> Result<Vec<T>, E> {
    let mut runs = split_into_runs(items, &mut is_before)?;
    while runs.len() > 1 {
        let mut joined = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            joined.push(match pairs.next() {
                Some(right) => merge(left, right, &mut is_before)?,
                None => left,
            });
        }
        runs = joined;
    }
    Ok(runs.pop().unwrap_or_default())
}

fn split_into_runs<T, E>(
    items: Vec<T>,
    is_before: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<Vec<Vec<T>>, E> {
    let mut runs = Vec::with_capacity(items.len() / SHORT + 1);
    let mut run: Vec<T> = Vec::with_capacity(SHORT);
    for item in items {
        let Some(last) = run.last() else {
            run.push(item);
            continue;
        };
        if !is_before(&item, last)? {
            run.push(item);
        } else if run.len() < SHORT {
            let place = insertion_place(&run, &item, is_before)?;
            run.insert(place, item);
        } else {
            runs.push(std::mem::replace(&mut run, Vec::with_capacity(SHORT)));
            run.push(item);
        }
    }
    runs.push(run);
    Ok(runs)
}

/// The place behind all that the item does not belong before. The run's last one it is known to belong before.
fn insertion_place<T, E>(
    run: &[T],
    item: &T,
    is_before: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    let (mut low, mut high) = (0, run.len().saturating_sub(1));
    while low < high {
        let middle = low.midpoint(high);
        let Some(other) = run.get(middle) else { break };
        if is_before(item, other)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn merge<T, E>(
    mut left: Vec<T>,
    right: Vec<T>,
    is_before: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && !is_before(first, last)?
    {
        left.extend(right);
        return Ok(left);
    }
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        if is_before(b, a)? {
            merged.extend(right.next());
        } else {
            merged.extend(left.next());
        }
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::sort;

    #[test]
    fn a_failure_ends_it() {
        let mut asked = 0;
        let result = sort((0..100).collect::<Vec<_>>(), |_, _| {
            asked += 1;
            if asked == 5 { Err("enough") } else { Ok(true) }
        });
        assert_eq!(result, Err("enough"));
        assert_eq!(asked, 5);
    }

    #[test]
    fn what_is_in_order_costs_one_question_each() {
        let mut asked = 0;
        let sorted = sort((0..1000).collect::<Vec<_>>(), |a, b| {
            asked += 1;
            Ok::<_, ()>(a < b)
        });
        assert_eq!(sorted, Ok((0..1000).collect()));
        assert_eq!(asked, 999);
    }

    proptest! {
        #[test]
        fn it_sorts_as_the_library_does(items in any::<Vec<(u8, u16)>>()) {
            let sorted = sort(items.clone(), |a, b| Ok::<_, ()>(a.0 < b.0)).unwrap();
            let mut expected = items;
            expected.sort_by_key(|item| item.0);
            assert_eq!(sorted, expected);
        }

        #[test]
        fn nonsense_keeps_every_item(items in any::<Vec<u8>>(), answers in any::<[bool; 7]>()) {
            let mut asked = 0;
            let mut sorted = sort(items.clone(), |_, _| {
                asked += 1;
                Ok::<_, ()>(answers[asked % answers.len()])
            }).unwrap();
            let mut expected = items;
            expected.sort_unstable();
            sorted.sort_unstable();
            assert_eq!(sorted, expected);
        }
    }
}
