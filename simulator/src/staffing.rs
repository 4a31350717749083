//! How many agents a load needs, and how many calls a number of agents can take.
//!
//! Erlang C: service level = 1 - P(wait) * exp(-(n - a) * target / handling), with n agents and a = arrivals * handling.

/// Mean ring, talk, hold and work after the call together, ms; the queues' own means come close to it.
pub(super) const HANDLING_MS: f64 = 232_000.0;
/// Of all agents on the books, those who can take calls in the busiest hour of a weekday.
const ON_DUTY: f64 = 0.545;
const TARGET_MS: f64 = 20_000.0;
const GOAL: f64 = 0.80;

/// Probability that a call waits (Erlang C), with an offered load in Erlang.
fn wait_probability(load: f64, agents: u32) -> f64 {
    let n = f64::from(agents);
    if load >= n {
        return 1.0;
    }
    let blocked = (1..=agents).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
    n * blocked / (n - load * (1.0 - blocked))
}

fn service_level(load: f64, agents: u32) -> f64 {
    let over = f64::from(agents) - load;
    if over <= 0.0 {
        return 0.0;
    }
    1.0 - wait_probability(load, agents) * (-over * TARGET_MS / HANDLING_MS).exp()
}

/// The load at which so many agents reach the goal; found by halving.
fn load_for(agents: u32) -> f64 {
    let (mut low, mut high) = (0.0, f64::from(agents));
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if service_level(middle, agents) >= GOAL { low = middle } else { high = middle }
    }
    low
}

/// Calls a minute in the busiest hour that `agents` on the books can take at the goal.
pub(super) fn calls_per_minute(agents: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of people")]
    let on_duty = agents as f64 * ON_DUTY;
    // Skills overlap only in part: a pool is a third of the centre, the whole of a small one, some teams of a large one.
    let pool = (on_duty / 3.0).clamp(16.0, 40.0).min(on_duty).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the number of agents")]
    let share = load_for(pool.round() as u32) / pool.round();
    on_duty * share * 60_000.0 / HANDLING_MS
}

/// Agents on the books for so many calls a minute in the busiest hour, at least 4.
pub(super) fn agents(calls_per_minute_wanted: f64) -> usize {
    let (mut low, mut high) = (4_usize, 8_usize);
    while calls_per_minute(high) < calls_per_minute_wanted && high < 1 << 24 {
        high *= 2;
    }
    while low < high {
        let middle = usize::midpoint(low, high);
        if calls_per_minute(middle) < calls_per_minute_wanted { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_c_gives_the_textbook_value() {
        // 10 Erlang on 14 agents: P(wait) .174132.
        assert!((wait_probability(10.0, 14) - 0.174_132).abs() < 1e-6);
    }

    #[test]
    fn agents_and_calls_are_each_others_inverse() {
        for wanted in [1.0, 15.0, 200.0, 2_000.0] {
            let n = agents(wanted);
            assert!(calls_per_minute(n) >= wanted, "{n}");
            assert!(n == 4 || calls_per_minute(n - 1) < wanted, "{n}");
        }
    }
}
