//! The engine: a pure fold of the log into facts, roll-ups and live rows.
//!
//! No I/O, no clock, no async: time comes in as a parameter and events come in the order of the log. A call
//! is folded from its own events alone, an agent from its own; queue figures are sums over calls.

mod agent;
mod agents;
mod call;
mod closed;
mod ending;
mod engine;
mod live;
mod names;
mod rollup;
pub mod settings;
mod source;
mod sums;

pub use engine::{Checkpoint, Engine, Found, RestoreError, Told, Wanted};
pub use settings::{QueueSettings, Settings};
