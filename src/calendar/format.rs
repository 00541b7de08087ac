//! Times as text, in the manner of C's `strftime` in the C locale, with the flags and widths of glibc.

use jiff::Zoned;

use super::{DAYS, MONTHS};

/// A conversion never makes more than this of its width.
const MAX_WIDTH: usize = 1024;

/// Fills a time into a format.
pub fn strftime(format: &[u8], time: &Zoned) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let (flags, behind) = flags(rest);
        let Some((&letter, behind)) = behind.split_first() else {
            out.push(b'%');
            break;
        };
        match conversion(letter, time) {
            Some(part) => {
                out.extend(part.padded(&flags));
                rest = behind;
            }
            None => {
                // What is no conversion stays as it is.
                let length = 1 + rest.len() - behind.len();
                out.push(b'%');
                out.extend_from_slice(rest.get(..length - 1).unwrap_or_default());
                rest = behind;
            }
        }
    }
    out
}

/// What may stand between `%` and the letter.
#[derive(Default)]
struct Flags {
    pad: Option<Pad>,
    upper: bool,
    swap: bool,
    width: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Pad {
    Zero,
    Blank,
    None,
}

fn flags(text: &[u8]) -> (Flags, &[u8]) {
    let mut flags = Flags::default();
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        match byte {
            b'_' => flags.pad = Some(Pad::Blank),
            b'-' => flags.pad = Some(Pad::None),
            b'0' => flags.pad = Some(Pad::Zero),
            b'^' => flags.upper = true,
            b'#' => flags.swap = true,
            _ => break,
        }
        rest = behind;
    }
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        flags.width = (flags.width * 10 + usize::from(digit - b'0')).min(MAX_WIDTH);
        rest = behind;
    }
    // Other forms of numbers and eras, of which the C locale has none.
    if let Some((b'E' | b'O', behind)) = rest.split_first() {
        rest = behind;
    }
    (flags, rest)
}

enum Part {
    Text(String),
    /// With the number of digits and what they are filled up with.
    Number(i64, usize, Pad),
    /// `AM` and time zones, which `#` turns to small letters.
    Swapped(String),
}

impl Part {
    fn padded(self, flags: &Flags) -> Vec<u8> {
        let (text, pad) = match self {
            Part::Number(number, digits, pad) => {
                let pad = flags.pad.unwrap_or(pad);
                let width = if pad == Pad::None { 0 } else { flags.width.max(digits) };
                let sign = if number < 0 { "-" } else { "" };
                let digits = number.unsigned_abs().to_string();
                let fill = width.saturating_sub(digits.len() + sign.len());
                return match pad {
                    Pad::Zero => format!("{sign}{}{digits}", "0".repeat(fill)),
                    Pad::Blank => format!("{}{sign}{digits}", " ".repeat(fill)),
                    Pad::None => format!("{sign}{digits}"),
                }
                .into_bytes();
            }
            Part::Text(text) => (if flags.upper || flags.swap { text.to_uppercase() } else { text }, Pad::Blank),
            Part::Swapped(text) => (if flags.swap { text.to_lowercase() } else { text }, Pad::Blank),
        };
        let fill = flags.width.saturating_sub(text.len());
        let filler = if flags.pad.unwrap_or(pad) == Pad::Zero { "0" } else { " " };
        format!("{}{text}", filler.repeat(fill)).into_bytes()
    }
}

