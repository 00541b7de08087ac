//! Numbers as C's `printf` writes them: `%d`, `%x`, `%e`, `%f` and `%g` with width, precision and flags.

use std::iter::repeat_n;

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
        b'f' => fixed(size, precision).unwrap_or_else(|| format!("{size:.precision$}")),
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
    let (before, between, behind) = match (spec.left, spec.zeros && zeros_allowed) {
        (true, _) => (0, 0, missing),
        (false, true) => (0, missing, 0),
        (false, false) => (missing, 0, 0),
    };
    let mut text = String::with_capacity(sign.len() + digits.len() + missing);
    text.extend(repeat_n(' ', before));
    text.push_str(sign);
    text.extend(repeat_n('0', between));
    text.push_str(digits);
    text.extend(repeat_n(' ', behind));
    text
}

/// The digits of `%.*f` for a size that is neither tiny nor huge, with few digits behind the point: those the library
/// works out with numbers of any length, while a double of common size has its exact digits in a wide integer.
fn fixed(size: f64, precision: usize) -> Option<String> {
    const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
    let bits = size.to_bits();
    let exponent = bits >> MANTISSA;
    let mantissa = match exponent {
        0 if bits == 0 => 0,
        0 => return None,
        _ => bits & ((1 << MANTISSA) - 1) | 1 << MANTISSA,
    };
    // The size is the mantissa divided by this power of two.
    let power = if bits == 0 { 0 } else { 1075_u64.checked_sub(exponent).filter(|power| *power < 112)? };
    let scale = 10_u64.checked_pow(u32::try_from(precision).ok()?)?;
    let product = u128::from(mantissa) * u128::from(scale);
    let (whole, rest) = (product >> power, product & ((1 << power) - 1));
    let half = (1_u128 << power) >> 1;
    let up = power > 0 && (rest > half || rest == half && whole & 1 == 1);
    let mut left = u64::try_from(whole).ok()?.checked_add(u64::from(up))?;

    // From the last digit to the first: at least one before the point.
    let mut digits = [b'0'; 24];
    let mut first = digits.len();
    let mut behind = precision;
    while left > 0 || behind > 0 || first == digits.len() || digits.get(first) == Some(&b'.') {
        first = first.checked_sub(1)?;
        *digits.get_mut(first)? = b'0' + (left % 10) as u8;
        left /= 10;
        if behind > 0 {
            behind -= 1;
            if behind == 0 {
                first = first.checked_sub(1)?;
                *digits.get_mut(first)? = b'.';
            }
        }
    }
    Some(String::from_utf8_lossy(digits.get(first..)?).into_owned())
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
    fn digits_are_those_of_the_library() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        let mut known = 0;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let exponent = 960 + (bits >> 20) % 130;
            let numbers = [f64::from_bits(bits >> 12 | exponent << 52), (bits >> 44) as f64 / 64.0];
            for (number, precision) in numbers.into_iter().zip([(bits >> 60) as usize, (bits >> 61) as usize]) {
                if let Some(digits) = super::fixed(number, precision) {
                    assert_eq!(digits, format!("{number:.precision$}"), "{number:e} {precision}");
                    known += 1;
                }
            }
        }
        assert!(known > 20_000);
        for (number, precision, digits) in [(0.0, 0, "0"), (0.0, 2, "0.00"), (0.125, 2, "0.12"), (0.375, 2, "0.38")] {
            assert_eq!(super::fixed(number, precision).as_deref(), Some(digits));
        }
        assert_eq!(super::fixed(0.5, 0).as_deref(), Some("0"));
        assert_eq!(super::fixed(9.999, 2).as_deref(), Some("10.00"));
        assert_eq!(super::fixed(1e300, 2), None);
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
