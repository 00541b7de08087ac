//! brood: runs Bro and Zeek cluster scripts.
//!
//! As a program it is `brood`; as a library it puts a node of a cluster, or a script of its own, into another program.
//! [`Node`] is the face for that:
//!
//! ```
//! use brood::{Node, Value};
//!
//! # fn main() -> Result<(), brood::NodeError> {
//! let script = r#"
//!     @load base/frameworks/cluster
//!
//!     global greeted: count = 0;
//!
//!     function greet(name: string): string
//!         {
//!         print fmt("greeting %s", name);
//!         ++greeted;
//!         return fmt("%s, %s!", Site::salutation(), name);
//!         }
//! "#;
//! let mut node = Node::builder()
//!     .node("worker-1")
//!     .layout("examples/cluster/cluster-layout.bro")
//!     .text("greet.bro", script)
//!     .native("Site::salutation", "function(): string", |_vm, _arguments| Ok(Value::string("Hello")))
//!     .load()?;
//!
//! let text = node.call("greet", &[Value::string("Ada")])?;
//! assert_eq!(text.to_string(), "Hello, Ada!");
//! assert_eq!(node.take_output(), b"greeting Ada\n");
//! assert_eq!(node.global("greeted").unwrap().to_string(), "1");
//! assert_eq!(node.call("Cluster::local_node_type", &[])?.to_string(), "Cluster::WORKER");
//! assert_eq!(node.evaluate("|Cluster::nodes| + 1")?.to_string(), "9");
//!
//! let error = node.evaluate("1 / greeted - 1 / 0").unwrap_err();
//! assert_eq!(error.to_string(), "division by zero");
//! # Ok(())
//! # }
//! ```
//!
//! The other modules are the layers it is made of, each importing only from those before it.

pub mod source;

pub mod diag;

pub mod syntax;

pub mod types;

pub mod pattern;

pub mod value;

pub mod hir;

pub mod program;

pub mod load;

pub mod sema;

pub mod code;

pub mod calendar;

mod procfs;

pub mod network;

pub mod wire;

pub mod store;

pub mod vm;

pub mod endpoint;

pub mod websocket;

pub mod replication;

pub mod logging;

pub mod broker;

pub mod input;

pub mod builtins;

pub mod cluster;
pub mod nodefile;

pub mod supervisor;

pub mod reference;

pub mod engine;

pub mod launch;

pub mod embed;

pub mod simulation;

pub mod check;

pub mod testing;

pub mod repl;

pub mod cli;

pub use diag::{Diagnostic, Severity};
pub use embed::{Node, NodeBuilder, NodeError, with_stack};
pub use engine::Personality;
pub use value::Value;
pub use vm::{Arguments, Interval, Port, Raise, Time};
