//! Addresses and subnets as values and as `std::net` types.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use super::Value;

/// An address out of a value. IPv4-mapped IPv6 addresses are IPv4, as in Bro.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// The width among 128 bits: that of an IPv4 subnet as its mapped addresses have it.
    pub fn width6(self) -> u8 {
        if self.prefix.is_v4() { 96 + self.width } else { self.width }
    }

    /// The subnet that holds this address alone.
    pub fn host(address: Address) -> Self {
        Subnet { prefix: address, width: if address.is_v4() { 32 } else { 128 } }
    }

    /// The subnet of the top `width6` of this one's 128 bits; at most its own width.
    #[must_use]
    pub fn widened(self, width6: u8) -> Self {
        match width6.checked_sub(96) {
            Some(width) if self.prefix.is_v4() => Subnet::new(self.prefix, width),
            _ => {
                let prefix = Address(IpAddr::V6(Ipv6Addr::from(self.prefix.bytes())));
                Subnet { prefix: prefix.masked(width6), width: width6 }
            }
        }
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
