//! Laws that hold for every log: the engine against a plain reference, and against itself when the log is
//! repeated, cut, delayed or interrupted by a restart.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMillisecondType;
use arrow::util::display::array_value_to_string;
use callboard_analytics::{Checkpoint, Engine, Found, Settings, Told};
use callboard_domain::event::Key;
use callboard_domain::{Event, Timestamp};
use callboard_store::history::Sought;
use callboard_store::table::{AgentInterval, AgentLeg, AgentStateRow, Call, LiveSource, QueueInterval, QueueVisit};
use callboard_store::{Table, TableRow};
use proptest::prelude::*;

const START_MS: i64 = 1_763_424_000_000;
const QUEUES: [&str; 3] = ["cards", "loans", "english"];

/// What a drawn call does, in steps of whole seconds.
#[derive(Debug, Clone)]
struct Story {
    begins_s: i64,
    queue: usize,
    wait_s: i64,
    /// 0 answered, 1 abandoned, 2 timed out, 3 key, 4 never decided, 5 in no queue.
    end: u8,
    talk_s: i64,
    transfer: bool,
    missed: bool,
}

fn story() -> impl Strategy<Value = Story> {
    (0..7_200i64, 0..QUEUES.len(), 0..120i64, 0..6u8, 1..400i64, any::<bool>(), any::<bool>())
        .prop_map(|(begins_s, queue, wait_s, end, talk_s, transfer, missed)| Story { begins_s, queue, wait_s, end, talk_s, transfer, missed })
}

