//! Who works when: shifts, rest days, lunches and breaks of one local day.

use callboard_domain::time::{HOUR_MS, MINUTE_MS};

use super::random::Random;

/// One agent's plan for one day; times are ms from the start of the local day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shift {
    /// Log-in.
    pub(super) from_ms: i64,
    /// Log-out; past midnight for a night shift.
    pub(super) to_ms: i64,
    /// Pauses in order of time.
    pub(super) breaks: Vec<Break>,
}

/// A planned pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    /// When it is due, ms from the start of the local day.
    pub(super) at_ms: i64,
    /// How long, ms.
    pub(super) for_ms: i64,
    /// Code of the reason.
    pub(super) reason: &'static str,
}

const LATE: (i64, i64) = (clock(11, 45), clock(21, 0));

const fn clock(hour: i64, minute: i64) -> i64 {
    hour * HOUR_MS + minute * MINUTE_MS
}

/// The shift of agent `seat` of a team on a weekday (0 is Monday); none on a rest day.
pub(super) fn shift(seat: usize, works_nights: bool, weekday: usize, random: &mut Random) -> Option<Shift> {
    if rests(seat, weekday) {
        return None;
    }
    let (from_ms, to_ms) = match seat % 12 {
        // Two seats and one late seat more, so that one rest day never leaves the night alone.
        5 | 11 if works_nights => (clock(20, 45), clock(31, 45)),
        7 if works_nights => LATE,
        0..=2 => (clock(7, 30), clock(16, 0)),
        3..=7 => (clock(8, 15), clock(17, 15)),
        8 | 9 => (clock(9, 15), clock(19, 15)),
        _ => LATE,
    };
    let from_ms = from_ms + random.between(-6 * MINUTE_MS, 3 * MINUTE_MS);
    let to_ms = to_ms + random.between(0, 8 * MINUTE_MS);
    Some(Shift { from_ms, to_ms, breaks: breaks(from_ms, to_ms, random) })
}

/// Two of three rest at the weekend; one seat of each kind of shift works then and rests on two days of the week.
fn rests(seat: usize, weekday: usize) -> bool {
    if !matches!(seat % 12, 2 | 5 | 8 | 10) {
        return weekday >= 5;
    }
    let first = (seat + seat / 12) % 4;
    weekday == first || weekday == first + 1
}

fn breaks(from_ms: i64, to_ms: i64, random: &mut Random) -> Vec<Break> {
    let meal_at = if from_ms < clock(9, 0) {
        random.between(clock(11, 0), clock(13, 0))
    } else if from_ms < clock(12, 0) {
        from_ms + random.between(3 * HOUR_MS, 5 * HOUR_MS)
    } else {
        random.between(clock(24, 0), clock(26, 0))
    };
    let mut all = vec![Break { at_ms: meal_at, for_ms: random.between(38 * MINUTE_MS, 48 * MINUTE_MS), reason: "lunch" }];
    for middle in [from_ms + 2 * HOUR_MS, to_ms - 2 * HOUR_MS] {
        let at_ms = middle + random.between(-30 * MINUTE_MS, 30 * MINUTE_MS);
        all.push(Break { at_ms, for_ms: random.between(8 * MINUTE_MS, 15 * MINUTE_MS), reason: "rest" });
    }
    if random.chance(0.12) {
        let at_ms = from_ms + random.between(HOUR_MS, 7 * HOUR_MS);
        let reason = if random.chance(0.5) { "coaching" } else { "meeting" };
        all.push(Break { at_ms, for_ms: random.between(10 * MINUTE_MS, 25 * MINUTE_MS), reason });
    }
    all.sort_by_key(|b| b.at_ms);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_sits_there_at_every_hour_of_every_day() {
        let mut random = Random::new(1);
        for weekday in 0..7 {
            let shifts: Vec<_> = (0..24).filter_map(|seat| shift(seat, true, weekday, &mut random)).collect();
            for hour in 10..31 {
                // A day's night shift ends at 7:45 of the next, when the early shift is there.
                let there = shifts.iter().filter(|s| s.from_ms <= clock(hour, 0) && clock(hour, 0) < s.to_ms).count();
                assert!(there > 0, "weekday {weekday} at {hour}");
            }
        }
    }

    #[test]
    fn breaks_lie_within_the_shift() {
        let mut random = Random::new(1);
        for seat in 0..96 {
            let Some(s) = shift(seat, seat % 8 == 0, 2, &mut random) else { continue };
            assert!(s.breaks.iter().all(|b| s.from_ms < b.at_ms && b.at_ms < s.to_ms), "{s:?}");
        }
    }
}
