//! What must hold for every simulated centre, whatever its size and seed.

use std::collections::{HashMap, HashSet};

use callboard_domain::event::{Body, Event, Key};
use callboard_domain::state::{AgentState, LeaveReason};
use callboard_domain::time::{HOUR_MS, MINUTE_MS, Timestamp};

use super::floor::Stage;
use super::{Options, Simulator, Trouble};

/// A Wednesday, midnight in China.
fn midnight() -> Timestamp {
    "2026-03-03T16:00:00.000Z".parse().unwrap()
}

fn until(simulator: &mut Simulator, end: Timestamp) -> Vec<Event<'static>> {
    std::iter::from_fn(|| simulator.next()).take_while(|e| e.at < end).collect()
}

fn hours(options: Options, hours: i64) -> Vec<Event<'static>> {
    let end = options.start.plus(hours * HOUR_MS);
    until(&mut Simulator::new(options), end)
}

#[derive(Default)]
struct Counts {
    offered: i64,
    answered: i64,
    left: HashMap<LeaveReason, i64>,
    waiting: HashSet<String>,
    in_target: i64,
    queued_at: HashMap<String, Timestamp>,
}

impl Counts {
    fn of<'a>(events: impl IntoIterator<Item = &'a Event<'static>>) -> Self {
        let mut c = Self::default();
        for e in events {
            match &e.body {
                Body::CallQueued(b) => {
                    c.offered += 1;
                    assert!(c.waiting.insert(b.call.to_string()), "{} waits in two queues", b.call);
                    c.queued_at.insert(b.call.to_string(), e.at);
                }
                Body::CallAnswered(b) if b.queue.is_some() => {
                    c.answered += 1;
                    assert!(c.waiting.remove(b.call.as_ref()), "{} answered without waiting", b.call);
                    c.in_target += i64::from(e.at.since(c.queued_at[b.call.as_ref()]) <= 20_000);
                }
                Body::CallLeftQueue(b) => {
                    *c.left.entry(b.reason).or_default() += 1;
                    assert!(c.waiting.remove(b.call.as_ref()), "{} left without waiting", b.call);
                }
                _ => {}
            }
        }
        c
    }

    fn left(&self, reason: LeaveReason) -> i64 {
        self.left.get(&reason).copied().unwrap_or(0)
    }

    fn service_level(&self) -> f64 {
        self.in_target as f64 / (self.answered + self.left(LeaveReason::Abandoned)).max(1) as f64
    }
}

#[test]
fn the_same_seed_tells_the_same_story_and_another_seed_another() {
    let lines = |seed| hours(Options::new(seed, midnight().plus(8 * HOUR_MS)), 1).iter().map(Event::to_line).collect::<Vec<_>>();
    assert_eq!(lines(1), lines(1));
    assert_ne!(lines(1), lines(2));
}

#[test]
fn recordings_that_exist_are_all_heard_and_the_story_is_the_same() {
    let names: Vec<String> = (1..=8).map(|n| format!("conversation-{n}.wav")).collect();
    let told = |recordings: &[String]| {
        let start = midnight().plus(10 * HOUR_MS);
        hours(Options { recordings: recordings.to_vec(), ..Options::new(7, start) }, 1)
    };
    let (plain, heard) = (told(&[]), told(&names));
    assert_eq!(heard, told(&names));
    let mut counts = vec![0; names.len()];
    let mut without = Vec::new();
    for event in &heard {
        let mut event = event.clone();
        if let Body::CallRecorded(recorded) = &mut event.body {
            counts[names.iter().position(|name| *name == recorded.url).unwrap()] += 1;
            recorded.url = format!("recordings/{}.wav", recorded.call).into();
        }
        without.push(event);
    }
    assert_eq!(without, plain);
    let (least, most) = (*counts.iter().min().unwrap(), *counts.iter().max().unwrap());
    assert!(least > 20 && most < 3 * least, "{counts:?}");
}

#[test]
fn every_event_reads_back_and_every_id_is_its_own() {
    let mut ids = HashSet::new();
    let mut kinds = HashSet::new();
    for event in hours(Options { english: true, restarted: true, ..Options::new(3, midnight()) }, 24) {
        let line = event.to_line();
        assert_eq!(Event::parse(line.as_bytes()).unwrap(), event);
        assert!(ids.insert(event.id.to_string()), "{line}");
        kinds.insert(std::mem::discriminant(&event.body));
    }
    // All 26 types but source.lost, source.gap and source.gap_filled.
    assert_eq!(kinds.len(), 23);
}

#[test]
fn time_goes_forward_and_every_visit_is_decided_once() {
    for (queues, agents, seed) in [(9, 96, 1), (9, 96, 2), (1, 4, 3), (3, 9, 4), (20, 300, 5)] {
        let events = hours(Options { queues, agents: Some(agents), ..Options::new(seed, midnight()) }, 30);
        assert!(events.windows(2).all(|w| w[0].at <= w[1].at));
        let c = Counts::of(&events);
        assert_eq!(c.offered, c.answered + c.left.values().sum::<i64>() + c.waiting.len() as i64);
        assert!(c.answered > 50, "{queues} {agents}: {}", c.answered);
    }
}

