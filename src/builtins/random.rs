//! Random numbers and identifiers that are unique, after a seed file the same in every run.

use std::rc::Rc;

use super::seeds::seeds;
use crate::value::Text;
use crate::vm::{Vm, natives};

/// Pools that Bro itself and scripts draw identifiers from.
const OWN_POOL: usize = 1;
const SCRIPT_POOL: usize = 2;
const FIRST_CUSTOM_POOL: i64 = 10;
const MAX_POOL: usize = 10_000;

/// An identifier is no longer than this, its prefix included.
const MAX_IDENTIFIER: usize = 19;

/// For each pool the number of this machine in it, and how many identifiers were drawn.
#[derive(Default)]
struct Pools(Vec<Option<(u64, u64)>>);

/// The next identifier of a pool.
pub(super) fn unique_number(vm: &mut Vm, pool: i64) -> u64 {
    let pool = usize::try_from(pool).ok().filter(|pool| *pool < MAX_POOL).unwrap_or_else(|| {
        vm.warning_without_place("pool passed to calculate_unique_id() too large, using default");
        OWN_POOL
    });
    let pools = &mut vm.state::<Pools>().0;
    if pool >= pools.len() {
        pools.resize(pool + 1, None);
    }
    let known = pools.get(pool).copied().flatten();
    let (instance, count) = known.unwrap_or_else(|| (instance(vm, pool), 0));
    if let Some(place) = vm.state::<Pools>().0.get_mut(pool) {
        *place = Some((instance, count + 1));
    }
    let mut key = [0; 16];
    let (first, second) = key.split_at_mut(8);
    first.copy_from_slice(&instance.to_le_bytes());
    second.copy_from_slice(&(count + 1).to_le_bytes());
    seeds(vm).hash(&key)
}

/// What tells this machine's identifiers from those of all others; with a seed file just the pool.
fn instance(vm: &mut Vm, pool: usize) -> u64 {
    if seeds(vm).generator.is_own() {
        return pool as u64;
    }
    let mut bytes = vm.host.host_name().into_bytes();
    bytes.extend_from_slice(&(pool as u64).to_le_bytes());
    bytes.extend_from_slice(&vm.host.now().to_bits().to_le_bytes());
    bytes.extend_from_slice(&vm.host.process_id().to_le_bytes());
    let seeds = seeds(vm);
    bytes.extend_from_slice(&seeds.generator.next().to_le_bytes());
    seeds.hash(&bytes).wrapping_add(1)
}

/// A prefix and a number to the base of 62, lowest digit first.
fn identifier(prefix: &[u8], number: u64) -> Vec<u8> {
    const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = prefix.get(..MAX_IDENTIFIER).unwrap_or(prefix).to_vec();
    let mut rest = number;
    while text.len() < MAX_IDENTIFIER {
        text.push(DIGITS[(rest % 62) as usize]);
        rest /= 62;
        if rest == 0 {
            break;
        }
    }
    text
}

natives! {
    /// Gives a random number below `max`. After [`srand`] or with a seed file the numbers are the same in every run.
    #[example("rand(1)", "0")]
    fn "rand" = "function(max: count): count";
    |vm, max: u64| -> u64 {
        let number = seeds(vm).generator.next();
        Ok((max as f64 * number as f64 / 2_147_483_648.0) as u64)
    }

    /// Sets the seed of the numbers that `rand` gives from here on.
    #[example("srand(42)", "")]
    fn "srand" = "function(seed: count): any";
    |vm, seed: u64| -> () {
        seeds(vm).generator.reseed(seed as u32);
        Ok(())
    }

    /// Gives a random identifier of letters and digits that begins with `prefix`. It is very likely that no two are
    /// the same, on all machines and at all times.
    #[example("unique_id(\"C\") != unique_id(\"C\")", "T")]
    fn "unique_id" = "function(prefix: string): string";
    |vm, prefix: Rc<Text>| -> Vec<u8> {
        let number = unique_number(vm, SCRIPT_POOL as i64);
        Ok(identifier(prefix.as_bytes(), number))
    }

    /// Gives an identifier as `unique_id` does, drawn from a pool of its own. With a seed file the identifiers of one
    /// pool do not depend on how often the others are used.
    #[example("unique_id_from(3, \"E\")[0]", "E")]
    fn "unique_id_from" = "function(pool: int, prefix: string): string";
    |vm, pool: i64, prefix: Rc<Text>| -> Vec<u8> {
        let number = unique_number(vm, pool.saturating_add(FIRST_CUSTOM_POOL));
        Ok(identifier(prefix.as_bytes(), number))
    }
}

#[cfg(test)]
mod tests {
    use super::identifier;
    use crate::builtins::bench::Bench;
    use crate::value::Value;
    use crate::vm::{Host, MemoryHost};

    fn seeded() -> Bench {
        let mut host = MemoryHost::new();
        host.set_variable("BRO_SEED_FILE", "seeds");
        let numbers: Vec<String> = (1000..1021).map(|number: u32| number.to_string()).collect();
        host.files.insert("seeds".into(), numbers.join("\n").into_bytes());
        Bench::with_host(host)
    }

    #[test]
    fn numbers_after_a_seed_are_bro_s() {
        let mut bench = seeded();
        bench.call("srand", &[Value::Count(1)]);
        let number = u64::from(16_807u32) * 1000 / 2_147_483_648;
        assert_eq!(bench.text("rand", &[Value::Count(1000)]), number.to_string());
        assert_eq!(bench.text("rand", &[Value::Count(1000)]), "131");
    }

    #[test]
    fn identifiers_repeat_with_a_seed_file_only() {
        let first = seeded().text("unique_id", &[Value::string("C")]);
        assert_eq!(first, seeded().text("unique_id", &[Value::string("C")]));
        let mut bench = seeded();
        bench.text("unique_id_from", &[Value::Int(5), Value::string("A")]);
        assert_eq!(bench.text("unique_id", &[Value::string("C")]), first);
        assert_ne!(bench.text("unique_id", &[Value::string("C")]), first);
    }

    #[test]
    fn a_pool_too_large_is_replaced() {
        let mut bench = seeded();
        bench.call("unique_id_from", &[Value::Int(20_000), Value::string("")]);
        assert_eq!(bench.reports().len(), 1);
    }

    #[test]
    fn identifiers_have_a_length() {
        assert_eq!(identifier(b"C", 0), b"C0");
        assert_eq!(identifier(b"", 62), b"01");
        assert_eq!(identifier(b"a prefix that is far too long", 5), b"a prefix that is fa");
    }
}
