//! Reasons for flags that the dialect itself gives; a mapping adds its own.

/// An answered call names no agent.
pub(super) const NO_AGENT: &str = "answered, but no agent named";
/// A duration and its times differ by more than the tolerance.
pub(super) const TIMES_DISAGREE: &str = "duration and times disagree";
/// The local time exists twice or never.
pub(super) const DOUBTFUL_TIME: &str = "local time in the night of a clock change";
/// A wait, but no time of entry.
pub(super) const WAIT_WITHOUT_QUEUE: &str = "a wait, but never queued";
