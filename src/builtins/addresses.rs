//! Addresses and subnets: their text, their bits, tables that they index.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use super::results::{count_vector, vector_of, without_zeros};
use crate::types::{Type, TypeTag};
use crate::value::convert::{BadSubnet, leading_int, parse_address, parse_subnet};
use crate::value::describe::escaped;
use crate::value::{Address, Subnet, TableObject, Text, Value, VectorObject};
use crate::vm::{Raise, Vm, natives};

/// What Bro uses where there is no address.
const NOWHERE: Address = Address(IpAddr::V6(Ipv6Addr::UNSPECIFIED));

fn v4(bits: u32) -> Address {
    Address(IpAddr::V4(Ipv4Addr::from_bits(bits)))
}

fn v6(bits: u128) -> Address {
    Address::new(IpAddr::V6(Ipv6Addr::from_bits(bits)))
}

/// Reports a text that is no address.
fn bad_address(vm: &mut Vm, text: &[u8]) {
    vm.error_without_place(format!("Bad IP address: {}", String::from_utf8_lossy(text)));
}

/// Whether a text is an address and nothing else.
fn is_address(text: &[u8]) -> bool {
    let ends_well = || {
        text.rsplit(|&byte| byte == b'.').next().is_some_and(|last| {
            last.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace()) && last.last() != Some(&b' ')
        })
    };
    parse_address(text).is_some() && (text.contains(&b':') || ends_well())
}

/// The table behind an `any` that must have one column of subnets.
fn subnet_table(vm: &mut Vm, value: Value, native: &str) -> Result<Rc<TableObject>, Raise> {
    if let Value::Table(table) = value
        && matches!(table.ty.as_table(), Some(([only], _)) if only.is(TypeTag::Subnet))
    {
        return Ok(table);
    }
    vm.error_without_place(format!("{native} needs to be called on a set[subnet]/table[subnet]."));
    Err(Raise::null())
}

/// The top `count` of 128 bits.
fn top_bits(count: u64) -> u128 {
    u128::MAX.checked_shl(128 - count.min(128) as u32).unwrap_or(0)
}

/// The last number of an IPv4 pointer name first, as in the name.
fn address_of_v4_pointer(text: &[u8]) -> Option<Address> {
    let text = std::str::from_utf8(text).ok()?;
    let mut parts = text.splitn(5, '.');
    let mut bits: u32 = 0;
    for place in 0..4 {
        let number: i64 = parts.next()?.trim_start().parse().ok()?;
        bits |= (number as u32).wrapping_shl(8 * place);
    }
    // Only as much as the name is long is looked at.
    let rest = parts.next()?.split_whitespace().next()?;
    rest.starts_with("in-addr.arpa").then(|| v4(bits))
}

fn address_of_v6_pointer(text: &[u8]) -> Option<Address> {
    let (digits, rest) = text.split_at_checked(64)?;
    let mut bits: u128 = 0;
    for (place, pair) in digits.chunks(2).enumerate() {
        let [digit, b'.'] = pair else { return None };
        bits |= u128::from(char::from(*digit).to_digit(16)?) << (4 * place);
    }
    rest.starts_with(b"ip6.arpa").then(|| v6(bits))
}

fn addresses(addresses: impl Iterator<Item = Address>) -> Rc<VectorObject> {
    vector_of(Type::addr(), addresses.map(Address::to_value).collect())
}

