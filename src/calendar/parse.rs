//! Times from text, in the manner of C's `strptime` and `mktime` in the C locale.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{DAYS, MONTHS, local_time};

/// Formats inside formats do not go deeper than this.
const MAX_DEPTH: u32 = 3;

/// Seconds since the epoch of the local time that `text` holds; `None` where it does not fit the format. What stands
/// behind the end of the format does not matter.
pub fn strptime(text: &[u8], format: &[u8], zone: &TimeZone) -> Option<i64> {
    let epoch = local_time(zone, 0.0)?;
    let mut reader = Reader {
        rest: text,
        zone,
        year: i64::from(epoch.year()),
        month: i64::from(epoch.month()),
        day: i64::from(epoch.day()),
        hour: i64::from(epoch.hour()),
        minute: i64::from(epoch.minute()),
        second: i64::from(epoch.second()),
        weekday: None,
        day_of_year: None,
        has_month: false,
        has_day: false,
        hour_of_12: false,
        afternoon: false,
        century: None,
        year_of_century: None,
        week: None,
    };
    reader.read(format, 0)?;
    reader.finish()
}

struct Reader<'a> {
    rest: &'a [u8],
    zone: &'a TimeZone,
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: Option<i64>,
    day_of_year: Option<i64>,
    has_month: bool,
    has_day: bool,
    hour_of_12: bool,
    afternoon: bool,
    century: Option<i64>,
    year_of_century: Option<i64>,
    /// The number of a week, and on which day weeks begin.
    week: Option<(i64, i64)>,
}

