//! Addresses and subnets as values and as `std::net` types.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use super::Value;

/// An address out of a value. IPv4-mapped IPv6 addresses are IPv4, as in Bro.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(pub IpAddr);

impl Address {
    pub fn new(ip: IpAddr) -> Self {
        Address(ip.to_canonical())
    }

    pub fn is_v4(self) -> bool {
        self.0.is_ipv4()
    }

    /// The 16 bytes, IPv4 mapped.
    pub fn bytes(self) -> [u8; 16] {
        match self.0 {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        }
    }

    pub fn to_value(self) -> Value {
        match self.0 {
            IpAddr::V4(v4) => Value::Addr4(v4.to_bits()),
            IpAddr::V6(v6) => Value::Addr6(Rc::new(v6.octets())),
        }
    }

    /// Keeps the top `width` bits (of 32 or 128).
    #[must_use]
    pub fn masked(self, width: u8) -> Address {
        match self.0 {
            IpAddr::V4(v4) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(width.min(32))).unwrap_or(0);
                Address(IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask)))
            }
            IpAddr::V6(v6) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(width.min(128))).unwrap_or(0);
                Address(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask)))
            }
        }
    }
}

/// A subnet: host bits are zero, `width` counts within the family (32 or 128).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subnet {
    pub prefix: Address,
    pub width: u8,
}

impl Subnet {
    /// A width above the family's is cut to it.
    pub fn new(address: Address, width: u8) -> Self {
        let width = width.min(if address.is_v4() { 32 } else { 128 });
        Subnet { prefix: address.masked(width), width }
    }

    pub fn contains(self, address: Address) -> bool {
        self.prefix.is_v4() == address.is_v4() && address.masked(self.width) == self.prefix
    }

    pub fn to_value(self) -> Value {
        match self.prefix.0 {
            IpAddr::V4(v4) => Value::Subnet4(v4.to_bits(), self.width),
            IpAddr::V6(v6) => Value::Subnet6(Rc::new((v6.octets(), self.width))),
        }
    }
}

impl Value {
    pub fn as_address(&self) -> Option<Address> {
        match self {
            Value::Addr4(bits) => Some(Address(IpAddr::V4(Ipv4Addr::from_bits(*bits)))),
            Value::Addr6(bytes) => Some(Address(IpAddr::V6(Ipv6Addr::from(**bytes)))),
            _ => None,
        }
    }

    pub fn as_subnet(&self) -> Option<Subnet> {
        match self {
            Value::Subnet4(bits, width) => {
                Some(Subnet { prefix: Address(IpAddr::V4(Ipv4Addr::from_bits(*bits))), width: *width })
            }
            Value::Subnet6(net) => Some(Subnet { prefix: Address(IpAddr::V6(Ipv6Addr::from(net.0))), width: net.1 }),
            _ => None,
        }
    }
}