natives! {
    /// Tells whether an address is of IPv4.
    #[example("is_v4_addr(10.0.0.1)", "T")]
    fn "is_v4_addr" = "function(a: addr): bool";
    |_vm, a: Address| -> bool {
        Ok(a.is_v4())
    }

    /// Tells whether an address is of IPv6.
    #[example("is_v6_addr([2001:db8::1])", "T")]
    fn "is_v6_addr" = "function(a: addr): bool";
    |_vm, a: Address| -> bool {
        Ok(!a.is_v4())
    }

    /// Tells whether a subnet is of IPv4.
    #[example("is_v4_subnet(10.0.0.0/8)", "T")]
    fn "is_v4_subnet" = "function(s: subnet): bool";
    |_vm, s: Subnet| -> bool {
        Ok(s.prefix.is_v4())
    }

    /// Tells whether a subnet is of IPv6.
    #[example("is_v6_subnet(10.0.0.0/8)", "F")]
    fn "is_v6_subnet" = "function(s: subnet): bool";
    |_vm, s: Subnet| -> bool {
        Ok(!s.prefix.is_v4())
    }

    /// Tells whether `ip` is the text of an address and nothing else.
    #[example("is_valid_ip(\"10.0.0.1\")", "T")]
    #[example("is_valid_ip(\"10.0.0\")", "F")]
    fn "is_valid_ip" = "function(ip: string): bool";
    |_vm, ip: Rc<Text>| -> bool {
        Ok(is_address(ip.as_bytes()))
    }

    /// Tells whether `cidr` is the text of a subnet.
    #[example("is_valid_subnet(\"10.0.0.0/8\")", "T")]
    fn "is_valid_subnet" = "function(cidr: string): bool";
    |_vm, cidr: Rc<Text>| -> bool {
        let address = cidr.as_bytes().split(|&byte| byte == b'/').next().unwrap_or_default();
        Ok(is_address(address) && parse_subnet(cidr.as_bytes()).is_ok())
    }

    /// Gives the address that `ip` is the text of.
    #[example("to_addr(\"10.0.0.1\")", "10.0.0.1")]
    fn "to_addr" = "function(ip: string): addr";
    |vm, ip: Rc<Text>| -> Address {
        let text = escaped(ip.as_bytes());
        Ok(parse_address(&text).unwrap_or_else(|| {
            bad_address(vm, &text);
            NOWHERE
        }))
    }

    /// Gives the subnet that `sn` is the text of.
    #[example("to_subnet(\"10.1.0.0/8\")", "10.0.0.0/8")]
    fn "to_subnet" = "function(sn: string): subnet";
    |vm, sn: Rc<Text>| -> Subnet {
        let text = escaped(sn.as_bytes());
        let width = match parse_subnet(&text) {
            Ok(net) => return Ok(net),
            Err(BadSubnet::NoSlash) => {
                let shown = String::from_utf8_lossy(&text);
                vm.error_without_place(format!("Bad string in SubNetVal ctor: {shown}"));
                0
            }
            Err(BadSubnet::Address(address)) => {
                bad_address(vm, &address);
                leading_int(text.get(address.len() + 1..).unwrap_or_default())
            }
            Err(BadSubnet::Width(width)) => {
                let family = if text.contains(&b':') { "v6" } else { "v4" };
                vm.error_without_place(format!("Bad IPAddr({family}) IPPrefix length : {width}"));
                0
            }
        };
        Ok(Subnet::new(NOWHERE, u8::try_from(width).unwrap_or(0)))
    }

    /// Gives the subnet that holds this address alone.
    #[example("addr_to_subnet(10.0.0.1)", "10.0.0.1/32")]
    fn "addr_to_subnet" = "function(a: addr): subnet";
    |_vm, a: Address| -> Subnet {
        Ok(Subnet::host(a))
    }

    /// Gives the first address of a subnet.
    #[example("subnet_to_addr(10.0.0.0/8)", "10.0.0.0")]
    fn "subnet_to_addr" = "function(sn: subnet): addr";
    |_vm, sn: Subnet| -> Address {
        Ok(sn.prefix)
    }

    /// Gives how many bits all addresses of a subnet have in common.
    #[example("subnet_width(10.0.0.0/8)", "8")]
    fn "subnet_width" = "function(sn: subnet): count";
    |_vm, sn: Subnet| -> u64 {
        Ok(u64::from(sn.width))
    }

    /// Gives the subnet of the top bits of an address.
    #[example("mask_addr(192.168.3.2, 16)", "192.168.0.0/16")]
    fn "mask_addr" = "function(a: addr, top_bits_to_keep: count): subnet";
    |_vm, a: Address, top_bits_to_keep: u64| -> Subnet {
        let (family, widest) = if a.is_v4() { ("v4", 32) } else { ("v6", 128) };
        match u8::try_from(top_bits_to_keep) {
            Ok(width) if width <= widest => Ok(Subnet::new(a, width)),
            _ => Err(Raise::error(format!("Bad IPAddr({family}) IPPrefix length : {top_bits_to_keep}"))),
        }
    }

    /// Gives the address that has its top bits from `a1` and the others from `a2`. Bits are counted as those of IPv6:
    /// 96 more for an address of IPv4.
    #[example("remask_addr(192.168.3.2, 10.0.5.6, 96 + 16)", "192.168.5.6")]
    fn "remask_addr" = "function(a1: addr, a2: addr, top_bits_from_a1: count): addr";
    |vm, a1: Address, a2: Address, top_bits_from_a1: u64| -> Address {
        let (a1, a2) = (u128::from_be_bytes(a1.bytes()), u128::from_be_bytes(a2.bytes()));
        if top_bits_from_a1 > 128 {
            for part in ["Mask", "ReverseMask"] {
                vm.error_without_place(format!("Bad IPAddr::{part} value {}", top_bits_from_a1 as i32));
            }
            return Ok(v6(a1 | a2));
        }
        let mask = top_bits(top_bits_from_a1);
        Ok(v6(a1 & mask | a2 & !mask))
    }

    /// Gives an address as numbers of 32 bits: one for IPv4, four for IPv6.
    #[example("addr_to_counts(10.0.0.1)", "[167772161]")]
    fn "addr_to_counts" = "function(a: addr): index_vec";
    |_vm, a: Address| -> Rc<VectorObject> {
        let bits = u128::from_be_bytes(a.bytes());
        let words = [96, 64, 32, 0].map(|shift| u64::from((bits >> shift) as u32));
        Ok(count_vector(if a.is_v4() { words[3..].to_vec() } else { words.to_vec() }))
    }

    /// Gives the address that one or four numbers of 32 bits are.
    #[example("counts_to_addr(vector(167772161))", "10.0.0.1")]
    fn "counts_to_addr" = "function(v: index_vec): addr";
    |vm, v: Rc<VectorObject>| -> Address {
        let words = v.with(|elements| {
            let word = |element: &Value| if let Value::Count(number) = element { *number as u32 } else { 0 };
            elements.iter().map(word).collect::<Vec<_>>()
        });
        Ok(match words[..] {
            [bits] => v4(bits),
            [_, _, _, _] => v6(words.iter().fold(0, |bits, word| bits << 32 | u128::from(*word))),
            _ => {
                vm.builtin_error_about("invalid vector size", &Value::Vector(v.clone()));
                NOWHERE
            }
        })
    }

    /// Gives the address of IPv4 that is this number.
    #[example("count_to_v4_addr(167772161)", "10.0.0.1")]
    fn "count_to_v4_addr" = "function(ip: count): addr";
    |vm, ip: u64| -> Address {
        Ok(v4(u32::try_from(ip).unwrap_or_else(|_| {
            vm.builtin_error_about("conversion of non-IPv4 count to addr", &Value::Count(ip));
            0
        })))
    }

    /// Gives the address of IPv4 that the first four bytes of `b` are.
    #[example("raw_bytes_to_v4_addr(\"\\x0a\\x00\\x00\\x01\")", "10.0.0.1")]
    fn "raw_bytes_to_v4_addr" = "function(b: string): addr";
    |vm, b: Rc<Text>| -> Address {
        Ok(v4(b.as_bytes().first_chunk().map_or_else(
            || {
                vm.builtin_error("too short a string as input to raw_bytes_to_v4_addr()");
                0
            },
            |bytes| u32::from_be_bytes(*bytes),
        )))
    }

    /// Gives the address of IPv6 that the first sixteen bytes of `x` are.
    #[example("raw_bytes_to_v6_addr(\"0123456789abcdef\")", "3031:3233:3435:3637:3839:6162:6364:6566")]
    fn "raw_bytes_to_v6_addr" = "function(x: string): addr";
    |vm, x: Rc<Text>| -> Address {
        Ok(v6(x.as_bytes().first_chunk().map_or_else(
            || {
                vm.builtin_error("too short a string as input to raw_bytes_to_v6_addr()");
                0
            },
            |bytes| u128::from_be_bytes(*bytes),
        )))
    }

    /// Gives the addresses that the field `data` of an `ip6_routing` record of type 0 holds.
    #[example("|routing0_data_to_addrs(\"\\x00\\x00\\x00\\x000123456789abcdef\")|", "1")]
    fn "routing0_data_to_addrs" = "function(s: string): addr_vec";
    |vm, s: Rc<Text>| -> Rc<VectorObject> {
        // A reserved field comes first.
        let data = s.as_bytes().get(4..).unwrap_or_default();
        if s.as_bytes().len() % 16 != 4 {
            vm.warning_without_place(format!("Bad ip6_routing data length: {}", s.as_bytes().len()));
        }
        Ok(addresses(data.chunks_exact(16).filter_map(|chunk| Some(v6(u128::from_be_bytes(chunk.try_into().ok()?))))))
    }

    /// Gives the name under which DNS keeps the name of an address.
    #[example("addr_to_ptr_name(10.1.2.3)", "3.2.1.10.in-addr.arpa")]
    fn "addr_to_ptr_name" = "function(a: addr): string";
    |_vm, a: Address| -> String {
        Ok(match a.0 {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(address) => {
                let digits = format!("{:032x}", address.to_bits());
                digits.chars().rev().flat_map(|digit| [digit, '.']).chain("ip6.arpa".chars()).collect()
            }
        })
    }

    /// Gives the address whose name DNS keeps under this name.
    #[example("ptr_name_to_addr(\"3.2.1.10.in-addr.arpa\")", "10.1.2.3")]
    fn "ptr_name_to_addr" = "function(s: string): addr";
    |vm, s: Rc<Text>| -> Address {
        let is_v6 = s.as_bytes().len() == 72;
        let text = without_zeros(vm, &s);
        let address = if is_v6 { address_of_v6_pointer(text) } else { address_of_v4_pointer(text) };
        Ok(address.unwrap_or_else(|| {
            vm.builtin_error_about("bad PTR name", &Value::String(s.clone()));
            if is_v6 { NOWHERE } else { v4(0) }
        }))
    }

    /// Gives the subnets in a set or table that cover `search`, the narrowest first.
    #[example("matching_subnets(10.1.1.1/32, set(10.0.0.0/8, 10.1.0.0/16, 10.2.0.0/16))", "[10.1.0.0/16, 10.0.0.0/8]")]
    fn "matching_subnets" = "function(search: subnet, t: any): subnet_vec";
    |vm, search: Subnet, t: Value| -> Rc<VectorObject> {
        let table = subnet_table(vm, t, "matching_subnets")?;
        let found = table.covering(search).into_iter().map(|(net, _)| net).collect();
        Ok(vector_of(Type::subnet(), found))
    }

    /// Gives a table with the entries of another one whose subnets cover `search`, the narrowest first.
    #[example("type_name(filter_subnet_table(10.1.1.1/32, set(10.0.0.0/8)))", "set[subnet]")]
    fn "filter_subnet_table" = "function(search: subnet, t: any): any";
    |vm, search: Subnet, t: Value| -> Rc<TableObject> {
        let table = subnet_table(vm, t, "filter_subnet_table")?;
        let found = TableObject::new(table.ty.clone());
        for (net, value) in table.covering(search) {
            found.insert(&[net], value);
        }
        Ok(Rc::new(found))
    }

    /// Tells whether just this subnet is in a set or table, where `in` would also find one that covers it.
    #[example("check_subnet(10.1.0.0/16, set(10.0.0.0/8))", "F")]
    fn "check_subnet" = "function(search: subnet, t: any): bool";
    |vm, search: Subnet, t: Value| -> bool {
        let table = subnet_table(vm, t, "check_subnet")?;
        Ok(table.contains_exact(&[search.to_value()]))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::types::Type;
    use crate::value::convert::{parse_address, parse_subnet};
    use crate::value::{Address, Subnet, TableObject, Value};

    fn address(text: &str) -> Value {
        parse_address(text.as_bytes()).map(Address::to_value).unwrap()
    }

    fn net(text: &str) -> Value {
        parse_subnet(text.as_bytes()).map(Subnet::to_value).unwrap()
    }

    #[test]
    fn texts_that_are_no_addresses() {
        let mut natives = Natives::new();
        for (name, text, result, message) in [
            ("to_addr", "10.0.0.1", "10.0.0.1", ""),
            ("to_addr", "10.0.0", "::", "error: Bad IP address: 10.0.0\n"),
            ("to_subnet", "10.0.0.0", "::/0", "error: Bad string in SubNetVal ctor: 10.0.0.0\n"),
            ("to_subnet", "x/8", "::/8", "error: Bad IP address: x\n"),
            ("to_subnet", "10.0.0.0/33", "::/0", "error: Bad IPAddr(v4) IPPrefix length : 33\n"),
            ("ptr_name_to_addr", "1.2.3.4", "0.0.0.0", "error: bad PTR name\n"),
            ("ptr_name_to_addr", "3.2.1.10.in-addr.arpa", "10.1.2.3", ""),
        ] {
            assert_eq!(natives.text(name, &[Value::string(text)]), result);
            assert_eq!(natives.messages(), message);
        }
        for (text, valid) in [("10.0.0.1", "T"), ("10.0.0.1x", "F"), ("10.0.0.1 ", "F"), ("::1", "T"), ("::1 ", "F")] {
            assert_eq!(natives.text("is_valid_ip", &[Value::string(text)]), valid, "{text}");
        }
        assert_eq!(natives.text("is_valid_subnet", &[Value::string("10.0.0.1x/8")]), "F");
    }

    #[test]
    fn pointer_names_lead_back() {
        let mut natives = Natives::new();
        for text in ["10.1.2.3", "2001:db8::1"] {
            let name = natives.call("addr_to_ptr_name", &[address(text)]).unwrap();
            assert_eq!(natives.text("ptr_name_to_addr", &[name]), text);
        }
    }

    #[test]
    fn bits_of_addresses() {
        let mut natives = Natives::new();
        let counts = natives.call("addr_to_counts", &[address("2001:db8::1")]).unwrap();
        assert_eq!(counts.to_text(), b"[536939960, 0, 0, 1]");
        assert_eq!(natives.text("counts_to_addr", &[counts]), "2001:db8::1");
        let remask = |bits| [address("192.168.3.2"), address("10.0.5.6"), Value::Count(bits)];
        assert_eq!(natives.text("remask_addr", &remask(112)), "192.168.5.6");
        assert_eq!(natives.text("remask_addr", &remask(128)), "192.168.3.2");
        natives.text("remask_addr", &remask(129));
        assert_eq!(natives.messages().lines().count(), 2);
        natives.refusal("mask_addr", &[address("10.0.0.1"), Value::Count(33)]);
        assert_eq!(natives.text("mask_addr", &[address("10.0.0.1"), Value::Count(0)]), "0.0.0.0/0");
    }

    #[test]
    fn tables_of_subnets() {
        let mut natives = Natives::new();
        let set = TableObject::new(Type::set(vec![Type::subnet()]));
        for text in ["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"] {
            set.insert(&[net(text)], Value::Unset);
        }
        let set = Value::Table(set.into());
        let search = net("10.1.1.1/32");
        assert_eq!(natives.text("matching_subnets", &[search.clone(), set.clone()]), "[10.1.0.0/16, 10.0.0.0/8]");
        assert_eq!(
            natives.text("filter_subnet_table", &[search.clone(), set.clone()]),
            "{\n\t10.1.0.0/16,\n\t10.0.0.0/8\n}"
        );
        assert_eq!(natives.text("check_subnet", &[search.clone(), set.clone()]), "F");
        assert_eq!(natives.text("check_subnet", &[net("10.2.0.0/16"), set]), "T");
        natives.refusal("check_subnet", &[search, Value::Count(1)]);
        assert_eq!(natives.messages(), "error: check_subnet needs to be called on a set[subnet]/table[subnet].\n");
    }
}
