//! Recorded shifts of a running Asterisk with a hole cut into what the manager said, filled from the queue_log.

use std::collections::BTreeMap;

use callboard_domain::state::AgentState;

use super::*;
use crate::dialect::Dialect;
use crate::dialect::asterisk_ami::Message;
use crate::source::follow::backfill;

fn trace(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/traces/{name}.zst", env!("CARGO_MANIFEST_DIR"));
    zstd::decode_all(std::fs::File::open(&path).unwrap_or_else(|e| panic!("{path}: {e}"))).unwrap()
}

/// A shift as the manager told it, without what came in `[from_at, to_at)`, which the queue_log tells instead.
fn without(ami: &[u8], queue_log: &[u8], from_at: Timestamp, to_at: Timestamp) -> Vec<Event<'static>> {
    let mut dialect = AsteriskAmi::new("pbx", AgentRules::default());
    let (mut told, mut at, mut missed) = (Vec::new(), Timestamp::default(), false);
    for message in std::str::from_utf8(ami).unwrap().split_inclusive("\r\n\r\n") {
        at = Message::parse(message.as_bytes()).unwrap().at().unwrap_or(at);
        if at >= from_at && at < to_at {
            if !missed {
                dialect.disconnected();
            }
            missed = true;
            continue;
        }
        if std::mem::take(&mut missed) {
            let heard_until = dialect.last_seen_at().unwrap();
            told.extend(dialect.catch_up(backfill("pbx", queue_log, heard_until, to_at)));
        }
        for line in message.split('\n').take(message.matches('\n').count()) {
            told.extend(dialect.line(line.as_bytes()).unwrap());
        }
    }
    told.extend(dialect.finish());
    told
}

/// How each wait of each call ended, in order.
fn waits(told: &[Event<'_>]) -> BTreeMap<String, Vec<String>> {
    let mut waits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in told {
        let (call, how) = match &event.body {
            Body::CallAnswered(c) => (&c.call, format!("{} {}", c.queue.as_deref().unwrap(), c.agent)),
            Body::CallLeftQueue(c) => (&c.call, format!("{} {}", c.queue, c.reason)),
            _ => continue,
        };
        waits.entry(call.to_string()).or_default().push(how);
    }
    waits
}

/// For how long each agent was told to be in a state, ms.
fn spent(told: &[Event<'_>], state: AgentState) -> BTreeMap<String, i64> {
    let (mut spent, mut since): (BTreeMap<String, i64>, BTreeMap<String, Timestamp>) = Default::default();
    for event in told {
        let (agent, begins) = match &event.body {
            Body::AgentState(s) => (&s.agent, s.state == state),
            Body::AgentLoggedOut(a) => (&a.agent, false),
            _ => continue,
        };
        if let Some(since) = since.remove(agent.as_ref()) {
            *spent.entry(agent.to_string()).or_default() += event.at.since(since);
        }
        if begins {
            since.insert(agent.to_string(), event.at);
        }
    }
    spent
}

#[test]
fn a_hole_in_a_recorded_shift_is_filled_with_its_calls_and_pauses() {
    let (ami, queue_log) = (trace("calm.ami"), trace("calm.queue_log"));
    let nothing = Timestamp::default();
    let whole = without(&ami, &queue_log, nothing, nothing);
    let (first_at, last_at) = (whole.first().unwrap().at, whole.last().unwrap().at);
    assert!(waits(&whole).len() > 50 && spent(&whole, AgentState::Paused).values().sum::<i64>() > 60_000, "the trace is there");
    let mut cut_at = first_at.floor(1_000).plus(10_300);
    while cut_at.plus(30_000) < last_at {
        let told = without(&ami, &queue_log, cut_at, cut_at.plus(25_700));
        assert_eq!(waits(&told), waits(&whole), "a hole of 25 s from {cut_at}");
        for (agent, paused_ms) in spent(&whole, AgentState::Paused) {
            let of = |spent: &BTreeMap<String, i64>| spent.get(&agent).copied().unwrap_or_default();
            let told_ms = of(&spent(&told, AgentState::Paused));
            // The file does not know when a telephone rings or is busy, which shows before a pause.
            let least_ms = paused_ms - of(&spent(&told, AgentState::OtherCall)) - 2_000;
            let most_ms = paused_ms + of(&spent(&whole, AgentState::OtherCall)) + of(&spent(&whole, AgentState::Ringing)) + 2_000;
            assert!((least_ms..=most_ms).contains(&told_ms), "{agent} pauses {paused_ms} ms, with a hole from {cut_at} {told_ms} ms");
        }
        cut_at = cut_at.plus(13_000);
    }
}