fn conversion(letter: u8, time: &Zoned) -> Option<Part> {
    let (hour, minute, second) = (i64::from(time.hour()), i64::from(time.minute()), i64::from(time.second()));
    let (year, month, day) = (i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    let weekday = i64::from(time.weekday().to_sunday_zero_offset());
    let day_of_year = i64::from(time.day_of_year()) - 1;
    let hour12 = (hour + 11) % 12 + 1;
    let two = |number| Part::Number(number, 2, Pad::Zero);
    let blank = |number| Part::Number(number, 2, Pad::Blank);
    let nested = |format: &str| Part::Text(String::from_utf8_lossy(&strftime(format.as_bytes(), time)).into_owned());
    let name =
        |names: &'static [&str], index: i64| names.get(usize::try_from(index).unwrap_or(0)).copied().unwrap_or("?");
    let short = |names: &'static [&str], index: i64| Part::Text(name(names, index).get(..3).unwrap_or("?").to_owned());
    let iso = time.date().iso_week_date();
    Some(match letter {
        b'a' => short(&DAYS, weekday),
        b'A' => Part::Text(name(&DAYS, weekday).to_owned()),
        b'b' | b'h' => short(&MONTHS, month - 1),
        b'B' => Part::Text(name(&MONTHS, month - 1).to_owned()),
        b'c' => nested("%a %b %e %H:%M:%S %Y"),
        b'C' => two(year.div_euclid(100)),
        b'd' => two(day),
        b'D' | b'x' => nested("%m/%d/%y"),
        b'e' => blank(day),
        b'F' => nested("%Y-%m-%d"),
        b'g' => two(i64::from(iso.year()).rem_euclid(100)),
        b'G' => Part::Number(i64::from(iso.year()), 1, Pad::Zero),
        b'H' => two(hour),
        b'I' => two(hour12),
        b'j' => Part::Number(day_of_year + 1, 3, Pad::Zero),
        b'k' => blank(hour),
        b'l' => blank(hour12),
        b'm' => two(month),
        b'M' => two(minute),
        b'n' => Part::Text("\n".to_owned()),
        b'p' => Part::Swapped(if hour < 12 { "AM" } else { "PM" }.to_owned()),
        b'P' => Part::Text(if hour < 12 { "am" } else { "pm" }.to_owned()),
        b'r' => nested("%I:%M:%S %p"),
        b'R' => nested("%H:%M"),
        b's' => Part::Number(time.timestamp().as_second(), 1, Pad::Zero),
        b'S' => two(second),
        b't' => Part::Text("\t".to_owned()),
        b'T' | b'X' => nested("%H:%M:%S"),
        b'u' => Part::Number((weekday + 6) % 7 + 1, 1, Pad::Zero),
        b'U' => two((day_of_year - weekday + 7) / 7),
        b'V' => two(i64::from(iso.week())),
        b'w' => Part::Number(weekday, 1, Pad::Zero),
        b'W' => two((day_of_year - (weekday + 6) % 7 + 7) / 7),
        b'y' => two(year.rem_euclid(100)),
        b'Y' => Part::Number(year, 1, Pad::Zero),
        b'z' => {
            let seconds = i64::from(time.offset().seconds());
            let minutes = seconds.abs() / 60;
            let sign = if seconds < 0 { '-' } else { '+' };
            Part::Text(format!("{sign}{:02}{:02}", minutes / 60, minutes % 60))
        }
        b'Z' => {
            let info = time.time_zone().to_offset_info(time.timestamp());
            Part::Swapped(info.abbreviation().to_owned())
        }
        b'%' => Part::Text("%".to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::strftime;

    fn at(second: i64, format: &str) -> String {
        let time = Timestamp::from_second(second).unwrap().to_zoned(TimeZone::UTC);
        String::from_utf8(strftime(format.as_bytes(), &time)).unwrap()
    }

    #[test]
    fn all_conversions() {
        // Monday 2007-12-31 09:05:07
        let second = 1_199_091_907;
        for (format, text) in [
            ("%a %A %b %B %h", "Mon Monday Dec December Dec"),
            ("%c", "Mon Dec 31 09:05:07 2007"),
            ("%C %y %Y %g %G %V", "20 07 2007 08 2008 01"),
            ("%d %e %j %m", "31 31 365 12"),
            ("%D %F %x", "12/31/07 2007-12-31 12/31/07"),
            ("%H %I %k %l %M %S %p %P", "09 09  9  9 05 07 AM am"),
            ("%r %R %T %X", "09:05:07 AM 09:05 09:05:07 09:05:07"),
            ("%s %u %w %U %W", "1199091907 1 1 52 53"),
            ("%z %Z %%%n%t", "+0000 UTC %\n\t"),
            ("%-d %_H %-H %05d %^a %#p %10A|", "31  9 9 00031 MON am     Monday|"),
            ("%Q %", "%Q %"),
            ("%Ey %Od", "07 31"),
        ] {
            assert_eq!(at(second, format), text, "{format}");
        }
    }

    #[test]
    fn days_before_the_epoch() {
        assert_eq!(at(-1, "%F %T %a"), "1969-12-31 23:59:59 Wed");
    }
}
