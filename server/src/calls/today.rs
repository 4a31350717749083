//! How today goes, for those who do not write SQL: the figures of the wall's head, and each queue.

use serde_json::{Value, json};

/// The figures of all that one sees.
pub(super) const FIGURES: &str = "\
SELECT now() AS as_of, t.offered, t.answered, t.abandoned, t.service_level, t.asa AS asa_ms, q.waiting, q.longest AS longest_waiting_ms, a.online, a.ready
FROM (SELECT MEASURE(offered) AS offered, MEASURE(answered) AS answered, MEASURE(abandoned) AS abandoned, MEASURE(service_level) AS service_level, MEASURE(asa) AS asa
      FROM queue_intervals WHERE minute_at >= today()) t
CROSS JOIN (SELECT sum(waiting) AS waiting, max(longest_waiting_ms) AS longest FROM live_queues) q
CROSS JOIN (SELECT sum(CASE WHEN state <> 'offline' THEN 1 ELSE 0 END) AS online, sum(CASE WHEN state = 'ready' THEN 1 ELSE 0 END) AS ready FROM live_agents) a";

/// Each queue that one sees, now and with its day.
pub(super) const QUEUES: &str = "\
SELECT q.queue, q.title_zh, q.title_en, q.waiting, q.waiting_past_target, q.longest_waiting_ms, q.agents_ready, q.agents, q.target_ms, t.offered, t.service_level
FROM live_queues q
LEFT JOIN (SELECT queue, MEASURE(offered) AS offered, MEASURE(service_level) AS service_level FROM queue_intervals WHERE minute_at >= today() GROUP BY queue) t ON t.queue = q.queue
ORDER BY q.ordinal, q.queue";

/// The answer; `title` is the column of titles in the reader's language.
pub(super) fn told(mut figures: Value, mut queues: Vec<Value>, title: &str) -> Value {
    for row in queues.iter_mut().filter_map(Value::as_object_mut) {
        let named = row.get(title).cloned().unwrap_or(Value::Null);
        row.retain(|name, _| !name.starts_with("title_"));
        row.insert("title".into(), named);
    }
    if let Some(figures) = figures.as_object_mut() {
        figures.insert("queues".into(), queues.into());
        return json!(figures);
    }
    json!({ "queues": queues })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_has_one_title() {
        let queue = json!({ "queue": "cards", "title_zh": "信用卡", "title_en": "Cards", "waiting": 2 });
        let told = told(json!({ "offered": 9 }), vec![queue], "title_zh");
        assert_eq!(told, json!({ "offered": 9, "queues": [{ "queue": "cards", "title": "信用卡", "waiting": 2 }] }));
    }
}
