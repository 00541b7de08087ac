//! Who speaks: endpoints, which are processes, and the entities inside them, which are stores.

use std::fmt;
use std::str::FromStr;

use super::DecodeError;
use super::reader::Reader;

/// The id of an endpoint. The order is that of the bytes: of two nodes the one with the smaller id leads the handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub [u8; 16]);

impl EndpointId {
    /// No endpoint.
    pub const NIL: EndpointId = EndpointId([0; 16]);

    /// Random bytes as a UUID of version 4. Zeek ignores peers whose UUIDs are not of the versions 1 to 5.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        const VERSION: u128 = 0xf << 76;
        const VARIANT: u128 = 0x3 << 62;
        let bits = u128::from_be_bytes(bytes) & !VERSION & !VARIANT | 4 << 76 | 2 << 62;
        EndpointId(bits.to_be_bytes())
    }

    pub fn is_nil(self) -> bool {
        self == EndpointId::NIL
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(EndpointId)
    }
}

/// `8-4-4-4-12` hexadecimal digits.
impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The text is no endpoint's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for EndpointId {
    type Err = NotAnId;

    /// Takes what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let dashes = |text: &str| [8, 13, 18, 23].iter().all(|place| text.as_bytes().get(*place) == Some(&b'-'));
        let digits: String = text.chars().filter(|character| *character != '-').collect();
        if text.len() != 36 || digits.len() != 32 || !dashes(text) || digits.starts_with('+') {
            return Err(NotAnId);
        }
        u128::from_str_radix(&digits, 16).map(|bits| EndpointId(bits.to_be_bytes())).map_err(|_| NotAnId)
    }
}

/// A master, a clone or a requester inside an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId {
    pub endpoint: EndpointId,
    /// Tells the entities of one endpoint apart.
    pub object: u64,
}

impl EntityId {
    /// Nobody in particular.
    pub const NIL: EntityId = EntityId { endpoint: EndpointId::NIL, object: 0 };

    pub fn is_nil(self) -> bool {
        self == EntityId::NIL
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(EntityId { endpoint: EndpointId::read(reader)?, object: reader.u64()? })
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.endpoint.0);
        out.extend_from_slice(&self.object.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::EndpointId;

    #[test]
    fn random_ids_are_uuids_of_version_4() {
        assert_eq!(EndpointId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(EndpointId::from_random([0; 16]).to_string(), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn text_goes_both_ways() {
        let text = "009472a9-7a3b-5cde-9f01-23456789abcd";
        assert_eq!(text.parse::<EndpointId>().unwrap().to_string(), text);
        for wrong in ["", "009472a9", "009472a9-7a3b-5cde-9f01-23456789abcg", "009472a97a3b5cde9f0123456789abcd----"] {
            assert!(wrong.parse::<EndpointId>().is_err(), "{wrong}");
        }
        assert!("+09472a9-7a3b-5cde-9f01-23456789abcd".parse::<EndpointId>().is_err());
    }
}
