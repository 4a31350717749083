//! Ten reports of a call centre over its visits. Words in braces differ between engines, as in `history`.

use crate::area::history::questions::Question;

/// The reports.
#[rustfmt::skip]
pub const REPORTS: [Question; 10] = [
    Question { name: "per_day", sql:
        "SELECT {day:entered_at} AS day, {offered} AS offered_sum, {answered} AS answered_sum, {abandoned} AS abandoned_sum, {service_level} AS sl \
         FROM queue_visits GROUP BY 1 ORDER BY 1" },
    Question { name: "per_queue", sql:
        "SELECT queue, {offered} AS offered_sum, {answered} AS answered_sum, {asa} AS mean_wait, max(wait_ms) AS longest \
         FROM queue_visits GROUP BY queue ORDER BY queue" },
    Question { name: "worst_hours", sql:
        "SELECT queue, {hour:entered_at} AS hour, {offered} AS offered_sum, {abandoned} AS abandoned_sum FROM queue_visits \
         GROUP BY 1, 2 ORDER BY abandoned_sum DESC, queue, hour LIMIT 100" },
    Question { name: "one_day", sql:
        "SELECT queue, {offered} AS offered_sum, {answered} AS answered_sum, {abandoned} AS abandoned_sum, {service_level} AS sl, {asa} AS mean_wait \
         FROM queue_visits WHERE entered_at >= '2026-03-03 00:00:00' AND entered_at < '2026-03-04 00:00:00' GROUP BY queue ORDER BY queue" },
    Question { name: "outcomes", sql:
        "SELECT queue, outcome, count(*) AS visits, avg(wait_ms) AS mean_wait FROM queue_visits GROUP BY queue, outcome ORDER BY queue, outcome" },
    Question { name: "agents", sql:
        "SELECT agent, {answered} AS answered_sum, sum(answered_wait_ms) AS waited_ms, max(wait_ms) AS longest FROM queue_visits \
         WHERE agent IS NOT NULL GROUP BY agent ORDER BY answered_sum DESC, agent LIMIT 50" },
    Question { name: "one_morning", sql:
        "SELECT outcome, count(*) AS visits, avg(wait_ms) AS mean_wait FROM queue_visits \
         WHERE queue = 'queue-07' AND entered_at >= '2026-03-03 01:00:00' AND entered_at < '2026-03-03 04:00:00' GROUP BY outcome ORDER BY outcome" },
    Question { name: "one_week", sql:
        "SELECT {hour:entered_at} AS hour, {offered} AS offered_sum, {service_level} AS sl FROM queue_visits \
         WHERE queue = 'queue-07' AND entered_at >= '2026-03-09 00:00:00' AND entered_at < '2026-03-16 00:00:00' GROUP BY 1 ORDER BY 1" },
    Question { name: "longest_waits", sql:
        "SELECT source, call, queue, wait_ms FROM queue_visits WHERE wait_ms >= 119900 ORDER BY wait_ms DESC, source, call LIMIT 50" },
    Question { name: "sources", sql:
        "SELECT source, {day:entered_at} AS day, {offered} AS offered_sum, sum(CASE WHEN wait_ms > 60000 THEN 1 ELSE 0 END) AS late \
         FROM queue_visits GROUP BY 1, 2 ORDER BY 1, 2" },
];