fn line(at_s: i64, n: usize, rest: &str) -> (i64, String) {
    let at = Timestamp::from_millis(START_MS + at_s * 1_000);
    (at_s, format!(r#"{{"id":"{n}-{at_s}-{}","at":"{at}","source":"pbx","{rest}}}"#, rest.len()))
}

/// The lines of a call, in order of time.
fn call_lines(n: usize, s: &Story) -> Vec<(i64, String)> {
    let queue = QUEUES[s.queue];
    let say = |at: i64, kind: &str, more: &str| line(at, n, &format!(r#"type":"call.{kind}","call":"c{n}"{more}"#));
    let (entered, decided) = (s.begins_s + 2, s.begins_s + 2 + s.wait_s);
    let started = say(s.begins_s, "started", r#","direction":"inbound","from":"555""#);
    if s.end == 5 {
        return vec![started, say(decided, "ended", r#","by":"caller""#)];
    }
    let mut lines = vec![started, say(entered, "queued", &format!(r#","queue":"{queue}""#))];
    if s.missed {
        lines.push(say(decided, "ring_missed", r#","agent":"bo","ring_ms":900,"reason":"no_answer""#));
    }
    let left = |reason: &str| say(decided, "left_queue", &format!(r#","queue":"{queue}","reason":"{reason}""#));
    match s.end {
        0 => {
            lines.push(say(decided, "answered", &format!(r#","agent":"li","queue":"{queue}""#)));
            if s.transfer {
                lines.push(say(decided + s.talk_s, "transferred", r#","agent":"li","kind":"blind""#));
            }
            lines.push(say(decided + s.talk_s, "ended", r#","by":"caller""#));
        }
        1 => lines.extend([left("abandoned"), say(decided, "ended", r#","by":"caller""#)]),
        2 => lines.extend([left("timed_out"), say(decided, "ended", r#","by":"system""#)]),
        3 => lines.extend([left("key"), say(decided, "ended", r#","by":"system""#)]),
        _ => {}
    }
    lines
}

fn agent_lines(changes: &[(i64, u8)]) -> Vec<(i64, String)> {
    let states = ["ready", "talking", "paused", "wrap_up", "offline"];
    changes
        .iter()
        .enumerate()
        .map(|(n, (at, state))| {
            line(*at, 100_000 + n, &format!(r#"type":"agent.state","agent":"li","state":"{}""#, states[usize::from(*state) % states.len()]))
        })
        .collect()
}

fn log(stories: &[Story], changes: &[(i64, u8)]) -> Vec<String> {
    let mut lines: Vec<_> = stories.iter().enumerate().flat_map(|(n, s)| call_lines(n, s)).collect();
    lines.extend(agent_lines(changes));
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Everything that queries would see: committed rows and live ones.
#[derive(Default)]
struct World {
    /// Rows by key, and sums that add up.
    stored: BTreeMap<Table, Vec<(String, RecordBatch)>>,
}

impl World {
    fn rows<R: TableRow>(&self, engine: &mut Engine, table: Table, now: Timestamp) -> Vec<R> {
        let live = engine.live(now).into_iter().filter(|(t, _)| *t == table).flat_map(|(_, batches)| batches);
        let stored = self.stored.get(&table).into_iter().flatten().map(|(_, batch)| batch.clone());
        stored.chain(live).flat_map(|b| R::rows(&b).unwrap()).collect()
    }

    /// Closes and hands over, with what was told late added to the rows that it concerns.
    fn commit(&mut self, engine: &mut Engine) -> Checkpoint {
        engine.settle();
        let wanted = engine.wanted();
        if !wanted.is_empty() {
            let calls = self.found(Table::Calls, &wanted.calls);
            let visits = self.found(Table::QueueVisits, &wanted.calls);
            let legs = self.found(Table::AgentLegs, &wanted.calls);
            let states = self.found(Table::AgentStates, &wanted.agents);
            engine.amend(Found { wanted, calls, visits, legs, states });
        }
        let checkpoint = engine.checkpoint().unwrap();
        for (table, batch) in &checkpoint.batches {
            for i in 0..batch.num_rows() {
                self.store(*table, batch.slice(i, 1));
            }
        }
        engine.committed();
        checkpoint
    }

    /// Forgets everything but the state, and goes on.
    fn restart(&mut self, engine: &mut Engine) {
        let checkpoint = self.commit(engine);
        *engine = Engine::restore(Settings::default(), &checkpoint.state).unwrap();
    }

    fn store(&mut self, table: Table, row: RecordBatch) {
        let key = table.info().key.iter().map(|k| cell(&row, k)).collect::<Vec<_>>().join(" ");
        let rows = self.stored.entry(table).or_default();
        let version: i64 = row.column_by_name("version").map_or(1, |_| cell(&row, "version").parse().unwrap());
        if version != 1 {
            rows.retain(|(k, _)| *k != key);
        }
        if version > 0 {
            rows.push((key, row));
        }
    }

    fn found<R: TableRow>(&self, table: Table, sought: &[Sought]) -> Vec<R> {
        let [source, name, ..] = table.info().key else { panic!("{} has no such key", table.name()) };
        let is_sought = |row: &RecordBatch| sought.iter().any(|s| cell(row, source) == *s.source && cell(row, name) == *s.name);
        let rows = self.stored.get(&table).into_iter().flatten().filter(|(_, row)| is_sought(row));
        rows.flat_map(|(_, row)| R::rows(row).unwrap()).collect()
    }
}

fn cell(row: &RecordBatch, column: &str) -> String {
    let values = row.column_by_name(column).unwrap();
    match values.as_primitive_opt::<TimestampMillisecondType>() {
        Some(times) => times.value(0).to_string(),
        None => array_value_to_string(values, 0).unwrap(),
    }
}

type Figures = (BTreeMap<String, Vec<i64>>, Vec<String>, i64);

/// Sums per queue and minute, visits, and the sum of all agent time.
fn figures(world: &World, engine: &mut Engine, now: Timestamp) -> Figures {
    let mut minutes: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for r in world.rows::<QueueInterval>(engine, Table::QueueIntervals, now) {
        let sum = minutes.entry(format!("{} {}", r.queue, r.minute_at)).or_insert_with(|| vec![0; 12]);
        let counters = [
            r.offered,
            r.answered,
            r.answered_in_target,
            r.abandoned,
            r.abandoned_in_target,
            r.short_abandoned,
            r.timed_out,
            r.left_by_key,
            r.waiting,
            r.waiting_past_target,
            r.answered_wait_ms,
            r.decided_wait_ms,
        ];
        sum.iter_mut().zip(counters).for_each(|(s, c)| *s += c);
    }
    let mut visits: Vec<String> = world
        .rows::<QueueVisit>(engine, Table::QueueVisits, now)
        .iter()
        .map(|v| format!("{} {} {} {:?}", v.call, v.entered_at, v.outcome, v.wait_ms))
        .collect();
    visits.sort();
    let agent_ms = world.rows::<AgentInterval>(engine, Table::AgentIntervals, now).iter().map(|r| r.logged_in_ms).sum();
    (minutes, visits, agent_ms)
}

/// All rows of all facts, and the sums.
fn everything(world: &World, engine: &mut Engine) -> (Figures, Vec<String>) {
    let now = end();
    let mut rows: Vec<String> = Vec::new();
    rows.extend(world.rows::<Call>(engine, Table::Calls, now).into_iter().map(|r| format!("{:?}", Call { version: 1, ..r })));
    rows.extend(world.rows::<QueueVisit>(engine, Table::QueueVisits, now).into_iter().map(|r| format!("{:?}", QueueVisit { version: 1, ..r })));
    rows.extend(world.rows::<AgentLeg>(engine, Table::AgentLegs, now).into_iter().map(|r| format!("{:?}", AgentLeg { version: 1, ..r })));
    let states = world.rows::<AgentStateRow>(engine, Table::AgentStates, now);
    rows.extend(states.into_iter().map(|r| format!("{:?}", AgentStateRow { version: 1, ..r })));
    rows.sort();
    let (mut minutes, visits, agent_ms) = figures(world, engine, now);
    minutes.retain(|_, sums| sums.iter().any(|s| *s != 0));
    ((minutes, visits, agent_ms), rows)
}

fn fold(lines: &[String], restart_every: usize) -> (World, Engine) {
    let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(engine.apply(&Event::parse(line.as_bytes()).unwrap()), Told::InTime);
        if restart_every > 0 && n % restart_every == 0 {
            world.restart(&mut engine);
        }
    }
    engine.settle();
    (world, engine)
}

/// The part of three that an event goes to, as in a log with partitions.
fn part_of(line: &str) -> usize {
    let event = Event::parse(line.as_bytes()).unwrap();
    match event.key() {
        Key::Call(key) | Key::Agent(key) => key.bytes().map(usize::from).sum::<usize>() % 3,
        Key::Source(_) => panic!("a source is told of to every part"),
    }
}

fn end() -> Timestamp {
    Timestamp::from_millis(START_MS + 10_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn offered_is_the_sum_of_its_outcomes_in_every_minute(stories in prop::collection::vec(story(), 1..40), upto in 0.0..1.0f64) {
        let lines = log(&stories, &[]);
        let cut = ((lines.len() as f64) * upto) as usize;
        let (world, mut engine) = fold(&lines[..cut], 0);
        for r in world.rows::<QueueInterval>(&mut engine, Table::QueueIntervals, end()) {
            prop_assert_eq!(r.offered, r.answered + r.abandoned + r.timed_out + r.left_by_key + r.overflowed + r.lost + r.waiting);
        }
    }

    #[test]
    fn roll_ups_are_the_sums_of_the_visits(stories in prop::collection::vec(story(), 1..40), every in 1..60usize) {
        let (world, mut engine) = fold(&log(&stories, &[]), every);
        let (minutes, ..) = figures(&world, &mut engine, end());
        let mut sums: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for v in world.rows::<QueueVisit>(&mut engine, Table::QueueVisits, end()) {
            let sum = sums.entry(format!("{} {}", v.queue, v.entered_at.floor(60_000))).or_insert_with(|| vec![0; 12]);
            let counters = [
                v.offered, v.answered, v.answered_in_target, v.abandoned, v.abandoned_in_target, v.short_abandoned, v.timed_out, v.left_by_key,
                v.waiting, v.waiting_past_target, v.answered_wait_ms, v.decided_wait_ms,
            ];
            sum.iter_mut().zip(counters).for_each(|(s, c)| *s += c);
        }
        prop_assert_eq!(minutes, sums);
    }

    #[test]
    fn parts_that_were_folded_apart_are_together_the_whole(
        stories in prop::collection::vec(story(), 1..30),
        changes in prop::collection::vec((0..7_200i64, any::<u8>()), 0..20),
        cuts in prop::array::uniform3(0.0..1.0f64),
    ) {
        let lines = log(&stories, &changes);
        let (world, mut engine) = fold(&lines, 0);
        let expected = everything(&world, &mut engine);

        let (mut world, mut states, mut rest) = (World::default(), Vec::new(), Vec::new());
        for (part, cut) in cuts.into_iter().enumerate() {
            let own: Vec<_> = lines.iter().enumerate().filter(|(_, line)| part_of(line) == part).collect();
            let (done, later) = own.split_at((own.len() as f64 * cut) as usize);
            let mut engine = Engine::new(Settings::default());
            for (n, (_, line)) in done.iter().enumerate() {
                engine.apply(&Event::parse(line.as_bytes()).unwrap());
                if n % 7 == 0 {
                    world.commit(&mut engine);
                }
            }
            states.push(world.commit(&mut engine).state);
            rest.extend(later);
        }
        rest.sort();
        let mut engine = Engine::together(Settings::default(), &states).unwrap();
        for (_, line) in rest {
            prop_assert_eq!(engine.apply(&Event::parse(line.as_bytes()).unwrap()), Told::InTime);
            engine.settle();
        }
        engine.caught_up();
        prop_assert_eq!(everything(&world, &mut engine), expected);
    }

    #[test]
    fn restarts_and_repeats_change_nothing(
        stories in prop::collection::vec(story(), 1..30),
        changes in prop::collection::vec((0..7_200i64, any::<u8>()), 0..20),
        every in 1..50usize,
    ) {
        let lines = log(&stories, &changes);
        let (world, mut engine) = fold(&lines, 0);
        let expected = figures(&world, &mut engine, end());

        let (world, mut engine) = fold(&lines, every);
        prop_assert_eq!(&figures(&world, &mut engine, end()), &expected);

        let (world, mut engine) = (World::default(), Engine::new(Settings::default()));
        for line in &lines {
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
        }
        prop_assert_eq!(&figures(&world, &mut engine, end()), &expected);
    }

    #[test]
    fn lines_of_an_open_call_may_come_in_any_order(stories in prop::collection::vec(story(), 1..8), seed in any::<u64>()) {
        let settings = Settings { linger_ms: 1_000_000_000, answered_linger_ms: 1_000_000_000, ..Settings::default() };
        let run = |lines: &[String]| {
            let mut engine = Engine::new(settings.clone());
            // The first line of a call opens it; the rest may come as it likes.
            for line in lines {
                engine.apply(&Event::parse(line.as_bytes()).unwrap());
            }
            figures(&World::default(), &mut engine, end())
        };
        let lines = log(&stories, &[]);
        let (mut first, mut rest): (Vec<_>, Vec<_>) = lines.iter().cloned().partition(|l| l.contains("call.started"));
        // Notes of one instant keep their order, as a file would tell them.
        rest.sort_by_cached_key(|l| {
            let at = l.split("\"at\":\"").nth(1).unwrap()[..24].to_owned();
            (xxhash_rust::xxh3::xxh3_64_with_seed(at.as_bytes(), seed), at)
        });
        first.extend(rest);
        prop_assert_eq!(run(&first), run(&lines));
    }

    #[test]
    fn what_is_told_late_counts_as_if_it_had_been_told_in_time(
        stories in prop::collection::vec(story(), 1..8),
        changes in prop::collection::vec((0..7_200i64, any::<u8>()), 0..20),
        late in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        every in 1..40usize,
    ) {
        // The order of two changes of one instant is that of their coming, which only the log remembers for ever.
        let changes: BTreeMap<i64, u8> = changes.into_iter().collect();
        let mut lines = log(&stories, &changes.into_iter().collect::<Vec<_>>());
        let mut delayed = Vec::new();
        for index in &late {
            // The first line of a call opens it; any other may come hours later.
            let i = index.index(lines.len());
            if !lines[i].contains("call.started") {
                delayed.push(lines.remove(i));
            }
            if lines.is_empty() {
                break;
            }
        }
        let (_, quiet) = line(20_000, 777_777, r#"type":"source.alive""#);
        lines.push(quiet);
        lines.extend(delayed);

        let patient = Settings { linger_ms: 1 << 40, answered_linger_ms: 1 << 40, agent_late_ms: 1 << 40, ..Settings::default() };
        let mut engine = Engine::new(patient);
        for line in &lines {
            prop_assert_eq!(engine.apply(&Event::parse(line.as_bytes()).unwrap()), Told::InTime);
        }
        let expected = everything(&World::default(), &mut engine);

        let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
        for (n, line) in lines.iter().enumerate() {
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
            engine.settle();
            if n % every == 0 {
                world.restart(&mut engine);
            }
        }
        world.commit(&mut engine);
        prop_assert_eq!(&everything(&world, &mut engine), &expected);
        // Once more: what was added is not added again.
        for line in &lines {
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
        }
        world.commit(&mut engine);
        prop_assert_eq!(&everything(&world, &mut engine), &expected);
    }

    #[test]
    fn when_rows_are_committed_changes_nothing(
        stories in prop::collection::vec(story(), 1..12),
        late in prop::collection::vec((any::<prop::sample::Index>(), 1..3_000i64), 1..80),
        every in 1..20usize,
    ) {
        // Any line may come later than it should, the first one of a call as well.
        let mut lines: Vec<_> = stories.iter().enumerate().flat_map(|(n, s)| call_lines(n, s)).collect();
        lines.extend((0..60).map(|n| line(n * 200, 700_000 + n as usize, r#"type":"source.alive""#)));
        for (index, by_s) in &late {
            let i = index.index(lines.len());
            lines[i].0 += by_s;
        }
        lines.sort_by_key(|(at, _)| *at);

        let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
        for (_, line) in &lines {
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
        }
        world.commit(&mut engine);
        let expected = (everything(&world, &mut engine), engine.waiting());

        let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
        for (n, (_, line)) in lines.iter().enumerate() {
            engine.apply(&Event::parse(line.as_bytes()).unwrap());
            if n % every == 0 {
                world.commit(&mut engine);
            }
        }
        world.commit(&mut engine);
        prop_assert_eq!((everything(&world, &mut engine), engine.waiting()), expected);
    }

    #[test]
    fn time_of_an_agent_is_neither_lost_nor_doubled(changes in prop::collection::vec((0..7_200i64, any::<u8>()), 1..40), every in 0..10usize) {
        let lines = log(&[], &changes);
        let (world, mut engine) = fold(&lines, every);
        let rows = world.rows::<AgentStateRow>(&mut engine, Table::AgentStates, end());
        let first = rows.iter().map(|r| r.began_at).min().unwrap();
        // An hour after its last word a file is no longer live: what is open lasts until then.
        let last = Timestamp::from_millis(START_MS + changes.iter().map(|(at, _)| at * 1_000).max().unwrap());
        let until = if end().since(last) < 3_600_000 { end() } else { last };
        prop_assert_eq!(rows.iter().map(|r| r.duration_ms).sum::<i64>(), until.since(first));
        let by_quarter: i64 = world.rows::<AgentInterval>(&mut engine, Table::AgentIntervals, end()).iter().map(|r| r.logged_in_ms).sum();
        prop_assert_eq!(by_quarter, rows.iter().map(|r| r.logged_in_ms).sum::<i64>());
    }
}

#[test]
fn a_restart_of_the_pbx_loses_what_was_open_at_the_last_seen_instant() {
    let mut engine = Engine::new(Settings::default());
    let story = Story { begins_s: 0, queue: 0, wait_s: 30, end: 4, talk_s: 1, transfer: false, missed: false };
    for (_, l) in call_lines(1, &story) {
        engine.apply(&Event::parse(l.as_bytes()).unwrap());
    }
    let seen_at = Timestamp::from_millis(START_MS + 20_000);
    let (_, l) = line(40, 9, &format!(r#"type":"source.restarted","last_seen_at":"{seen_at}""#));
    engine.apply(&Event::parse(l.as_bytes()).unwrap());
    let calls = World::default().rows::<Call>(&mut engine, Table::Calls, end());
    assert_eq!((calls[0].outcome.as_str(), calls[0].ended_at), ("lost", Some(seen_at)));
    let visits = World::default().rows::<QueueVisit>(&mut engine, Table::QueueVisits, end());
    assert_eq!((visits[0].lost, visits[0].waiting, visits[0].wait_ms), (1, 0, Some(18_000)));
}

#[test]
fn a_source_whose_first_word_is_its_loss_survives_a_restart() {
    let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
    let (_, lost) = line(40, 9, r#"type":"source.lost""#);
    engine.apply(&Event::parse(lost.as_bytes()).unwrap());
    world.restart(&mut engine);
    let sources = world.rows::<LiveSource>(&mut engine, Table::LiveSources, end());
    assert_eq!((sources[0].state.as_ref(), sources[0].lost_at), ("lost", Some(Timestamp::from_millis(START_MS + 40_000))));
}

#[test]
fn an_event_of_a_closed_call_is_late_and_opens_nothing() {
    let mut engine = Engine::new(Settings::default());
    let story = Story { begins_s: 0, queue: 0, wait_s: 10, end: 1, talk_s: 1, transfer: false, missed: false };
    for (_, l) in call_lines(1, &story) {
        engine.apply(&Event::parse(l.as_bytes()).unwrap());
    }
    let (_, alive) = line(4_000, 9, r#"type":"source.alive""#);
    engine.apply(&Event::parse(alive.as_bytes()).unwrap());
    engine.settle();
    let (_, l) = line(5, 10, r#"type":"call.queued","call":"c1","queue":"cards""#);
    assert_eq!(engine.apply(&Event::parse(l.as_bytes()).unwrap()), Told::Late);
    assert_eq!(World::default().rows::<Call>(&mut engine, Table::Calls, end()).len(), 1);
}

#[test]
fn what_is_told_late_counts_among_what_waits_until_it_is_added() {
    let (mut world, mut engine) = (World::default(), Engine::new(Settings::default()));
    let story = Story { begins_s: 0, queue: 0, wait_s: 10, end: 1, talk_s: 1, transfer: false, missed: false };
    let (_, alive) = line(4_000, 9, r#"type":"source.alive""#);
    for l in call_lines(1, &story).into_iter().map(|(_, l)| l).chain([alive]) {
        engine.apply(&Event::parse(l.as_bytes()).unwrap());
    }
    world.commit(&mut engine);
    assert_eq!((engine.closed_rows(), engine.waiting()), (0, 0));
    let (_, rated) = line(30, 10, r#"type":"call.rated","call":"c1","score":5"#);
    assert_eq!(engine.apply(&Event::parse(rated.as_bytes()).unwrap()), Told::Late);
    assert_eq!((engine.closed_rows(), engine.waiting()), (1, 1));
    world.commit(&mut engine);
    assert_eq!((engine.closed_rows(), engine.waiting()), (0, 0));
    assert_eq!(world.rows::<Call>(&mut engine, Table::Calls, end())[0].rating, Some(5));
}
