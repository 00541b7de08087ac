//! Broker's error codes: one byte when a connection is refused, a name in errors that scripts and clients see.

macro_rules! codes {
    ($($number:literal $code:ident $name:literal;)*) => {
        /// Why Broker could not do something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum ErrorCode {
            $($code = $number,)*
        }

        impl ErrorCode {
            /// The code of a number; `None` where none has it.
            pub fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(ErrorCode::$code),)*
                    _ => None,
                }
            }

            /// `peer_unavailable`
            pub fn name(self) -> &'static str {
                match self {
                    $(ErrorCode::$code => $name,)*
                }
            }
        }
    };
}

codes! {
    0 None "none";
    1 Unspecified "unspecified";
    2 PeerIncompatible "peer_incompatible";
    3 PeerInvalid "peer_invalid";
    4 PeerUnavailable "peer_unavailable";
    5 PeerDisconnectDuringHandshake "peer_disconnect_during_handshake";
    6 PeerTimeout "peer_timeout";
    7 MasterExists "master_exists";
    8 NoSuchMaster "no_such_master";
    9 NoSuchKey "no_such_key";
    10 RequestTimeout "request_timeout";
    11 TypeClash "type_clash";
    12 InvalidData "invalid_data";
    13 BackendFailure "backend_failure";
    14 StaleData "stale_data";
    15 CannotOpenFile "cannot_open_file";
    16 CannotWriteFile "cannot_write_file";
    17 InvalidTopicKey "invalid_topic_key";
    18 EndOfFile "end_of_file";
    19 InvalidTag "invalid_tag";
    20 InvalidMessage "invalid_message";
    21 InvalidStatus "invalid_status";
    22 ConversionFailed "conversion_failed";
    23 ConsumerExists "consumer_exists";
    24 ConnectionTimeout "connection_timeout";
    25 BadMemberFunctionCall "bad_member_function_call";
    26 RepeatedRequestId "repeated_request_id";
    27 BrokenClone "broken_clone";
    28 ShuttingDown "shutting_down";
    29 InvalidPeeringRequest "invalid_peering_request";
    30 RepeatedPeeringHandshakeRequest "repeated_peering_handshake_request";
    31 UnexpectedHandshakeMessage "unexpected_handshake_message";
    32 InvalidHandshakeState "invalid_handshake_state";
    33 NoPathToPeer "no_path_to_peer";
    34 NoConnectorAvailable "no_connector_available";
    35 CannotOpenResource "cannot_open_resource";
    36 SerializationFailed "serialization_failed";
    37 DeserializationFailed "deserialization_failed";
    38 WrongMagicNumber "wrong_magic_number";
    39 RedundantConnection "redundant_connection";
    40 LogicError "logic_error";
    41 InvalidJson "invalid_json";
}
