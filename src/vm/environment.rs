//! Variables of the environment under both names that Bro and Zeek gave them.

use super::{Host, Vm};

impl Vm {
    /// The value of a variable. What begins with `ZEEK` is also found under `BRO`, and the other way round: the name
    /// as it is goes first.
    pub fn variable(&self, name: &str) -> Option<String> {
        variable(&*self.host, name)
    }
}

fn variable(host: &dyn Host, name: &str) -> Option<String> {
    host.variable(name).or_else(|| host.variable(&other_name(name)?))
}

fn other_name(name: &str) -> Option<String> {
    // The one pair whose names differ in their ends.
    match name {
        "ZEEK_DISABLE_ZEEKYGEN" => return Some("BRO_DISABLE_BROXYGEN".to_owned()),
        "BRO_DISABLE_BROXYGEN" => return Some("ZEEK_DISABLE_ZEEKYGEN".to_owned()),
        _ => {}
    }
    let (rest, other) = match name.strip_prefix("ZEEK") {
        Some(rest) => (rest, "BRO"),
        None => (name.strip_prefix("BRO")?, "ZEEK"),
    };
    (rest == "PATH" || rest.starts_with('_')).then(|| format!("{other}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::{other_name, variable};
    use crate::vm::{Host, MemoryHost};

    #[test]
    fn a_variable_has_two_names() {
        let mut host = MemoryHost::new();
        host.set_variable("ZEEK_SEED_FILE", "a");
        assert_eq!(variable(&host, "BRO_SEED_FILE").as_deref(), Some("a"));
        host.set_variable("BRO_SEED_FILE", "b");
        assert_eq!(variable(&host, "BRO_SEED_FILE").as_deref(), Some("b"));
        assert_eq!(variable(&host, "ZEEK_SEED_FILE").as_deref(), Some("a"));
        assert_eq!(variable(&host, "BROKER_X"), None);
    }

    #[test]
    fn pairs_of_names() {
        assert_eq!(other_name("BROPATH").as_deref(), Some("ZEEKPATH"));
        assert_eq!(other_name("ZEEK_DISABLE_ZEEKYGEN").as_deref(), Some("BRO_DISABLE_BROXYGEN"));
        assert_eq!(other_name("BROWSER"), None);
        assert_eq!(other_name("HOME"), None);
    }
}
