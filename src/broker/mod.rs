//! Broker as scripts see it: its data as values, its endpoint, its stores.

mod agreement;
mod forms;
mod incoming;
mod lambdas;
mod logs;
pub mod metadata;
mod object;
mod peering;
mod remote_event;
mod status;
mod stores;
mod values;
mod watch;
mod websocket;
mod witness;

pub use agreement::Agreement;
pub use forms::{OpaqueForm, set_opaque_forms};
pub use logs::{flush_logs, log_to_peers, waiting_records};
pub use object::{cast, data_record, data_value, record_data, take_data, with_data};
pub use peering::{Peering, begin_shut_down, finish_shut_down, is_shut_down, poll};
pub use status::peer_info;
pub use stores::{Answer, Handle, Stores, make_clone, make_master, take_answers};
pub use values::{Unsupported, from_data, to_data, type_word, write_value};
pub use watch::{Heard, Watch};
pub use websocket::{Listening, NotListening, WebSockets};
pub use witness::{Witness, set_witness};
