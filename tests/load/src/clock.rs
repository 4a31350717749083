//! The time of day, which a server on the same machine tells too, and the CPU of processes that have ended.

use anyhow::{Context, Result};

/// Ticks of the system's process times in a second; Linux has 100 on every machine of today.
const TICKS: f64 = 100.0;

/// The time of day, ms since 1970 with a fraction.
#[expect(clippy::disallowed_methods, reason = "a bench compares its clock with the server's on the same machine")]
#[must_use]
pub fn epoch_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3
}

/// CPU seconds of all processes that this one has started and seen end.
///
/// # Errors
/// When the system does not tell.
pub fn children_cpu_s() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").context("could not read /proc/self/stat")?;
    // The name may hold blanks; after it come the state and numbers. User and system time of children are 13th and 14th.
    let (_, fields) = text.rsplit_once(')').context("/proc/self/stat has no name")?;
    let ticks = |place: usize| fields.split_whitespace().nth(place).and_then(|f| f.parse::<f64>().ok()).context("/proc/self/stat is too short");
    Ok((ticks(13)? + ticks(14)?) / TICKS)
}
