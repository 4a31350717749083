//! What an analyst asks, in the words of each engine: each gets its own fastest way to say the same.

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The product.
    Ours,
    /// DuckDB.
    DuckDb,
    /// ClickHouse.
    ClickHouse,
}

/// A question; words in braces differ between engines.
pub struct Question {
    /// A short name, the head of its column.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
}

/// What a day's report asks, of roll-ups and of visits.
pub const DAY: &str = "SELECT queue, {offered} AS offered_sum, {answered} AS answered_sum, {abandoned} AS abandoned_sum, {service_level} AS level, {asa} AS mean_wait \
     FROM {table} WHERE {time} >= '2026-03-03 00:00:00' AND {time} < '2026-03-04 00:00:00' GROUP BY queue ORDER BY queue";

/// Every question.
#[rustfmt::skip]
pub const QUESTIONS: &[Question] = &[
    Question { name: "per_day", sql:
        "SELECT {day:entered_at} AS day, {offered} AS offered_sum, {answered} AS answered_sum, {abandoned} AS abandoned_sum, {service_level} AS sl \
         FROM queue_visits GROUP BY 1 ORDER BY 1" },
    Question { name: "per_queue", sql:
        "SELECT queue, {offered} AS offered_sum, {answered} AS answered_sum, {asa} AS mean_wait, max(wait_ms) AS longest \
         FROM queue_visits GROUP BY queue ORDER BY queue" },
    Question { name: "per_hour", sql:
        "SELECT queue, {hour:entered_at} AS hour, {offered} AS offered_sum, {abandoned} AS abandoned_sum FROM queue_visits \
         GROUP BY 1, 2 ORDER BY abandoned_sum DESC, queue, hour LIMIT 100" },
    Question { name: "percentiles", sql: "{percentiles}" },
    Question { name: "calls_x_legs", sql:
        "SELECT c.queue AS q, l.outcome AS o, count(*) AS legs, sum(l.talk_ms) AS talk_ms, avg(c.wait_ms) AS wait_ms \
         FROM calls c JOIN agent_legs l ON c.source = l.source AND c.call = l.call \
         GROUP BY c.queue, l.outcome ORDER BY q, o" },
    Question { name: "agent_states", sql:
        "SELECT agent, sum(in_talking_ms) AS talking, sum(in_paused_ms) AS paused, sum(logged_in_ms) AS logged_in, count(*) AS states \
         FROM agent_states GROUP BY agent ORDER BY paused DESC, agent LIMIT 50" },
    Question { name: "agents", sql:
        "SELECT agent, sum(handled) AS handled, sum(missed) AS missed, sum(talk_ms + hold_ms + wrap_up_ms) AS work_ms \
         FROM agent_legs GROUP BY agent ORDER BY handled DESC, agent LIMIT 50" },
    Question { name: "repeat_callers", sql:
        "SELECT times, count(*) AS callers FROM (SELECT from_number, count(*) AS times FROM queue_visits \
         WHERE from_number IS NOT NULL GROUP BY from_number) t GROUP BY times ORDER BY times" },
    Question { name: "one_morning", sql:
        "SELECT outcome, count(*) AS visits, avg(wait_ms) AS wait_ms FROM queue_visits \
         WHERE queue = 'loans' AND entered_at >= '2026-03-03 01:00:00' AND entered_at < '2026-03-03 04:00:00' GROUP BY outcome ORDER BY outcome" },
];

/// Twenty times each percentile, rounded: between two whole waits a 95th is a multiple of a twentieth, so that nobody's last
/// digits decide whether the answers are the same.
const PERCENTILES: [&str; 3] = [
    "SELECT queue, round(20 * MEASURE(wait_p50)) AS p50, round(20 * MEASURE(wait_p90)) AS p90, round(20 * MEASURE(wait_p95)) AS p95 \
     FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT queue, round(20 * p[1]), round(20 * p[2]), round(20 * p[3]) \
     FROM (SELECT queue, quantile_cont(wait_ms, [0.5, 0.9, 0.95]) AS p FROM queue_visits GROUP BY queue) ORDER BY queue",
    "SELECT queue, round(20 * p[1]), round(20 * p[2]), round(20 * p[3]) \
     FROM (SELECT queue, quantilesExactInclusive(0.5, 0.9, 0.95)(wait_ms) AS p FROM queue_visits GROUP BY queue) ORDER BY queue",
];
const MEASURES: [(&str, &str); 5] = [
    ("offered", "sum(offered)"),
    ("answered", "sum(answered)"),
    ("abandoned", "sum(abandoned)"),
    ("asa", "sum(answered_wait_ms) / nullif(sum(answered), 0)"),
    ("service_level", "sum(answered_in_target) / nullif(sum(answered + abandoned - short_abandoned + waiting_past_target), 0)"),
];

/// The text for one engine.
pub fn text(sql: &str, who: Speaker) -> String {
    let place = who as usize;
    let mut text = sql.replace("{percentiles}", PERCENTILES.get(place).copied().unwrap_or_default());
    for (name, formula) in MEASURES {
        let formula = if who == Speaker::Ours { format!("MEASURE({name})") } else { formula.to_owned() };
        text = text.replace(&format!("{{{name}}}"), &formula);
    }
    for (unit, us, click) in [("day", 86_400_000_000_i64, "toStartOfDay"), ("hour", 3_600_000_000, "toStartOfHour")] {
        let said = match who {
            Speaker::Ours => format!("bucket(entered_at, '1 {unit}', 'UTC')"),
            // DuckDB's date_trunc of a time with a zone asks the calendar row by row; whole numbers are its fastest way.
            Speaker::DuckDb => format!("make_timestamp(epoch_us(entered_at) // {us} * {us})"),
            Speaker::ClickHouse => format!("{click}(entered_at)"),
        };
        text = text.replace(&format!("{{{unit}:entered_at}}"), &said);
    }
    text
}
