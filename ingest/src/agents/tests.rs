//! Stories of one agent, and what is told of them.

use super::*;

struct Story {
    book: AgentBook,
    out: Emit,
}

impl Story {
    fn new(rules: AgentRules) -> Self {
        Self { book: AgentBook::new(rules), out: Emit::new("test", "pbx") }
    }

    fn told(&mut self) -> Vec<String> {
        self.out
            .take()
            .iter()
            .map(|event| {
                let at = event.at.as_millis();
                match &event.body {
                    Body::AgentState(s) => format!("{at} {} {}{}", s.agent, s.state, s.reason.as_ref().map_or(String::new(), |r| format!(" {r}"))),
                    Body::AgentLoggedIn(a) => format!("{at} {} in", a.agent),
                    Body::AgentLoggedOut(a) => format!("{at} {} out", a.agent),
                    Body::AgentQueueJoined(q) => format!("{at} {} +{}", q.agent, q.queue),
                    Body::AgentQueueLeft(q) => format!("{at} {} -{}", q.agent, q.queue),
                    Body::CallWrappedUp(w) => format!("{at} {} wrapped {} {}", w.agent, w.call, w.wrap_up_ms),
                    other => format!("{at} {other:?}"),
                }
            })
            .collect()
    }
}

const fn ms(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

#[test]
fn the_first_queue_logs_in_and_the_last_logs_out() {
    let mut s = Story::new(AgentRules::default());
    s.book.joined("Mei", "loans", ms(1), &mut s.out);
    s.book.joined("Mei", "cards", ms(2), &mut s.out);
    s.book.joined("Mei", "cards", ms(3), &mut s.out);
    s.book.left("Mei", "loans", ms(4), &mut s.out);
    s.book.left("Mei", "cards", ms(5), &mut s.out);
    assert_eq!(s.told(), ["1 Mei in", "1 Mei ready", "1 Mei +loans", "2 Mei +cards", "4 Mei -loans", "5 Mei -cards", "5 Mei out"]);
}

#[test]
fn a_pause_in_every_queue_is_told_once_and_a_free_queue_keeps_the_agent_ready() {
    let mut s = Story::new(AgentRules::default());
    s.book.seen("Mei", "loans", ms(1), &mut s.out);
    s.book.seen("Mei", "cards", ms(1), &mut s.out);
    s.told();
    s.book.paused("Mei", Some("loans"), "lunch", ms(2), &mut s.out);
    assert!(s.told().is_empty(), "cards still takes calls");
    s.book.unpaused("Mei", Some("loans"), ms(3), &mut s.out);
    s.book.paused("Mei", None, "lunch", ms(4), &mut s.out);
    s.book.paused("Mei", Some("loans"), "lunch", ms(4), &mut s.out);
    s.book.paused("Mei", Some("cards"), "lunch", ms(4), &mut s.out);
    s.book.seen("Mei", "travel", ms(5), &mut s.out);
    assert_eq!(s.told(), ["4 Mei paused lunch", "5 Mei +travel"]);
    s.book.unpaused("Mei", Some("cards"), ms(6), &mut s.out);
    assert_eq!(s.told(), ["6 Mei ready"]);
}

#[test]
fn calls_come_before_a_pause_and_a_log_out_waits_for_the_conversation() {
    let mut s = Story::new(AgentRules::default());
    s.book.joined("Mei", "loans", ms(1), &mut s.out);
    s.book.active("Mei", "c1", Activity::Ringing, ms(2), &mut s.out);
    s.book.active("Mei", "c1", Activity::Talking, ms(3), &mut s.out);
    s.book.paused("Mei", None, "", ms(4), &mut s.out);
    s.book.active("Mei", "c1", Activity::Hold, ms(5), &mut s.out);
    s.book.left("Mei", "loans", ms(6), &mut s.out);
    s.book.talk_over("Mei", "c1", Some("loans"), ms(7), &mut s.out);
    s.book.seen("Mei", "loans", ms(8), &mut s.out);
    assert_eq!(
        s.told(),
        ["1 Mei in", "1 Mei ready", "1 Mei +loans", "2 Mei ringing", "3 Mei talking", "5 Mei hold", "6 Mei -loans", "7 Mei out"],
        "and being seen does not bring back who left by word"
    );
}

#[test]
fn a_ring_that_ends_does_not_end_a_conversation() {
    let mut s = Story::new(AgentRules::default());
    s.book.joined("Mei", "loans", ms(1), &mut s.out);
    s.book.active("Mei", "c1", Activity::Talking, ms(2), &mut s.out);
    s.told();
    s.book.ring_over("Mei", "c1", ms(3), &mut s.out);
    assert!(s.told().is_empty());
}

#[test]
fn wrap_up_follows_the_queues_time() {
    let rules = AgentRules { wrap_up_ms: [("loans".to_owned(), 5_000)].into_iter().collect(), ..AgentRules::default() };
    let mut s = Story::new(rules);
    s.book.joined("Mei", "loans", ms(1), &mut s.out);
    s.book.active("Mei", "c1", Activity::Talking, ms(1_000), &mut s.out);
    s.told();
    s.book.talk_over("Mei", "c1", Some("loans"), ms(3_000), &mut s.out);
    s.book.tick(ms(7_999), &mut s.out);
    assert_eq!(s.told(), ["3000 Mei wrap_up"]);
    s.book.tick(ms(9_000), &mut s.out);
    assert_eq!(s.told(), ["8000 Mei wrapped c1 5000", "8000 Mei ready"], "at the instant it ended, not when it was noticed");
}

#[test]
fn a_pause_for_after_call_work_is_wrap_up_only_after_a_call() {
    let rules = AgentRules { wrap_up_reasons: vec!["ACW".into()], ..AgentRules::default() };
    let mut s = Story::new(rules);
    s.book.joined("Mei", "loans", ms(1), &mut s.out);
    s.book.active("Mei", "c1", Activity::Talking, ms(2), &mut s.out);
    s.book.talk_over("Mei", "c1", Some("loans"), ms(3), &mut s.out);
    s.told();
    s.book.paused("Mei", None, "acw", ms(4), &mut s.out);
    s.book.unpaused("Mei", None, ms(10), &mut s.out);
    assert_eq!(s.told(), ["4 Mei wrap_up", "10 Mei wrapped c1 6", "10 Mei ready"]);
    s.book.paused("Mei", None, "acw", ms(11), &mut s.out);
    assert_eq!(s.told(), ["11 Mei paused acw"]);
}

#[test]
fn a_busy_telephone_is_another_call_only_after_a_second_without_ours() {
    let mut s = Story::new(AgentRules::default());
    s.book.joined("Mei", "loans", ms(0), &mut s.out);
    let telephone = |busy, reachable| Member { by_word: false, paused: None, busy, reachable };
    s.book.member("Mei", "loans", &telephone(true, true), ms(100), &mut s.out);
    s.book.active("Mei", "c1", Activity::Talking, ms(200), &mut s.out);
    s.book.talk_over("Mei", "c1", None, ms(5_000), &mut s.out);
    s.told();
    s.book.tick(ms(5_900), &mut s.out);
    assert!(s.told().is_empty(), "the telephone clears");
    s.book.tick(ms(6_500), &mut s.out);
    assert_eq!(s.told(), ["6000 Mei other_call"]);
    s.book.member("Mei", "loans", &telephone(false, false), ms(7_000), &mut s.out);
    assert_eq!(s.told(), ["7000 Mei not_responding"]);
}

#[test]
fn aliases_make_one_agent_of_several_names() {
    let rules = AgentRules { aliases: [("SIP/21".to_owned(), "Mei".to_owned())].into_iter().collect(), ..AgentRules::default() };
    let mut s = Story::new(rules);
    s.book.joined("SIP/21", "loans", ms(1), &mut s.out);
    s.book.seen("Mei", "loans", ms(2), &mut s.out);
    assert_eq!(s.told(), ["1 Mei in", "1 Mei ready", "1 Mei +loans"]);
    assert_eq!(s.book.state("SIP/21"), AgentState::Ready);
}

#[test]
fn signing_out_beats_memberships_that_stay() {
    let mut s = Story::new(AgentRules::default());
    s.book.seen("Agent/7", "loans", ms(1), &mut s.out);
    s.book.signed_out("Agent/7", ms(2), &mut s.out);
    s.book.seen("Agent/7", "cards", ms(3), &mut s.out);
    s.book.signed_in("Agent/7", ms(4), &mut s.out);
    assert_eq!(s.told(), ["1 Agent/7 in", "1 Agent/7 ready", "1 Agent/7 +loans", "2 Agent/7 out", "4 Agent/7 in", "4 Agent/7 ready"]);
}
