//! The log against a real broker: what is acknowledged is read once, whatever happens in between.

mod faults;
mod groups;
mod outside;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use callboard_domain::{Clock, Event, Timestamp};
use callboard_engines::kafka;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::{Offset, TopicPartitionList};
use tempfile::TempDir;

use super::waiting::block_on;
use super::*;

/// Every look at it is a millisecond later.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(Ticking(AtomicI64::new(1_000_000)))
}

/// A log of its own on a broker.
struct Rig {
    options: Options,
    _folder: TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Rig {
    fn shared() -> Self {
        Self::on(&kafka::shared().unwrap())
    }

    fn on(bootstrap: &str) -> Self {
        static TOPICS: AtomicU32 = AtomicU32::new(0);
        let number = TOPICS.fetch_add(1, Ordering::Relaxed);
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(bootstrap, folder.path().join("index"));
        // A given broker keeps the topics of earlier runs.
        let run = std::process::id();
        (options.topic, options.rejects) = (format!("events-{run}-{number}"), format!("rejected-{run}-{number}"));
        options.partitions = 4;
        options.partitions_every = Duration::ZERO;
        Self { options, _folder: folder, runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap() }
    }

    fn open(&self) -> Kafka {
        Kafka::open(&self.options, &Position::default(), clock()).unwrap()
    }

    fn append(&self, log: &Kafka, batch: Batch) -> Result<Appended, Error> {
        self.runtime.block_on(log.append(batch))
    }

    /// Reads until `want` lines are there or nothing has come for a long while.
    fn read(&self, log: &Kafka, reader: &mut dyn Reader, want: usize) -> Vec<String> {
        let (mut lines, mut news, mut silences) = (Vec::new(), log.watch(), 0);
        while lines.len() < want && silences < 200 {
            news.mark_unchanged();
            match reader.read(1_000).unwrap() {
                Some(block) => lines.extend(block.lines().map(|l| String::from_utf8(l.to_vec()).unwrap())),
                None => {
                    silences += 1;
                    let _ = self.runtime.block_on(async { tokio::time::timeout(Duration::from_millis(100), news.changed()).await });
                }
            }
        }
        lines
    }

    /// Everything the topic holds, to its end.
    fn read_all(&self, log: &Kafka, from: &Position) -> Vec<String> {
        let mut reader = log.reader(from).unwrap();
        let mut lines = Vec::new();
        for _ in 0..10_000 {
            match reader.read(1_000).unwrap() {
                Some(block) => lines.extend(block.lines().map(|l| String::from_utf8(l.to_vec()).unwrap())),
                None if reader.at_end() => return lines,
                None => {}
            }
        }
        panic!("no end after {} lines", lines.len());
    }

    fn admin(&self) -> AdminClient<Quiet> {
        self.options.client().unwrap().create_with_context(Quiet).unwrap()
    }
}

fn line(call: u64, step: u64) -> String {
    let at = Timestamp::from_millis(1_763_000_000_000 + i64::try_from(step * 1_000 + call).unwrap());
    format!(r#"{{"v":1,"id":"c{call}-{step}","at":"{at}","source":"pbx1","type":"call.queued","call":"c{call}","queue":"cards"}}"#)
}

fn batch(lines: impl IntoIterator<Item = String>) -> Batch {
    let mut batch = Batch::default();
    for line in lines {
        let event = Event::parse(line.as_bytes()).unwrap();
        batch.push(line.as_bytes(), &event.id, event.at, event.key());
    }
    batch
}

/// The lines of each call, in the order in which they came.
fn by_call(lines: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines {
        let event = Event::parse(line.as_bytes()).unwrap();
        let callboard_domain::event::Key::Call(call) = event.key() else { panic!("{line}") };
        calls.entry(call.to_owned()).or_default().push(event.id.to_string());
    }
    calls
}

fn expected(calls: u64, steps: u64) -> BTreeMap<String, Vec<String>> {
    (0..calls).map(|call| (format!("c{call}"), (0..steps).map(|step| format!("c{call}-{step}")).collect())).collect()
}

#[test]
fn what_is_appended_is_read_once_in_the_order_of_its_key_and_goes_on_from_any_position() {
    let rig = Rig::shared();
    let log = rig.open();
    for step in 0..5 {
        let appended = rig.append(&log, batch((0..40).map(|call| line(call, step)))).unwrap();
        assert_eq!((appended.accepted, appended.duplicate), (40, 0));
    }
    let mut reader = log.reader(&Position::default()).unwrap();
    let first = rig.read(&log, reader.as_mut(), 200);
    assert_eq!(by_call(&first), expected(40, 5));
    let position = reader.position().clone();
    assert_eq!((position.total(), &position), (200, &log.end().unwrap()));
    assert!(position.offsets().filter(|(_, offset)| *offset > 0).count() > 1, "one partition took everything: {position}");

    // The index knows them now: nothing of it goes to the topic again.
    let appended = rig.append(&log, batch((0..40).map(|call| line(call, 4)).chain([line(7, 5), line(7, 5)]))).unwrap();
    assert_eq!((appended.accepted, appended.duplicate), (1, 41));
    assert_eq!(rig.read(&log, reader.as_mut(), 1), [line(7, 5)]);

    // After a restart, with and without the index.
    drop((reader, log));
    assert_eq!(rig.read_all(&rig.open(), &position), [line(7, 5)]);
    std::fs::remove_dir_all(&rig.options.index).unwrap();
    let log = rig.open();
    assert_eq!(rig.read_all(&log, &position), [line(7, 5)]);
    assert_eq!(rig.append(&log, batch([line(3, 3)])).unwrap().duplicate, 1);
    assert_eq!(rig.read_all(&log, &Position::default()).len(), 201);
}

#[test]
fn an_event_that_comes_twice_is_read_where_it_came_first_by_every_reader() {
    let rig = Rig::shared();
    let log = rig.open();
    // Nobody has read in between, so nobody knows that they are there.
    for _ in 0..3 {
        assert_eq!(rig.append(&log, batch((0..50).map(|call| line(call, 0)))).unwrap().accepted, 50);
    }
    assert_eq!(log.end().unwrap().total(), 150);
    assert_eq!(by_call(&rig.read_all(&log, &Position::default())), expected(50, 1));
    assert_eq!(by_call(&rig.read_all(&log, &Position::default())), expected(50, 1));
    let mut middle = Position::default();
    log.end().unwrap().offsets().for_each(|(p, offset)| middle.set(p, offset / 3));
    assert_eq!(rig.read_all(&log, &middle), Vec::<String>::new());
}

#[test]
fn readers_of_some_partitions_share_the_events_between_them() {
    let rig = Rig::shared();
    let log = rig.open();
    rig.append(&log, batch((0..100).map(|call| line(call, 0)))).unwrap();
    let end = log.end().unwrap();
    let mut all = Vec::new();
    for partitions in [vec![0, 2], vec![1, 3]] {
        let want: u64 = partitions.iter().map(|p| end.offset(*p)).sum();
        let mut reader = log.reader_of(partitions, &Position::default()).unwrap();
        let lines = rig.read(&log, &mut reader, usize::try_from(want).unwrap());
        assert_eq!(lines.len() as u64, want);
        all.extend(lines);
    }
    assert_eq!(by_call(&all), expected(100, 1));
}

#[test]
fn refused_lines_are_kept_with_their_reason_and_place() {
    let rig = Rig::shared();
    let log = rig.open();
    let mut batch = batch([line(1, 0)]);
    for number in 1..=3 {
        let received_at = Timestamp::from_millis(5_000);
        let (source, place, reason) = ("pbx1".into(), format!("queue_log:{number}"), format!("torn {number}"));
        batch.reject(Rejected { number: 0, received_at, source, place, reason, raw: b"\xff|x".to_vec() });
    }
    assert_eq!(rig.append(&log, batch).unwrap().accepted, 1);
    let lines = log.rejected(1, 10).unwrap();
    assert_eq!(lines.iter().map(|l| (l.number, l.place.as_str())).collect::<Vec<_>>(), [(1, "queue_log:1"), (2, "queue_log:2"), (3, "queue_log:3")]);
    assert_eq!((lines[2].reason.as_str(), lines[2].raw.as_slice(), lines[2].received_at.as_millis()), ("torn 3", b"\xff|x".as_slice(), 5_000));
    assert_eq!(log.rejected(3, 10).unwrap().len(), 1);
    assert_eq!(log.rejected(4, 10).unwrap(), []);
    assert_eq!(log.rejected(1, 2).unwrap().len(), 2);
}

#[test]
fn a_partition_that_is_added_is_read_too_and_no_call_moves_to_it() {
    let rig = Rig::shared();
    let log = rig.open();
    rig.append(&log, batch((0..40).map(|call| line(call, 0)))).unwrap();
    let mut reader = log.reader(&Position::default()).unwrap();
    let mut lines = rig.read(&log, reader.as_mut(), 40);
    block_on(rig.admin().create_partitions([&NewPartitions::new(&rig.options.topic, 9)], &AdminOptions::new())).unwrap();
    // A node that starts now knows of them, an outside one repeats what it has sent.
    drop(log);
    let log = {
        let again = Rig::on(&rig.options.bootstrap);
        let options = Options { topic: rig.options.topic.clone(), ..again.options.clone() };
        Kafka::open(&options, &Position::default(), clock()).unwrap()
    };
    rig.append(&log, batch((0..40).flat_map(|call| [line(call, 0), line(call, 1)]))).unwrap();
    assert_eq!(log.end().unwrap().total(), 120);
    lines.extend(rig.read(&log, reader.as_mut(), 40));
    assert_eq!(by_call(&lines), expected(40, 2));
    assert!(reader.position().offsets().skip(4).all(|(_, offset)| offset == 0), "a call goes on elsewhere: {}", reader.position());
    outside::Outsider::new(&rig).send(7, Some(line(40, 0).as_bytes()));
    assert_eq!(rig.read(&log, reader.as_mut(), 1), [line(40, 0)]);
}

#[test]
fn a_topic_with_wrong_settings_is_explained_and_a_short_one_too() {
    let rig = Rig::shared();
    let topic = |name: &str, settings: &[(&'static str, &'static str)]| {
        let mut topic = NewTopic::new(name, 2, TopicReplication::Fixed(1));
        topic = settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
        block_on(rig.admin().create_topics([&topic], &AdminOptions::new())).unwrap();
    };
    topic(&rig.options.topic, &[("cleanup.policy", "compact"), ("max.message.bytes", "1000")]);
    let error = Kafka::open(&rig.options, &Position::default(), clock()).err().unwrap();
    let text = error.to_string();
    for word in [rig.options.topic.as_str(), "cleanup.policy", "LogAppendTime", "max.message.bytes is 1000"] {
        assert!(text.contains(word), "{word:?} in {text}");
    }
    assert_eq!(error.action(), crate::Action::Stop);

    let rig = Rig::shared();
    let log = rig.open();
    let mut reached = Position::default();
    reached.set(2, 5);
    drop(log);
    let error = Kafka::open(&rig.options, &reached, clock()).err().unwrap();
    assert!(matches!(&error, Error::Short { partition: 2, end: 0, position: 5, .. }), "{error}");
}

#[test]
fn what_retention_has_dropped_is_an_error_and_the_rest_goes_on() {
    let rig = Rig::shared();
    let log = rig.open();
    rig.append(&log, batch((0..100).map(|call| line(call, 0)))).unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(&rig.options.topic, 1, Offset::Offset(5)).unwrap();
    block_on(rig.admin().delete_records(&list, &AdminOptions::new())).unwrap();
    let mut reader = log.reader(&Position::default()).unwrap();
    let error = (0..1_000).find_map(|_| reader.read(100).err()).unwrap();
    assert!(matches!(&error, Error::Dropped { partition: 1, from: 0, .. }), "{error}");
    drop((reader, log));
    let log = rig.open();
    let start = log.start().unwrap();
    assert_eq!((start.offset(1), start.total()), (5, 5));
    assert_eq!(rig.read_all(&log, &start).len(), 95);
}

#[test]
fn every_partition_has_a_copy_of_what_a_source_tells() {
    let rig = Rig::shared();
    let log = rig.open();
    let alive = r#"{"v":1,"id":"s1","at":"2025-11-18T06:32:07.000Z","source":"pbx1","type":"source.alive"}"#;
    let both = || batch([alive.to_owned(), line(1, 1)]);
    assert_eq!(rig.append(&log, both()).unwrap().accepted, 2);
    let copies = |partition: usize| {
        let mut reader = log.reader_of(vec![partition], &Position::default()).unwrap();
        let mut found = 0;
        while let Some(block) = reader.read_on(100).unwrap() {
            found += block.lines().filter(|l| *l == alive.as_bytes()).count();
        }
        found
    };
    assert_eq!([copies(0), copies(1), copies(2), copies(3)], [1; 4]);
    let again = rig.append(&log, both()).unwrap();
    assert_eq!((again.accepted, again.duplicate), (0, 2));
}

#[test]
fn what_came_to_many_partitions_at_once_is_read_in_the_order_of_time() {
    let rig = Rig::shared();
    let log = rig.open();
    rig.append(&log, batch((0..50).flat_map(|step| (0..40).map(move |call| line(call, step))))).unwrap();
    let lines = rig.read_all(&log, &Position::default());
    let times: Vec<Timestamp> = lines.iter().map(|l| Event::parse(l.as_bytes()).unwrap().at).collect();
    assert!(times.len() == 2_000 && times.is_sorted());
}
