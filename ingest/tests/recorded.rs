//! Recorded shifts, read by both Asterisk dialects: same calls, same ends, same waits, and the counts of the file.
//!
//! The counts are made here by cutting lines at `|`, so that no dialect is checked by itself.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test says what is wrong by a panic")]

use std::collections::{BTreeMap, BTreeSet};

use callboard_analytics::{Engine, Settings, Told};
use callboard_domain::state::{EndedBy, LeaveReason, MissReason, TransferKind};
use callboard_domain::{Body, Event, Timestamp};
use callboard_ingest::agents::AgentRules;
use callboard_ingest::dialect::Dialect;
use callboard_ingest::dialect::asterisk_ami::AsteriskAmi;
use callboard_ingest::dialect::asterisk_queue_log::AsteriskQueueLog;
use callboard_store::table::{AgentLeg, QueueVisit};
use callboard_store::{Table, TableRow};

fn trace(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/traces/{name}.zst", env!("CARGO_MANIFEST_DIR"));
    zstd::decode_all(std::fs::File::open(&path).unwrap_or_else(|e| panic!("{path}: {e}"))).unwrap()
}

fn read(mut dialect: impl Dialect, text: &[u8]) -> (Vec<Event<'static>>, usize) {
    let (mut events, mut rejected) = (Vec::new(), 0);
    for line in text.split(|b| *b == b'\n') {
        match dialect.line(line) {
            Ok(more) => events.extend(more),
            Err(_) => rejected += 1,
        }
    }
    events.extend(dialect.finish());
    (events, rejected)
}

fn queue_log(text: &[u8]) -> Vec<Event<'static>> {
    let (events, rejected) = read(AsteriskQueueLog::new("pbx", AgentRules::default()), text);
    assert_eq!(rejected, 0);
    events
}

fn ami(text: &[u8]) -> Vec<Event<'static>> {
    let (events, rejected) = read(AsteriskAmi::new("pbx", AgentRules::default()), text);
    assert_eq!(rejected, 0);
    events
}

