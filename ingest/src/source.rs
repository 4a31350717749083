//! Running sources: connections and files that deliver to the intake.
//!
//! A source is a future that runs for as long as it is wanted; dropping it stops it. It delivers in order and goes on only
//! after a delivery is durable, so what its position says was read has been kept.

pub mod ami;
pub mod follow;

use std::future::Future;

use callboard_domain::Event;

/// What a source read in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery<P> {
    /// In the order in which they were told.
    pub events: Vec<Event<'static>>,
    /// What could not be read.
    pub rejected: Vec<Rejected>,
    /// Where the source goes on after a restart, to be kept once `events` is durable; none where it is as before.
    pub position: Option<P>,
}

/// A line or message that is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// As it came; bytes that are no UTF-8 replaced.
    pub text: String,
    /// Where it stands: file and byte, or the connection.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// Takes what a source delivers.
pub trait Deliver<P>: Send {
    /// Resolves after everything is durable. A source waits for it; a live connection is read on meanwhile.
    ///
    /// # Errors
    /// The log takes nothing more: the source ends with this error.
    fn deliver(&mut self, delivery: Delivery<P>) -> impl Future<Output = Result<(), NotDelivered>> + Send;
}

/// The log takes nothing more.
#[derive(Debug, thiserror::Error)]
#[error("could not deliver events of a source: {reason}")]
pub struct NotDelivered {
    /// What the log said.
    pub reason: String,
}
