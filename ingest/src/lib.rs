//! Sources, dialects and the durable log.
//!
//! A dialect turns what a PBX says into events; the intake checks them and appends them to the log; the
//! answer to the sender comes after the log is durable. What cannot be read is kept beside it and counted.

pub mod agents;
pub mod dialect;
pub mod intake;
pub mod source;

/// The durable log that events go into.
pub use callboard_log as log;
/// A source that makes its events up.
pub use callboard_simulator as simulator;
