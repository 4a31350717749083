//! The log in Kafka against librdkafka alone, on one broker, in one run.
//!
//! Each repeat fills a new topic through the log (all in-sync replicas confirm), reads it with a bare consumer and
//! with the log's reader; medians are printed. `CALLBOARD_BENCH_EVENTS` sets the events of a repeat, 300,000 by default.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark reads the machine's clock and may stop at once"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use callboard_domain::{Clock, Event, Timestamp};
use callboard_log::{Batch, Kafka, Log, Position, kafka::Options};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};

const BATCH: usize = 1_000;
const REPEATS: usize = 5;
const PARTITIONS: i32 = 4;
const SENDERS: usize = 4;
const START_MS: i64 = 1_763_424_000_000;

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START_MS + 86_400_000)
    }
}

/// Lines of calls of four events each, as they are and as batches.
fn lines(events: usize, repeat: usize) -> Vec<(String, Vec<u8>)> {
    (0..events)
        .map(|n| {
            let at = Timestamp::from_millis(START_MS + i64::try_from(n).unwrap());
            let call = format!("{}.{}", 1_763_424_000 + repeat, n / 4);
            let mut line = format!(r#"{{"id":"{repeat}-{n:012x}","at":"{at}","source":"pbx1","#);
            match n % 4 {
                0 => write!(line, r#""type":"call.started","call":"{call}","direction":"inbound","from":"13800000000","to":"4008"}}"#),
                1 => write!(line, r#""type":"call.queued","call":"{call}","queue":"queue-{:02}","position":3}}"#, n % 50),
                2 => write!(line, r#""type":"call.answered","call":"{call}","agent":"agent-{:04}","queue":"queue-07","ring_ms":4200}}"#, n % 2_000),
                _ => write!(line, r#""type":"call.ended","call":"{call}","by":"caller"}}"#),
            }
            .unwrap();
            (call, line.into_bytes())
        })
        .collect()
}

fn batches(lines: &[(String, Vec<u8>)]) -> Vec<Batch> {
    lines
        .chunks(BATCH)
        .map(|chunk| {
            let mut batch = Batch::default();
            for (_, line) in chunk {
                let event = Event::parse(line).unwrap();
                batch.push(line, &event.id, event.at, event.key());
            }
            batch
        })
        .collect()
}

/// Senders that each wait for their answer.
fn append(log: &Kafka, batches: Vec<Batch>) -> f64 {
    let batches: Vec<std::sync::Mutex<Option<Batch>>> = batches.into_iter().map(|b| std::sync::Mutex::new(Some(b))).collect();
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let batch = batch.lock().unwrap().take().unwrap();
                    let len = batch.len();
                    assert_eq!(runtime.block_on(log.append(batch)).unwrap().accepted, len);
                }
            });
        }
    });
    begin.elapsed().as_secs_f64()
}

/// librdkafka's own producer with the same settings and one flush at the end.
fn produce(options: &Options, topic: &str, lines: &[(String, Vec<u8>)]) -> f64 {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.bootstrap).set("acks", "all").set("enable.idempotence", "true").set("linger.ms", "5");
    config.set("compression.type", "lz4").set("partitioner", "murmur2_random").set("batch.size", "1000000");
    config.set("queue.buffering.max.messages", "10000000").set("queue.buffering.max.kbytes", "2097151");
    let producer: BaseProducer = config.create().unwrap();
    let begin = Instant::now();
    for (key, line) in lines {
        producer.send(BaseRecord::to(topic).key(key.as_bytes()).payload(line.as_slice())).map_err(|(e, _)| e).unwrap();
        producer.poll(Duration::ZERO);
    }
    producer.flush(Duration::from_secs(60)).unwrap();
    begin.elapsed().as_secs_f64()
}

/// librdkafka's own consumer over all partitions, touching every byte's length only.
fn consume(options: &Options, events: usize) -> f64 {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.bootstrap).set("group.id", "bench").set("enable.auto.commit", "false");
    config.set("fetch.wait.max.ms", "100").set("isolation.level", "read_committed");
    let begin = Instant::now();
    let consumer: BaseConsumer = config.create().unwrap();
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        list.add_partition_offset(&options.topic, partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&list).unwrap();
    let (mut count, mut bytes) = (0, 0);
    while count < events {
        if let Some(message) = consumer.poll(Duration::from_secs(10)) {
            bytes += message.unwrap().payload().map_or(0, <[u8]>::len);
            count += 1;
        }
    }
    assert!(bytes > events * 80);
    begin.elapsed().as_secs_f64()
}

fn read(log: &Kafka, events: usize) -> f64 {
    let begin = Instant::now();
    let mut reader = log.reader(&Position::default()).unwrap();
    let mut count = 0;
    while let Some(block) = reader.read_on(4_096).unwrap() {
        count += block.len();
    }
    assert_eq!(count, events);
    begin.elapsed().as_secs_f64()
}

fn main() {
    let events: usize = std::env::var("CALLBOARD_BENCH_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(300_000);
    let broker = callboard_engines::kafka::Kafka::start(&[]).unwrap();
    let mut seconds = [const { Vec::new() }; 5];
    let run = std::process::id();
    for repeat in 0..REPEATS {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(broker.bootstrap(), folder.path().join("ids"));
        options.partitions = PARTITIONS;
        let lines = lines(events, repeat);
        // A topic of the same shape for the bare producer.
        options.topic = format!("bare-{run}-{repeat}");
        drop(Kafka::open(&options, &Position::default(), Arc::new(Midnight)).unwrap());
        seconds[0].push(produce(&options, &options.topic, &lines));
        options.topic = format!("log-{run}-{repeat}");
        options.index = folder.path().join("ids2");
        let log = Kafka::open(&options, &Position::default(), Arc::new(Midnight)).unwrap();
        seconds[1].push(append(&log, batches(&lines)));
        seconds[2].push(consume(&options, events));
        seconds[3].push(read(&log, events));
        // The index knows everything now.
        seconds[4].push(read(&log, events));
    }
    let rows = [
        "librdkafka alone, producing",
        "log, appending (4 senders)",
        "librdkafka alone, consuming",
        "log, reading for the first time",
        "log, reading again",
    ];
    let median = |values: &mut Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        (values[values.len() / 2], values[0], values[values.len() - 1])
    };
    println!("{events} events, {PARTITIONS} partitions, one broker, acks=all; median of {REPEATS} (least to most)");
    for (name, values) in rows.iter().zip(&mut seconds) {
        let rate = |s: f64| events as f64 / s / 1e3;
        let (middle, least, most) = median(values);
        println!("{name:<34} {:>8.0} thousand events/s  ({:.0} to {:.0})", rate(middle), rate(most), rate(least));
    }
}