#[test]
fn an_agent_is_in_one_state_and_talks_to_one_caller() {
    let mut state: HashMap<String, AgentState> = HashMap::new();
    let mut talking: HashMap<String, String> = HashMap::new();
    for event in hours(Options::new(5, midnight()), 30) {
        match &event.body {
            Body::AgentLoggedIn(b) => {
                assert_eq!(state.insert(b.agent.to_string(), AgentState::Offline).unwrap_or(AgentState::Offline), AgentState::Offline)
            }
            Body::AgentLoggedOut(b) => _ = state.insert(b.agent.to_string(), AgentState::Offline),
            Body::AgentState(b) => {
                let before = state.insert(b.agent.to_string(), b.state).expect("logged in before any state");
                assert!(before != b.state || b.state == AgentState::Paused, "{}: {before} again", b.agent);
            }
            Body::CallAnswered(b) => {
                assert!(talking.insert(b.agent.to_string(), b.call.to_string()).is_none(), "{} answers while talking", b.agent);
            }
            Body::CallTransferred(b) => assert_eq!(talking.remove(b.agent.as_ref()).as_deref(), Some(b.call.as_ref())),
            Body::CallLegEnded(b) => assert_eq!(talking.remove(b.agent.as_ref()).as_deref(), Some(b.call.as_ref())),
            Body::CallEnded(b) => talking.retain(|_, call| *call != b.call),
            _ => {}
        }
    }
}

#[test]
fn nothing_is_said_of_a_call_before_it_started_and_only_late_things_after_it_ended() {
    let (mut started, mut ended) = (HashSet::new(), HashSet::new());
    for event in hours(Options::new(6, midnight()), 20) {
        let Key::Call(call) = event.key() else { continue };
        match &event.body {
            Body::CallStarted(_) => assert!(started.insert(call.to_owned())),
            Body::CallEnded(_) => assert!(started.contains(call) && ended.insert(call.to_owned())),
            Body::CallWrappedUp(_) | Body::CallRecorded(_) => assert!(started.contains(call)),
            _ => assert!(started.contains(call) && !ended.contains(call), "{}", event.to_line()),
        }
    }
}

#[test]
fn a_weekday_reaches_its_service_level_and_has_a_bad_hour() {
    for (seed, queues, agents) in [(1, 9, 96), (2, 9, 96), (3, 40, 500)] {
        let events = hours(Options { queues, agents: Some(agents), ..Options::new(seed, midnight()) }, 24);
        let day = Counts::of(&events);
        let level = day.service_level();
        let by_hour: Vec<f64> = (8..20)
            .map(|h| {
                let from = midnight().plus(h * HOUR_MS);
                let calls: HashSet<_> = events
                    .iter()
                    .filter(|e| e.at >= from && e.at < from.plus(HOUR_MS))
                    .filter_map(|e| if let Body::CallQueued(b) = &e.body { Some(b.call.to_string()) } else { None })
                    .collect();
                Counts::of(events.iter().filter(|e| matches!(e.key(), Key::Call(c) if calls.contains(c)))).service_level()
            })
            .collect();
        let share = |reason| day.left(reason) as f64 / day.offered as f64;
        println!(
            "seed {seed}: {} events, offered {}, level {level:.3}, abandoned {:.3}, timed out {:.3}, key {:.3}, overflow {:.3}, by hour {by_hour:.2?}",
            events.len(),
            day.offered,
            share(LeaveReason::Abandoned),
            share(LeaveReason::TimedOut),
            share(LeaveReason::Key),
            share(LeaveReason::Overflow),
        );
        assert!((0.72..0.90).contains(&level), "{level}");
        assert!(by_hour.iter().any(|l| *l < 0.70), "{by_hour:.2?}");
        assert!((0.01..0.09).contains(&share(LeaveReason::Abandoned)));
    }
}

#[test]
fn no_call_stays_on_the_floor_for_ever() {
    let mut simulator = Simulator::new(Options::new(7, midnight()));
    let end = midnight().plus(72 * HOUR_MS);
    until(&mut simulator, end);
    let old = simulator.floor.open_calls().filter(|c| c.stage == Stage::Waiting && end.since(c.queued_at) > 15 * MINUTE_MS).count();
    assert_eq!(old, 0);
    assert!(simulator.floor.open_calls().count() < 200);
}

#[test]
fn in_the_story_of_lost_connections_a_gap_is_named_and_filled_and_calls_keep_their_order() {
    let trouble = Some(Trouble { after_ms: 10 * MINUTE_MS, every_ms: 60 * MINUTE_MS });
    let start = midnight().plus(9 * HOUR_MS);
    let events: Vec<_> = {
        let mut simulator = Simulator::new(Options { trouble, ..Options::new(8, start) });
        let mut out = Vec::new();
        while simulator.floor.now < start.plus(HOUR_MS) {
            out.push(simulator.next().unwrap());
        }
        out
    };
    let kinds: Vec<String> = events
        .iter()
        .filter(|e| matches!(e.body, Body::SourceLost(_) | Body::SourceGap(_) | Body::SourceGapFilled(_)))
        .map(|e| format!("{} {}", e.source, serde_json::to_value(e).unwrap()["type"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, ["agents source.lost", "agents source.gap", "hefei source.lost", "hefei source.gap", "hefei source.gap_filled"]);
    let mut last: HashMap<String, Timestamp> = HashMap::new();
    let mut late = 0;
    let mut newest = start;
    for e in &events {
        let key = format!("{:?}", e.key());
        assert!(last.insert(key, e.at).is_none_or(|before| before <= e.at));
        late += usize::from(e.at < newest);
        newest = newest.max(e.at);
    }
    assert!(late > 10, "{late}");
    Counts::of(&events);
}

#[test]
#[ignore = "prints the speed; run it in a release build"]
fn ten_million_events() {
    for (queues, agents, n) in [(9, 96, 2_000_000_usize), (200, 5_000, 10_000_000)] {
        let options = Options { queues, agents: Some(agents), ..Options::new(1, midnight()) };
        let simulator = Simulator::new(options);
        let peak = simulator.calls_per_minute();
        let calls = simulator.take(n).filter(|e| matches!(e.body, Body::CallStarted(_))).count();
        println!("{queues} queues, {agents} agents, {peak:.1} calls a minute: {n} events, {calls} calls");
    }
}
