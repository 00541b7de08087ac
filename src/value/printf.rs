//! Numbers as C's `printf` writes them: `%d`, `%x`, `%e`, `%f` and `%g` with width, precision and flags.

/// The part between `%` and the letter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spec {
    pub(super) left: bool,
    pub(super) zeros: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
}

/// `%lld`, `%llu`, `%llx`: the digits of a number, its sign, and what the flags add.
pub(super) fn integer(spec: Spec, negative: bool, digits: &str) -> String {
    let sign = if negative { "-" } else { "" };
    // No digit at all for a zero that is asked for with no digits.
    let digits = if spec.precision == Some(0) && digits == "0" { "" } else { digits };
    let wanted = spec.precision.unwrap_or(0);
    let digits = format!("{}{digits}", "0".repeat(wanted.saturating_sub(digits.len())));
    pad(spec, sign, &digits, spec.precision.is_none())
}

/// `%e`, `%f` or `%g`.
pub(super) fn float(spec: Spec, letter: u8, value: f64) -> String {
    let precision = spec.precision.unwrap_or(6);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let size = value.abs();
    if !size.is_finite() {
        return pad(spec, sign, if size.is_nan() { "nan" } else { "inf" }, false);
    }
    let digits = match letter {
        b'e' => exponent(size, precision, false),
        b'f' => format!("{size:.precision$}"),
        _ => general(size, precision),
    };
    pad(spec, sign, &digits, true)
}

/// `%.*e`; `shortest` drops zeros at the end of the digits, as `%g` does.
pub(super) fn exponent(value: f64, precision: usize, shortest: bool) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "nan".to_owned() } else { format!("{value}") };
    }
    let text = format!("{value:.precision$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let digits =
        if shortest && digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    match power.strip_prefix('-') {
        Some(power) => format!("{digits}e-{power:0>2}"),
        None => format!("{digits}e+{power:0>2}"),
    }
}

/// `%g`: as many digits as the precision says in all, the form by the size of the number.
fn general(value: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let text = format!("{value:.*e}", precision - 1);
    let power: i64 = text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    if power < -4 || power >= precision as i64 {
        return exponent(value, precision - 1, true);
    }
    let behind = usize::try_from(precision as i64 - 1 - power).unwrap_or(0);
    let text = format!("{value:.behind$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Fills up to the width. Zeros go between sign and digits, where `zeros_allowed`.
fn pad(spec: Spec, sign: &str, digits: &str, zeros_allowed: bool) -> String {
    let missing = spec.width.saturating_sub(sign.len() + digits.len());
    if spec.left {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else if spec.zeros && zeros_allowed {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::{Spec, exponent, float, integer};

    fn spec(left: bool, zeros: bool, width: usize, precision: Option<usize>) -> Spec {
        Spec { left, zeros, width, precision }
    }

    #[test]
    fn integers() {
        assert_eq!(integer(Spec::default(), false, "42"), "42");
        assert_eq!(integer(spec(false, true, 5, None), true, "42"), "-0042");
        assert_eq!(integer(spec(true, true, 5, None), false, "42"), "42   ");
        assert_eq!(integer(spec(false, false, 5, None), true, "42"), "  -42");
        assert_eq!(integer(spec(false, true, 6, Some(3)), false, "42"), "   042");
        assert_eq!(integer(spec(false, false, 0, Some(0)), false, "0"), "");
    }

    #[test]
    fn floats() {
        let none = Spec::default();
        assert_eq!(float(none, b'f', 3.5), "3.500000");
        assert_eq!(float(spec(false, false, 0, Some(0)), b'f', 2.5), "2");
        assert_eq!(float(spec(false, false, 0, Some(2)), b'f', 4.14159), "4.14");
        assert_eq!(float(spec(false, true, 8, Some(2)), b'f', -4.14159), "-0004.14");
        assert_eq!(float(none, b'e', 1234.5), "1.234500e+03");
        assert_eq!(float(none, b'e', 0.0), "0.000000e+00");
        assert_eq!(float(none, b'e', 1e-300), "1.000000e-300");
        assert_eq!(float(none, b'g', 100_000.0), "100000");
        assert_eq!(float(none, b'g', 1_000_000.0), "1e+06");
        assert_eq!(float(none, b'g', 0.0001), "0.0001");
        assert_eq!(float(none, b'g', 0.00001), "1e-05");
        assert_eq!(float(none, b'g', 1.25e-7), "1.25e-07");
        assert_eq!(float(none, b'g', 0.0), "0");
        assert_eq!(float(spec(false, false, 0, Some(0)), b'g', 2.5), "2");
        assert_eq!(float(none, b'g', 999_999.5), "1e+06");
        assert_eq!(float(spec(false, true, 6, None), b'f', f64::INFINITY), "   inf");
        assert_eq!(float(none, b'f', -f64::INFINITY), "-inf");
        assert_eq!(float(spec(true, false, 12, None), b'f', 1.0), "1.000000    ");
        assert_eq!(exponent(2_147_483_648.0, 6, false), "2.147484e+09");
    }
}
