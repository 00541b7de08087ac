//! The generations of BroControl and ZeekControl, as far as what they make of a node file differs.
//!
//! Source: `install.py`, `options.py` and `config.py` of the version that each release of Bro or Zeek carries.

/// One generation. It holds from the release that it is named by up to the next one.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// The first release of Bro or Zeek that has it: `2.6`.
    pub name: &'static str,
    number: (u32, u32),
    /// The port of the first node, unless set otherwise.
    pub port: u16,
    /// The first port for metrics, where there is one.
    pub metrics_port: Option<u16>,
    /// The manager stands before the loggers.
    pub manager_first: bool,
    /// Workers have `$interface`.
    pub has_interface: bool,
    /// The layout keeps quiet about deprecated fields.
    pub quiet: bool,
    /// `lb_method=af_packet` is known.
    pub af_packet: bool,
    /// Whether the manager listens for WebSocket clients unless told otherwise; none where it cannot.
    pub web_socket: Option<bool>,
    /// The first two ports belong to ZeroMQ, unless Broker is asked for.
    pub zero_mq: bool,
    /// When a single node listens for commands.
    pub listen_condition: &'static str,
    /// A single node opens its port for metrics only when it runs for good.
    pub guarded_metrics: bool,
}

const ZEEK_LISTENS: &str = "getenv(\"ZEEKCTL_DISABLE_LISTEN\") == \"\"";

const BRO: Release = Release {
    name: "2.6",
    number: (2, 6),
    port: 47760,
    metrics_port: None,
    manager_first: false,
    has_interface: true,
    quiet: false,
    af_packet: false,
    web_socket: None,
    zero_mq: false,
    listen_condition: "getenv(\"BROCTL_PROCESS_TRACE\") == \"\"",
    guarded_metrics: false,
};
const ZEEK_3_0: Release = Release {
    name: "3.0",
    number: (3, 0),
    listen_condition: "getenv(\"ZEEKCTL_DISABLE_LISTEN\") == \"\" && getenv(\"BROCTL_DISABLE_LISTEN\") == \"\"",
    ..BRO
};
const ZEEK_3_1: Release = Release { name: "3.1", number: (3, 1), listen_condition: ZEEK_LISTENS, ..BRO };
const ZEEK_5_2: Release = Release { name: "5.2", number: (5, 2), port: 27760, af_packet: true, ..ZEEK_3_1 };
const ZEEK_7_0: Release =
    Release { name: "7.0", number: (7, 0), metrics_port: Some(9991), manager_first: true, quiet: true, ..ZEEK_5_2 };
const ZEEK_7_1: Release = Release { name: "7.1", number: (7, 1), has_interface: false, quiet: false, ..ZEEK_7_0 };
const ZEEK_8_0: Release =
    Release { name: "8.0", number: (8, 0), web_socket: Some(false), guarded_metrics: true, ..ZEEK_7_1 };
const ZEEK_8_1: Release = Release { name: "8.1", number: (8, 1), web_socket: Some(true), zero_mq: true, ..ZEEK_8_0 };

/// All generations, oldest first.
pub static RELEASES: [Release; 8] = [BRO, ZEEK_3_0, ZEEK_3_1, ZEEK_5_2, ZEEK_7_0, ZEEK_7_1, ZEEK_8_0, ZEEK_8_1];

impl Release {
    /// The generation of Bro 2.6.
    pub fn bro() -> &'static Release {
        let [first, ..] = &RELEASES;
        first
    }

    /// The latest one.
    pub fn latest() -> &'static Release {
        let [.., last] = &RELEASES;
        last
    }

    /// The generation of a release such as `2.6.4`, `6.0` or `8`; none where that is no release or older than 2.6.
    pub fn of_version(version: &str) -> Option<&'static Release> {
        let mut numbers = version.split('.').map(str::parse::<u32>);
        let major = numbers.next()?.ok()?;
        let minor = numbers.next().unwrap_or(Ok(0)).ok()?;
        if numbers.any(|number| number.is_err()) {
            return None;
        }
        RELEASES.iter().rev().find(|release| release.number <= (major, minor))
    }

    /// How many ports are taken before the first node gets one, unless told otherwise.
    pub fn reserved(&self) -> i64 {
        if self.zero_mq { 2 } else { 0 }
    }

    /// Whether it is of Bro, before it was called Zeek.
    pub fn is_bro(&self) -> bool {
        self.number < (3, 0)
    }

    /// How the program of that time is called.
    pub fn program(&self) -> &'static str {
        if self.is_bro() { "BroControl" } else { "ZeekControl" }
    }

    /// The ending of scripts, and the word in names of that time.
    pub fn ending(&self) -> &'static str {
        if self.is_bro() { "bro" } else { "zeek" }
    }

    /// The file with its settings.
    pub fn settings_file(&self) -> &'static str {
        if self.is_bro() { "broctl.cfg" } else { "zeekctl.cfg" }
    }

    /// The setting for the first port.
    pub fn port_setting(&self) -> &'static str {
        if self.is_bro() { "BroPort" } else { "ZeekPort" }
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn a_generation_holds_until_the_next_one() {
        let name = |version| Release::of_version(version).map(|release| release.name);
        assert_eq!(name("2.6.4"), Some("2.6"));
        assert_eq!(name("6.0"), Some("5.2"));
        assert_eq!(name("7"), Some("7.0"));
        assert_eq!(name("99.9"), Some("8.1"));
        assert_eq!((name("2.5"), name("x"), name("7.x"), name("")), (None, None, None, None));
    }
}