/// Per queue and word of queue_log, how often the events tell it.
fn told(events: &[Event<'_>]) -> BTreeMap<(String, &'static str), usize> {
    let mut counts = BTreeMap::new();
    let mut talking: BTreeMap<(String, String), String> = BTreeMap::new();
    for event in events {
        let (queue, word) = match &event.body {
            Body::CallQueued(c) => (c.queue.to_string(), "ENTERQUEUE"),
            Body::CallAnswered(c) => {
                let queue = c.queue.as_deref().unwrap().to_owned();
                talking.insert((c.call.to_string(), c.agent.to_string()), queue.clone());
                (queue, "CONNECT")
            }
            Body::CallLeftQueue(c) => match c.reason {
                LeaveReason::Abandoned => (c.queue.to_string(), "ABANDON"),
                LeaveReason::TimedOut => (c.queue.to_string(), "EXITWITHTIMEOUT"),
                LeaveReason::Key => (c.queue.to_string(), "EXITWITHKEY"),
                LeaveReason::Overflow => (c.queue.to_string(), "EXITEMPTY"),
                LeaveReason::Lost => continue,
            },
            Body::CallRingMissed(c) => match c.reason {
                MissReason::NoAnswer => (c.queue.as_deref().unwrap().to_owned(), "RINGNOANSWER"),
                MissReason::CallerGaveUp => (c.queue.as_deref().unwrap().to_owned(), "RINGCANCELED"),
                // queue_log has no line for these.
                MissReason::AnsweredElsewhere | MissReason::Failed => continue,
            },
            Body::CallLegEnded(c) => {
                let word = if c.by == Some(EndedBy::Caller) { "COMPLETECALLER" } else { "COMPLETEAGENT" };
                (talking[&(c.call.to_string(), c.agent.to_string())].clone(), word)
            }
            Body::CallTransferred(c) => {
                let word = if c.kind == TransferKind::Blind { "BLINDTRANSFER" } else { "ATTENDEDTRANSFER" };
                (talking[&(c.call.to_string(), c.agent.to_string())].clone(), word)
            }
            _ => continue,
        };
        *counts.entry((queue, word)).or_default() += 1;
    }
    counts
}

fn counted(text: &[u8]) -> BTreeMap<(String, &'static str), usize> {
    const WORDS: [&str; 11] = [
        "ENTERQUEUE",
        "CONNECT",
        "ABANDON",
        "EXITWITHTIMEOUT",
        "EXITWITHKEY",
        "RINGNOANSWER",
        "RINGCANCELED",
        "COMPLETECALLER",
        "COMPLETEAGENT",
        "BLINDTRANSFER",
        "ATTENDEDTRANSFER",
    ];
    let mut counts = BTreeMap::new();
    for line in std::str::from_utf8(text).unwrap().lines() {
        let columns: Vec<&str> = line.split('|').collect();
        if let Some(word) = WORDS.iter().find(|word| **word == columns[4]) {
            *counts.entry((columns[2].to_owned(), *word)).or_default() += 1;
        }
    }
    counts
}

/// The visits of each call: queue, how it ended, with whom, and the wait in ms; a wait cut off by a restart has none.
fn visits(events: &[Event<'_>]) -> BTreeMap<String, Vec<(String, String, String, i64)>> {
    let mut closed: BTreeMap<String, Vec<(String, String, String, i64)>> = BTreeMap::new();
    let mut waiting: BTreeMap<(String, String), Vec<Timestamp>> = BTreeMap::new();
    let mut close =
        |call: &str, queue: &str, how: &str, agent: &str, at: Option<Timestamp>, waiting: &mut BTreeMap<(String, String), Vec<Timestamp>>| {
            let entered_at = waiting.get_mut(&(call.to_owned(), queue.to_owned())).and_then(Vec::pop).unwrap();
            let wait_ms = at.map_or(0, |at| at.since(entered_at));
            closed.entry(call.to_owned()).or_default().push((queue.to_owned(), how.to_owned(), agent.to_owned(), wait_ms));
        };
    for event in events {
        match &event.body {
            Body::CallQueued(c) => waiting.entry((c.call.to_string(), c.queue.to_string())).or_default().push(event.at),
            Body::CallAnswered(c) => close(&c.call, c.queue.as_deref().unwrap(), "answered", &c.agent, Some(event.at), &mut waiting),
            Body::CallLeftQueue(c) => close(&c.call, &c.queue, c.reason.as_str(), "", Some(event.at), &mut waiting),
            Body::SourceRestarted(_) => {
                for (call, queue) in waiting.iter().filter(|(_, at)| !at.is_empty()).map(|(key, _)| key.clone()).collect::<Vec<_>>() {
                    close(&call, &queue, "lost", "", None, &mut waiting);
                }
            }
            _ => {}
        }
    }
    assert!(waiting.values().all(Vec::is_empty), "nobody waits for ever");
    closed
}

fn both_agree(name: &str) {
    let (log_text, ami_text) = (trace(&format!("{name}.queue_log")), trace(&format!("{name}.ami")));
    let (log, ami) = (queue_log(&log_text), ami(&ami_text));
    let counts = counted(&log_text);
    assert!(counts.values().sum::<usize>() > 200, "the trace is there");
    assert_eq!(told(&log), counts, "queue_log");
    assert_eq!(told(&ami), counts, "ami");
    let (ours, theirs) = (visits(&log), visits(&ami));
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (call, visits) in &ours {
        for (a, b) in visits.iter().zip(&theirs[call]) {
            assert_eq!((&a.0, &a.1, &a.2), (&b.0, &b.1, &b.2), "{call}");
            assert!((a.3 - b.3).abs() <= 1_000, "{call} waits {} or {} ms", a.3, b.3);
        }
        assert_eq!(visits.len(), theirs[call].len(), "{call}");
    }
}

#[test]
fn a_calm_shift_is_the_same_by_file_and_by_manager() {
    both_agree("calm");
}

#[test]
fn a_shift_with_restarts_and_a_kill_is_the_same_by_file_and_by_manager() {
    both_agree("odd");
    for events in [queue_log(&trace("odd.queue_log")), ami(&trace("odd.ami"))] {
        let restarts = events.iter().filter(|e| matches!(e.body, Body::SourceRestarted(_))).count();
        assert_eq!(restarts, 3);
    }
}

/// Waits by queue and outcome, rings and conversations, as the engine counts them.
fn figures(events: &[Event<'_>]) -> BTreeMap<String, usize> {
    // Nothing is closed, so that what comes hours later is added at once.
    let patient = Settings { linger_ms: 1 << 40, answered_linger_ms: 1 << 40, agent_late_ms: 1 << 40, ..Settings::default() };
    let mut engine = Engine::new(patient);
    for event in events {
        assert_eq!(engine.apply(event), Told::InTime, "{}", event.to_line());
    }
    let mut figures = BTreeMap::new();
    let end = events.iter().map(|e| e.at).max().unwrap();
    for (table, batches) in engine.live(end) {
        for batch in &batches {
            if table == Table::QueueVisits {
                for visit in QueueVisit::rows(batch).unwrap() {
                    *figures.entry(format!("{} {}", visit.queue, visit.outcome)).or_default() += 1;
                }
            } else if table == Table::AgentLegs {
                for leg in AgentLeg::rows(batch).unwrap() {
                    *figures.entry(format!("{} {}", leg.agent, leg.outcome)).or_default() += 1;
                }
            }
        }
    }
    figures
}

#[test]
fn a_shift_told_by_manager_and_by_file_counts_once() {
    for name in ["calm", "odd"] {
        let (file, manager) = (queue_log(&trace(&format!("{name}.queue_log"))), ami(&trace(&format!("{name}.ami"))));
        let alone = figures(&manager);
        assert!(alone.values().sum::<usize>() > 100, "{alone:?}");
        let hours_later: Vec<_> = manager.iter().chain(&file).cloned().collect();
        assert_eq!(figures(&hours_later), alone, "{name}, the file after the shift");
        let mut at_once = hours_later;
        at_once.sort_by_key(|e| e.at);
        assert_eq!(figures(&at_once), alone, "{name}, both at once");
    }
}

#[test]
fn every_agent_tells_a_state_once_and_ends_ready_or_away() {
    for events in [queue_log(&trace("calm.queue_log")), ami(&trace("calm.ami"))] {
        let mut last: BTreeMap<String, String> = BTreeMap::new();
        for event in &events {
            let (agent, state) = match &event.body {
                Body::AgentState(s) => (s.agent.to_string(), format!("{} {:?}", s.state, s.reason)),
                Body::AgentLoggedOut(a) => (a.agent.to_string(), "out".to_owned()),
                _ => continue,
            };
            assert_ne!(last.insert(agent.clone(), state.clone()), Some(state), "{agent} at {}", event.at);
        }
        assert!(last.len() >= 8, "{last:?}");
        assert!(last.values().all(|state| !state.starts_with("talking") && !state.starts_with("ringing")), "{last:?}");
    }
}

#[test]
fn the_same_trace_twice_gives_the_same_ids_and_no_id_twice() {
    for name in ["calm", "odd"] {
        let (log_text, ami_text) = (trace(&format!("{name}.queue_log")), trace(&format!("{name}.ami")));
        for (first, second) in [(queue_log(&log_text), queue_log(&log_text)), (ami(&ami_text), ami(&ami_text))] {
            assert_eq!(first, second);
            let ids: BTreeSet<_> = first.iter().map(|event| event.id.clone()).collect();
            assert_eq!(ids.len(), first.len());
        }
    }
}

#[test]
fn every_event_reads_back_from_its_line() {
    for event in queue_log(&trace("odd.queue_log")).iter().chain(&ami(&trace("odd.ami"))) {
        let line = event.to_line();
        assert_eq!(&Event::parse(line.as_bytes()).unwrap(), event);
    }
}

#[test]
fn damaged_bytes_stop_nothing() {
    let mut chance = 88_172_645_463_325_252_u64;
    let mut next = move || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        usize::try_from(chance >> 33).unwrap()
    };
    for round in 0..4 {
        for (name, is_log) in [("calm.queue_log", true), ("calm.ami", false)] {
            let mut text = trace(name);
            for _ in 0..text.len() / 200 {
                let at = next() % text.len();
                text[at] = u8::try_from(next() % 256).unwrap();
            }
            let cut = text.len() - next() % 400;
            let (events, _) = if is_log {
                read(AsteriskQueueLog::new("pbx", AgentRules::default()), &text[..cut])
            } else {
                read(AsteriskAmi::new("pbx", AgentRules::default()), &text[..cut])
            };
            assert!(events.len() > 100, "round {round} of {name}: {} events", events.len());
        }
    }
}
