//! A day that is today wherever and whenever this runs: the zone is chosen in which it is nine in the evening, so that
//! a whole working day lies between its midnight and now.

use anyhow::{Result, bail};
use callboard_domain::event::Body;
use callboard_domain::time::{DAY_MS, HOUR_MS};
use callboard_domain::{Event, Timestamp};
use callboard_ingest::simulator::{Options, Simulator};
use serde::{Deserialize, Serialize};

use crate::clock::epoch_ms;

/// The hour of day that it is there.
const HOUR: i64 = 21;
/// Events that a call makes, agents' included, about.
const EVENTS_PER_CALL: f64 = 12.4;
/// Calls of a day up to nine in the evening, in calls of the busiest minute, about.
const BUSY_MINUTES: f64 = 560.0;

/// How often a larger centre is tried.
const TRIES: usize = 5;

/// A centre's events without its sources' signs of life, which say nothing and pack to nothing.
pub fn told(story: Options) -> impl Iterator<Item = Event<'static>> {
    Simulator::new(story).filter(|event| !matches!(event.body, Body::SourceAlive(_)))
}

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

    /// Its first events, of 200 queues at full size.
    ///
    /// # Errors
    /// When the zone is unknown, or no centre makes so many events before now.
    pub fn events(&self, seed: u64, events: u64) -> Result<impl Iterator<Item = Event<'static>> + use<>> {
        let now = Timestamp::from_millis(epoch_ms() as i64);
        let zone = jiff::tz::TimeZone::get(&self.zone)?;
        let queues = ((events / 50_000) as usize).clamp(9, 200);
        let mut peak = (events as f64 / EVENTS_PER_CALL / BUSY_MINUTES).max(2.0);
        // A Sunday has a third of a weekday's calls: the centre grows until its day is long enough.
        for _ in 0..TRIES {
            let start = Timestamp::from_millis(self.midnight_ms);
            let story = Options { queues, calls_per_minute: Some(peak), zone: zone.clone(), ..Options::new(seed, start) };
            let found = told(story.clone()).take_while(|e| e.at < now).take(events as usize).count() as f64;
            if found >= events as f64 {
                return Ok(told(story).take(events as usize));
            }
            peak *= (events as f64 / found.max(1.0)).min(8.0) * 1.1;
        }
        bail!("the day has no {events} events before {now}")
    }
}
