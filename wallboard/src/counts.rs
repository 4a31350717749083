//! What the wall counts of itself: plain numbers, which the server reads for its telemetry.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows. Nothing else hangs on its order.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// How much there was so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }
}

/// Everything that is counted, since the hub began.
#[derive(Debug, Default)]
pub struct Counts {
    /// Queries of tiles that were asked, because what they read had changed or time had passed.
    pub evaluated: Count,
    /// Queries of tiles whose answer of the tick before still held.
    pub unchanged: Count,
    /// Queries of tiles that could not be planned or run.
    pub failed: Count,
    /// Frames that were written to a screen in full.
    pub frames_sent: Count,
    /// Frames that a screen never saw, because it was still taking an older one.
    pub frames_skipped: Count,
    closed: [Count; Reason::ALL.len()],
}

/// Why a screen's socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It said good-bye.
    Left,
    /// Its connection broke.
    Gone,
    /// It took longer than it may to take one frame.
    Slow,
    /// It answered no ping.
    Silent,
    /// It broke the protocol and was sent away.
    Refused,
    /// The server stops.
    Stopped,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] = [Self::Left, Self::Gone, Self::Slow, Self::Silent, Self::Refused, Self::Stopped];

    /// Its name in telemetry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Gone => "gone",
            Self::Slow => "slow",
            Self::Silent => "silent",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
        }
    }
}

impl Counts {
    /// Screens that ended for this reason.
    #[must_use]
    pub fn closed(&self, reason: Reason) -> u64 {
        self.closed.get(reason as usize).map_or(0, Count::get)
    }

    pub(crate) fn close(&self, reason: Reason) {
        if let Some(count) = self.closed.get(reason as usize) {
            count.add(1);
        }
    }
}
