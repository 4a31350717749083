//! The vocabulary of a call centre: events, states and time.
//!
//! Everything above speaks these words. Nothing here does I/O, reads a clock or spawns a task.

pub mod event;
pub mod id;
pub mod state;
pub mod time;

pub use event::{Body, Event, Reject};
pub use time::{Clock, Timestamp};
