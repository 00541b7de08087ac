//! Broker as scripts see it: its data as values, its endpoint, its stores.

mod endpoint;
mod object;
mod stores;
mod values;

pub use endpoint::Endpoint;
pub use object::{cast, data_record, data_value, record_data, take_data, with_data};
pub use stores::{Handle, Stores, make_master, plan_expiry};
pub use values::{Unsupported, from_data, to_data};
