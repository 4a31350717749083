//! When people call: hour of the day, day of the week, and the things that go wrong.
//!
//! The rate is 1.0 in the busiest hour of an ordinary weekday. A queue's own factor rises for an incident
//! (something broke: 35 to 60 minutes of two to three times the calls) and for short bursts.

use super::random::{Random, whole_ms};
use callboard_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// Relative calls at each full hour; between two hours the rate runs along the straight line.
#[rustfmt::skip]
const HOURS: [f64; 24] = [
    0.05, 0.035, 0.025, 0.02, 0.02, 0.03, 0.05, 0.12, 0.40, 0.80, 1.00, 0.97,
    0.68, 0.64, 0.86, 0.94, 0.92, 0.68, 0.41, 0.26, 0.18, 0.13, 0.08, 0.06,
];
/// Monday first.
pub(super) const WEEKDAYS: [f64; 7] = [1.08, 1.02, 1.0, 0.98, 1.0, 0.30, 0.27];
/// Above every value that `rate` gives.
pub(super) const HIGHEST: f64 = 1.10;

/// The rate at a time of day on a weekday (0 is Monday), relative to the busiest hour.
pub(super) fn rate(of_day_ms: i64, weekday: usize) -> f64 {
    let hour = of_day_ms.rem_euclid(DAY_MS) / HOUR_MS;
    #[expect(clippy::cast_precision_loss, reason = "below an hour")]
    let part = (of_day_ms.rem_euclid(HOUR_MS)) as f64 / HOUR_MS as f64;
    let at = |h: i64| usize::try_from(h % 24).ok().and_then(|h| HOURS.get(h)).copied().unwrap_or(0.0);
    let level = at(hour).mul_add(1.0 - part, at(hour + 1) * part);
    level * WEEKDAYS.get(weekday).copied().unwrap_or(1.0)
}

/// A time in which one queue gets more calls than usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Surge {
    /// Index of the queue.
    pub(super) queue: usize,
    /// From the start of the local day, ms.
    pub(super) from_ms: i64,
    /// How long, ms.
    pub(super) for_ms: i64,
    /// Calls are multiplied by this.
    pub(super) factor: f64,
}

/// What happens on one day: on weekdays an incident, and on every day a few bursts. The incident comes at a time that is drawn,
/// or `incident_at_ms` after midnight.
pub(super) fn surges(queues: usize, weekday: usize, incident_at_ms: Option<i64>, random: &mut Random) -> Vec<Surge> {
    let mut day = Vec::new();
    for round in 0..queues.div_ceil(9) {
        let pick = |random: &mut Random| (round * 9 + random.below(9)) % queues;
        if weekday < 5 {
            let queue = (round * 9 + random.below(3)) % queues;
            let drawn_ms = random.between(9 * HOUR_MS, 15 * HOUR_MS);
            day.push(Surge {
                queue,
                from_ms: incident_at_ms.unwrap_or(drawn_ms),
                for_ms: random.between(35 * MINUTE_MS, 60 * MINUTE_MS),
                factor: 2.4 + 0.8 * random.unit(),
            });
        }
        for _ in 0..4 {
            day.push(Surge {
                queue: pick(random),
                from_ms: random.between(8 * HOUR_MS, 20 * HOUR_MS),
                for_ms: random.between(3 * MINUTE_MS, 8 * MINUTE_MS),
                factor: 1.4 + 0.6 * random.unit(),
            });
        }
    }
    day
}

/// How long a caller waits before hanging up, ms: a few go at once, some soon, most are patient.
pub(super) fn patience(random: &mut Random) -> i64 {
    match random.unit() {
        u if u < 0.03 => random.between(500, 4_500),
        u if u < 0.18 => whole_ms(2_000.0 + random.exponential(55_000.0)),
        _ => random.log_normal(300_000.0, 0.8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_exceeds_the_highest_rate_and_ten_is_the_peak_of_a_wednesday() {
        let rates: Vec<f64> = (0..7).flat_map(|d| (0..24 * 12).map(move |i| rate(i * 5 * MINUTE_MS, d))).collect();
        assert!(rates.iter().all(|r| *r > 0.0 && *r <= HIGHEST));
        assert!((rate(10 * HOUR_MS, 2) - 1.0).abs() < 1e-9);
        assert!((rate(23 * HOUR_MS + 30 * MINUTE_MS, 2) - 0.055).abs() < 1e-9);
    }

    #[test]
    fn a_weekday_has_an_incident_and_a_sunday_has_none() {
        let long = |weekday| surges(9, weekday, None, &mut Random::new(3)).iter().filter(|s| s.for_ms >= 35 * MINUTE_MS).count();
        assert_eq!((long(1), long(6)), (1, 0));
    }

    #[test]
    fn an_incident_can_be_set_and_the_rest_of_the_day_stays() {
        let drawn = surges(9, 1, None, &mut Random::new(3));
        let set = surges(9, 1, Some(14 * HOUR_MS), &mut Random::new(3));
        assert_eq!(set[0].from_ms, 14 * HOUR_MS);
        assert_eq!(set[1..], drawn[1..]);
    }
}
