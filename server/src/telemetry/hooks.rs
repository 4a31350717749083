//! Web hooks: what this node has sent, and how hooks stand in the store, which all nodes share.

use callboard_domain::Timestamp;
use callboard_hooks::counts::{Counts, Standing};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::book::Book;
use super::look::follow;
use super::{Labels, Real};

/// The metrics of web hooks.
pub(super) struct Posting {
    attempts: Family<Labels<1>, Counter>,
    waiting: Gauge,
    oldest: Real,
    failing: Gauge,
    given_up: Gauge,
}

impl Posting {
    pub(super) fn new(book: &mut Book) -> Self {
        Self {
            attempts: book.add(
                "callboard_hooks_attempts",
                &["outcome"],
                "Messages that this node posted for web hooks; failed ones are tried again, refused ones are wanted by nobody",
            ),
            waiting: book.add(
                "callboard_hooks_waiting_deliveries",
                &[],
                "Messages that wait for web hooks that are switched on; the same on every node",
            ),
            oldest: book.add("callboard_hooks_oldest_waiting_seconds", &[], "How long the oldest of them has waited; 0 when none waits"),
            failing: book.add("callboard_hooks_failing", &[], "Web hooks that are switched on and whose last attempt failed; the same on every node"),
            given_up: book.add(
                "callboard_hooks_given_up",
                &[],
                "Web hooks that the server switched off, because their receivers failed for a day or want no more, and that nobody has switched on again",
            ),
        }
    }

    /// Shows what was counted and, where the store has said it, how hooks stand.
    pub(super) fn show(&self, counts: &Counts, standing: Option<Standing>, now: Timestamp) {
        for (outcome, count) in [("sent", &counts.sent), ("failed", &counts.failed), ("refused", &counts.refused)] {
            follow(&self.attempts.get_or_create(&[("outcome", outcome.to_owned())]), count.get());
        }
        if let Some(standing) = standing {
            self.waiting.set(standing.waiting);
            self.oldest.set(standing.oldest_at.map_or(0.0, |at| now.since(at).max(0) as f64 / 1e3));
            self.failing.set(standing.failing);
            self.given_up.set(standing.given_up);
        }
    }
}
