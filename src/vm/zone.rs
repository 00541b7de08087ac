//! The time zone in which scripts see local times.

use jiff::tz::TimeZone;

use super::{Host, Vm};
use crate::calendar::time_of_day;

const ZONE_FILES: &str = "/usr/share/zoneinfo";
const LOCAL_ZONE: &str = "/etc/localtime";

/// The zone last found, with the value of `TZ` it was found for.
#[derive(Default)]
struct Known(Option<(Option<String>, TimeZone)>);

impl Vm {
    /// The zone that the variable `TZ` names, otherwise the machine's; as in C, a zone that is not known is UTC.
    pub fn time_zone(&mut self) -> TimeZone {
        let variable = self.host.variable("TZ");
        if let Some((of, zone)) = &self.state::<Known>().0
            && *of == variable
        {
            return zone.clone();
        }
        let zone = find(&*self.host, variable.as_deref()).unwrap_or(TimeZone::UTC);
        self.state::<Known>().0 = Some((variable, zone.clone()));
        zone
    }

    /// The time of the day from which rotations are counted, in seconds, where `log_rotate_base_time` sets one.
    pub fn rotation_base(&mut self) -> Option<f64> {
        let text = self.global_by_name("log_rotate_base_time")?;
        let text = text.as_bytes().filter(|text| !text.is_empty())?;
        let base = time_of_day(&String::from_utf8_lossy(text));
        if base.is_none() {
            self.error_without_place("calc_next_rotate(): can't parse rotation base time");
        }
        base
    }
}

fn find(host: &dyn Host, variable: Option<&str>) -> Option<TimeZone> {
    let Some(variable) = variable else { return from_file(host, LOCAL_ZONE) };
    let name = variable.strip_prefix(':').unwrap_or(variable);
    if name.is_empty() || name == "UTC" {
        return Some(TimeZone::UTC);
    }
    let path = if name.starts_with('/') { name.to_owned() } else { format!("{ZONE_FILES}/{name}") };
    from_file(host, &path).or_else(|| TimeZone::posix(name).ok())
}

fn from_file(host: &dyn Host, path: &str) -> Option<TimeZone> {
    TimeZone::tzif(path, &host.read_file(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::vm::MemoryHost;

    #[test]
    fn the_zone_is_what_tz_says() {
        let host = MemoryHost::new();
        let offset = |text: Option<&str>| {
            let noon = jiff::Timestamp::from_second(1_600_000_000).unwrap();
            find(&host, text).map(|zone| zone.to_offset(noon).seconds())
        };
        assert_eq!(offset(Some("EST5EDT,M3.2.0,M11.1.0")), Some(-4 * 3600));
        assert_eq!(offset(Some(":CET-1")), Some(3600));
        assert_eq!(offset(Some("")), Some(0));
        assert_eq!(offset(Some("Nowhere/Land")), None);
        assert_eq!(offset(None), None);
    }
}
