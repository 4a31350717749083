//! A day that is today wherever and whenever this runs: the zone is chosen in which it is nine in the evening, so that
//! a whole working day lies between its midnight and now.

use anyhow::{Result, ensure};
use callboard_domain::time::{DAY_MS, HOUR_MS};
use callboard_domain::{Event, Timestamp};
use callboard_ingest::simulator::{Options, Simulator};
use serde::{Deserialize, Serialize};

use crate::clock::epoch_ms;

/// The hour of day that it is there.
const HOUR: i64 = 21;
/// Events that a call makes, agents' included, about.
const EVENTS_PER_CALL: f64 = 9.0;
/// Calls of a day up to nine in the evening, in calls of the busiest minute, about.
const BUSY_MINUTES: f64 = 560.0;

/// A zone and its midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// Name of the zone.
    pub zone: String,
    /// Its last midnight, ms since 1970.
    pub midnight_ms: i64,
}

impl Today {
    /// Today, by the machine's clock.
    #[must_use]
    pub fn now() -> Self {
        let now = epoch_ms() as i64;
        let east = (HOUR - now.div_euclid(HOUR_MS).rem_euclid(24) + 36).rem_euclid(24) - 12;
        // The sign of these names is reversed: Etc/GMT-8 is eight hours ahead.
        let zone = match east {
            0 => "Etc/GMT".to_owned(),
            1.. => format!("Etc/GMT-{east}"),
            _ => format!("Etc/GMT+{}", -east),
        };
        let shifted = now + east * HOUR_MS;
        Self { zone, midnight_ms: shifted - shifted.rem_euclid(DAY_MS) - east * HOUR_MS }
    }

    /// Whether it is still this day there, for an hour at least.
    #[must_use]
    pub fn lasts(&self) -> bool {
        (epoch_ms() as i64) < self.midnight_ms + DAY_MS - HOUR_MS
    }

    /// The centre's day with so many events from midnight on, of 200 queues at full size.
    ///
    /// # Errors
    /// When the zone is unknown.
    pub fn story(&self, seed: u64, events: u64) -> Result<Options> {
        let peak = (events as f64 / EVENTS_PER_CALL / BUSY_MINUTES).max(2.0);
        let queues = ((events / 50_000) as usize).clamp(9, 200);
        let zone = jiff::tz::TimeZone::get(&self.zone)?;
        Ok(Options { queues, calls_per_minute: Some(peak), zone, ..Options::new(seed, Timestamp::from_millis(self.midnight_ms)) })
    }

    /// Its first events.
    ///
    /// # Errors
    /// When the day up to now has fewer.
    pub fn events(&self, seed: u64, events: u64) -> Result<impl Iterator<Item = Event<'static>> + use<>> {
        let now = Timestamp::from_millis(epoch_ms() as i64);
        let story = self.story(seed, events)?;
        let found = Simulator::new(story.clone()).take(events as usize).last().map(|e| e.at);
        ensure!(found.is_some_and(|at| at < now), "the day has no {events} events before {now}");
        Ok(Simulator::new(story).take(events as usize))
    }
}
