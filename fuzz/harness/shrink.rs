//! Makes an input smaller while it still shows what it showed.
//!
//! Pieces are left out: halves, quarters and so on, first of lines, then of words, then of bytes.

/// How an input is cut into pieces.
type Cut = fn(&[u8]) -> Vec<&[u8]>;

/// The smallest input found for which `shows` holds, beginning with one for which it does.
pub(crate) fn shrink(mut input: Vec<u8>, mut shows: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    loop {
        let before = input.len();
        for cut in [lines as Cut, words, bytes] {
            input = leave_out(input, cut, &mut shows);
        }
        if input.len() == before {
            return input;
        }
    }
}

fn leave_out(mut input: Vec<u8>, cut: Cut, shows: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut size = cut(&input).len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        loop {
            let pieces = cut(&input);
            if at >= pieces.len() {
                break;
            }
            let end = (at + size).min(pieces.len());
            let candidate = [pieces[..at].concat(), pieces[end..].concat()].concat();
            if candidate.len() < input.len() && shows(&candidate) {
                input = candidate;
            } else {
                at = end;
            }
        }
        if size == 1 {
            return input;
        }
        size /= 2;
    }
}

fn lines(input: &[u8]) -> Vec<&[u8]> {
    input.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Runs of letters and digits, and every other byte by itself.
fn words(input: &[u8]) -> Vec<&[u8]> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    input.chunk_by(|left, right| is_letter(left) && is_letter(right)).collect()
}

fn bytes(input: &[u8]) -> Vec<&[u8]> {
    input.chunks(1).collect()
}