impl Reader<'_> {
    fn read(&mut self, format: &[u8], depth: u32) -> Option<()> {
        let mut format = format;
        while let Some((&byte, behind)) = format.split_first() {
            format = behind;
            if byte.is_ascii_whitespace() {
                self.skip_blanks();
                continue;
            }
            if byte != b'%' {
                self.expect(byte)?;
                continue;
            }
            while let Some((b'-' | b'_' | b'0' | b'^' | b'#', behind)) = format.split_first() {
                format = behind;
            }
            if let Some((b'E' | b'O', behind)) = format.split_first() {
                format = behind;
            }
            let (&letter, behind) = format.split_first()?;
            format = behind;
            self.conversion(letter, depth)?;
        }
        Some(())
    }

    fn conversion(&mut self, letter: u8, depth: u32) -> Option<()> {
        match letter {
            b'%' => self.expect(b'%')?,
            b'a' | b'A' => self.weekday = Some(self.name(&DAYS)?),
            b'b' | b'B' | b'h' => {
                self.month = self.name(&MONTHS)? + 1;
                self.has_month = true;
            }
            b'c' => self.nested("%a %b %e %H:%M:%S %Y", depth)?,
            b'C' => self.century = Some(self.number(0, 99, 2)?),
            b'd' | b'e' => {
                self.day = self.number(1, 31, 2)?;
                self.has_day = true;
            }
            b'D' | b'x' => self.nested("%m/%d/%y", depth)?,
            b'F' => self.nested("%Y-%m-%d", depth)?,
            b'g' => {
                self.number(0, 99, 2)?;
            }
            b'G' => {
                let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                self.rest = self.rest.get(digits.max(1)..).filter(|_| digits > 0)?;
            }
            b'H' | b'k' => {
                self.hour = self.number(0, 23, 2)?;
                self.hour_of_12 = false;
            }
            b'I' | b'l' => {
                self.hour = self.number(1, 12, 2)? % 12;
                self.hour_of_12 = true;
            }
            b'j' => self.day_of_year = Some(self.number(1, 366, 3)? - 1),
            b'm' => {
                self.month = self.number(1, 12, 2)?;
                self.has_month = true;
            }
            b'M' => self.minute = self.number(0, 59, 2)?,
            b'n' | b't' => self.skip_blanks(),
            b'p' => self.afternoon = self.name(&["AM", "PM"])? == 1,
            b'r' => self.nested("%I:%M:%S %p", depth)?,
            b'R' => self.nested("%H:%M", depth)?,
            b's' => self.seconds()?,
            b'S' => self.second = self.number(0, 61, 2)?,
            b'T' | b'X' => self.nested("%H:%M:%S", depth)?,
            b'u' => self.weekday = Some(self.number(1, 7, 1)? % 7),
            b'w' => self.weekday = Some(self.number(0, 6, 1)?),
            b'U' => self.week = Some((self.number(0, 53, 2)?, 0)),
            b'W' => self.week = Some((self.number(0, 53, 2)?, 1)),
            b'V' => {
                self.number(0, 53, 2)?;
            }
            b'y' => self.year_of_century = Some(self.number(0, 99, 2)?),
            b'Y' => {
                self.year = self.number(0, 9999, 4)?;
                self.century = None;
                self.year_of_century = None;
            }
            b'z' => self.offset()?,
            // The name of a zone tells nothing.
            b'Z' => {}
            _ => return None,
        }
        Some(())
    }

    fn nested(&mut self, format: &str, depth: u32) -> Option<()> {
        if depth < MAX_DEPTH { self.read(format.as_bytes(), depth + 1) } else { None }
    }

    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
        self.rest = self.rest.get(blanks..).unwrap_or_default();
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let starts = |name: &str, rest: &[u8]| {
            rest.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
                .then_some(name.len())
        };
        names.iter().zip(0..).find_map(|(name, index)| {
            let short = name.get(..3).unwrap_or(name);
            let length = starts(name, self.rest).or_else(|| starts(short, self.rest))?;
            self.rest = self.rest.get(length..)?;
            Some(index)
        })
    }

    fn number(&mut self, least: i64, most: i64, digits: usize) -> Option<i64> {
        self.skip_blanks();
        let mut number = 0;
        let mut count = 0;
        while let Some((digit @ b'0'..=b'9', behind)) = self.rest.split_first() {
            if count == digits || (count > 0 && number * 10 > most) {
                break;
            }
            number = number * 10 + i64::from(digit - b'0');
            count += 1;
            self.rest = behind;
        }
        (count > 0 && (least..=most).contains(&number)).then_some(number)
    }

    fn seconds(&mut self) -> Option<()> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        let seconds: i64 = std::str::from_utf8(number).ok()?.parse().ok()?;
        let time = Timestamp::from_second(seconds).ok()?.to_zoned(self.zone.clone());
        (self.year, self.month, self.day) = (time.year().into(), time.month().into(), time.day().into());
        (self.hour, self.minute, self.second) = (time.hour().into(), time.minute().into(), time.second().into());
        self.hour_of_12 = false;
        Some(())
    }

    /// An offset from UTC, which has to be well formed and changes nothing.
    fn offset(&mut self) -> Option<()> {
        self.skip_blanks();
        if let Some(rest) = self.rest.strip_prefix(b"Z") {
            self.rest = rest;
            return Some(());
        }
        let rest = self.rest.strip_prefix(b"+").or_else(|| self.rest.strip_prefix(b"-"))?;
        let mut digits = 0;
        let mut used = 0;
        for byte in rest {
            match byte {
                b'0'..=b'9' if digits < 4 => digits += 1,
                b':' if digits == 2 => {}
                _ => break,
            }
            used += 1;
        }
        self.rest = rest.get(used..)?;
        (digits == 2 || digits == 4).then_some(())
    }

    fn finish(mut self) -> Option<i64> {
        if self.hour_of_12 && self.afternoon {
            self.hour += 12;
        }
        match (self.century, self.year_of_century) {
            (None, Some(year)) => self.year = year + if year >= 69 { 1900 } else { 2000 },
            (Some(century), year) => self.year = century * 100 + year.unwrap_or(self.year.rem_euclid(100)),
            (None, None) => {}
        }
        let first = Date::new(i16::try_from(self.year).ok()?, 1, 1).ok()?;
        if let (Some((week, begin)), Some(weekday), None) = (self.week, self.weekday, self.day_of_year) {
            let first_weekday = i64::from(first.weekday().to_sunday_zero_offset());
            let to_first_week = (7 - (first_weekday - begin)) % 7;
            self.day_of_year = Some(to_first_week + (week - 1) * 7 + (weekday - begin + 7) % 7);
        }
        if let Some(day_of_year) = self.day_of_year
            && !(self.has_month && self.has_day)
        {
            let date = first.checked_add(day_of_year.days()).ok()?;
            if !self.has_month {
                self.month = i64::from(date.month());
            }
            if !self.has_day {
                self.day = i64::from(date.day());
            }
        }
        self.timestamp()
    }

    /// What `mktime` makes of the parts: days and seconds too many run over into the next month or minute, and no
    /// part says that clocks are advanced.
    fn timestamp(&self) -> Option<i64> {
        let month = i8::try_from(self.month).ok()?;
        let start = DateTime::new(i16::try_from(self.year).ok()?, month, 1, 0, 0, 0, 0).ok()?;
        let seconds = ((self.day - 1) * 24 + self.hour) * 3600 + self.minute * 60 + self.second;
        let time = start.checked_add(seconds.seconds()).ok()?;
        let stamp = self.zone.to_ambiguous_timestamp(time).compatible().ok()?;
        let advanced = self.zone.to_offset_info(stamp).dst().is_dst();
        Some(stamp.as_second() + if advanced { 3600 } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::{any, proptest};

    use super::strptime;

    fn read(text: &str, format: &str) -> Option<i64> {
        strptime(text.as_bytes(), format.as_bytes(), &TimeZone::UTC)
    }

    #[test]
    fn all_conversions() {
        for (text, format, seconds) in [
            ("2007-12-31 09:05:07", "%Y-%m-%d %H:%M:%S", Some(1_199_091_907)),
            ("2007-12-31T09:05:07 and more", "%FT%T", Some(1_199_091_907)),
            ("Mon Dec 31 09:05:07 2007", "%c", Some(1_199_091_907)),
            ("MONDAY december 31 2007", "%A %B %d %Y", Some(1_199_059_200)),
            ("12/31/07 09:05 PM", "%D %I:%M %p", Some(1_199_135_100)),
            ("07", "%y", Some(1_167_609_600)),
            ("70", "%y", Some(0)),
            ("2007 365", "%Y %j", Some(1_199_059_200)),
            ("2008 1 1", "%Y %U %w", Some(1_199_664_000)),
            ("1199091907", "%s", Some(1_199_091_907)),
            ("2007-02-31", "%Y-%m-%d", Some(1_172_880_000)),
            ("  12:00", "%H:%M", Some(43_200)),
            ("10:00 +0130", "%R %z", Some(36_000)),
            ("", "", Some(0)),
            ("24:00", "%H:%M", None),
            ("1970-13-01", "%Y-%m-%d", None),
            ("x", "%H", None),
            ("1970", "%Q", None),
            ("12", "%H:%M", None),
        ] {
            assert_eq!(read(text, format), seconds, "{text} as {format}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in any::<Vec<u8>>(), format in "(%[a-zA-Z%]|.){0,8}") {
            let _ = strptime(&text, format.as_bytes(), &TimeZone::UTC);
            let _ = strptime(format.as_bytes(), format.as_bytes(), &TimeZone::UTC);
        }
    }
}
