//! What the measures depend on besides events: targets, limits, titles and the business zone.
//!
//! Settings are dated: a visit keeps the target that was in force when it began.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard_domain::Timestamp;
use jiff::tz::TimeZone;

/// Everything the engine is told besides events.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The zone whose midnight begins the business day.
    pub zone: TimeZone,
    /// Queues in the order of lists, each with its dated rules.
    pub queues: Vec<QueueSettings>,
    /// Titles of reasons for a pause, by their codes in events.
    pub pauses: BTreeMap<Arc<str>, Title>,
    /// The rule of queues that are not listed.
    pub default_rule: QueueRule,
    /// How long after its end a call is kept open for late events, ms of its source's time.
    pub linger_ms: i64,
    /// The same for a call that an agent answered: wrap-up, rating and recording may follow, ms.
    pub answered_linger_ms: i64,
    /// A call of which nothing was heard for so long is lost, ms of its source's time.
    pub silent_call_ms: i64,
    /// How long an agent's change of state may come late, ms of its source's time.
    pub agent_late_ms: i64,
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// In Chinese.
    pub zh: Arc<str>,
    /// In English.
    pub en: Arc<str>,
}

/// One queue.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// Its name in events.
    pub queue: String,
    /// Its Chinese title.
    pub title_zh: String,
    /// Its English title.
    pub title_en: String,
    /// Its rules, oldest first; each holds from its time on.
    pub rules: Vec<(Timestamp, QueueRule)>,
}

/// What makes an answer be in time and an abandon be short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueRule {
    /// Answered in time: waited at most so long, ms.
    pub target_ms: i64,
    /// Short abandon: waited less than this, ms.
    pub short_ms: i64,
}

impl Default for QueueRule {
    fn default() -> Self {
        Self { target_ms: 20_000, short_ms: 5_000 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            queues: Vec::new(),
            pauses: BTreeMap::new(),
            default_rule: QueueRule::default(),
            linger_ms: 60_000,
            answered_linger_ms: 900_000,
            silent_call_ms: 12 * 3_600_000,
            agent_late_ms: 60_000,
        }
    }
}

impl Settings {
    /// The rule in force in a queue at a time.
    #[must_use]
    pub fn rule(&self, queue: &str, at: Timestamp) -> QueueRule {
        let dated = self.queues.iter().find(|q| q.queue == queue).map(|q| q.rules.as_slice()).unwrap_or_default();
        dated.iter().rev().find(|(from, _)| *from <= at).map_or(self.default_rule, |(_, rule)| *rule)
    }

    /// Takes what somebody else says of a queue. Of its rules and those here the later holds, of two from the same moment the new one.
    pub fn join(&mut self, said: QueueSettings) {
        let Some(own) = self.queues.iter_mut().find(|own| own.queue == said.queue) else { return self.queues.push(said) };
        own.rules.retain(|(from, _)| said.rules.iter().all(|(new, _)| new != from));
        own.rules.extend(said.rules);
        own.rules.sort_by_key(|(from, _)| *from);
        for (title, new) in [(&mut own.title_zh, said.title_zh), (&mut own.title_en, said.title_en)] {
            if *title == own.queue {
                *title = new;
            }
        }
    }

    /// The first instant of the business day that holds `at`.
    #[must_use]
    pub fn day_start(&self, at: Timestamp) -> Timestamp {
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
            return at;
        };
        let local = instant.to_zoned(self.zone.clone());
        local.start_of_day().map_or(at, |start| Timestamp::from_millis(start.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_which_two_speak_has_the_later_rule_and_keeps_its_title() {
        let at = Timestamp::from_millis;
        let rule = |s: i64| QueueRule { target_ms: s * 1_000, short_ms: 5_000 };
        let queue = |title: &str, rules: Vec<(Timestamp, QueueRule)>| QueueSettings {
            queue: "cards".into(),
            title_zh: title.into(),
            title_en: "cards".into(),
            rules,
        };
        let mut settings = Settings { queues: vec![queue("信用卡", vec![(at(0), rule(10)), (at(1_000), rule(20))])], ..Settings::default() };
        settings.join(queue("卡", vec![(at(1_000), rule(30)), (at(500), rule(40))]));
        settings.join(QueueSettings { queue: "loans".into(), title_en: "Loans".into(), ..queue("贷款", Vec::new()) });
        let held = [0, 499, 500, 999, 1_000].map(|ms| settings.rule("cards", at(ms)).target_ms / 1_000);
        assert_eq!(held, [10, 10, 40, 40, 30]);
        assert_eq!(settings.rule("loans", at(0)), QueueRule::default());
        let titles: Vec<_> = settings.queues.iter().map(|q| (q.title_zh.as_str(), q.title_en.as_str())).collect();
        assert_eq!(titles, [("信用卡", "cards"), ("贷款", "Loans")]);
    }

    #[test]
    fn a_rule_holds_from_its_time_on() {
        let at = Timestamp::from_millis;
        let strict = QueueRule { target_ms: 10_000, short_ms: 5_000 };
        let settings = Settings {
            queues: vec![QueueSettings { queue: "cards".into(), title_zh: String::new(), title_en: String::new(), rules: vec![(at(1_000), strict)] }],
            ..Settings::default()
        };
        assert_eq!(settings.rule("cards", at(999)), QueueRule::default());
        assert_eq!(settings.rule("cards", at(1_000)), strict);
        assert_eq!(settings.rule("loans", at(1_000)), QueueRule::default());
    }

    #[test]
    fn the_business_day_begins_at_local_midnight() {
        let settings = Settings { zone: TimeZone::get("Asia/Shanghai").unwrap(), ..Settings::default() };
        let at: Timestamp = "2025-11-18T06:32:07.000Z".parse().unwrap();
        assert_eq!(settings.day_start(at).to_string(), "2025-11-17T16:00:00.000Z");
    }
}
