//! The topic: filled with the common job through the product's log, and read by librdkafka alone.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use callboard_domain::Timestamp;
use callboard_domain::event::Event;
use callboard_domain::time::DAY_MS;
use callboard_ingest::log::kafka::{Kafka, Options};
use callboard_ingest::log::{Batch, Log, Position};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};

use crate::contest::Sample;
use crate::input::{Midnight, START_MS, for_each_line};
use crate::meter::Meter;

/// The topic's name.
pub const TOPIC: &str = "events";
/// Its partitions.
pub const PARTITIONS: i32 = 4;
/// Events of one append.
const BATCH: usize = 4_000;
/// A broker that says nothing for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fills the topic; how many records it has. After the events the source lives on for three quiet days, so that every row
/// can be closed: every partition is told.
///
/// # Errors
/// When the broker refuses.
pub fn fill(bootstrap: &str, input: &Path, ids: &Path) -> Result<u64> {
    let mut options = Options::new(bootstrap, ids);
    options.topic = TOPIC.to_owned();
    options.partitions = PARTITIONS;
    let log = Kafka::open(&options, &Position::default(), Arc::new(Midnight))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut batch = Batch::default();
    let append = |batch: &mut Batch| -> Result<()> {
        let (sent, taken) = (batch.len(), runtime.block_on(log.append(std::mem::take(batch)))?.accepted);
        ensure!(sent == taken, "the log took {taken} events of {sent}");
        Ok(())
    };
    for_each_line(input, |line| {
        push(&mut batch, line)?;
        if batch.len() >= BATCH { append(&mut batch) } else { Ok(()) }
    })?;
    let at = Timestamp::from_millis(START_MS + 4 * DAY_MS);
    push(&mut batch, serde_json::json!({"id": "quiet", "at": at, "source": "pbx1", "type": "source.alive"}).to_string().as_bytes())?;
    append(&mut batch)?;
    Ok(log.end()?.total())
}

fn push(batch: &mut Batch, line: &[u8]) -> Result<()> {
    let event = Event::parse(line)?;
    batch.push(line, &event.id, event.at, event.key());
    Ok(())
}

/// The bound: every record of all partitions, each byte of it looked at.
pub fn consume(arguments: &[String]) -> Result<Sample> {
    let [bootstrap, records] = arguments else { bail!("consume BOOTSTRAP RECORDS") };
    let records: u64 = records.parse().context("no number of records")?;
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("group.id", "load").set("enable.auto.commit", "false");
    config.set("fetch.wait.max.ms", "100").set("isolation.level", "read_committed");
    let meter = Meter::start();
    let consumer: BaseConsumer = config.create()?;
    let mut all = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        all.add_partition_offset(TOPIC, partition, Offset::Beginning)?;
    }
    consumer.assign(&all)?;
    let (mut count, mut sum) = (0, 0_u64);
    while count < records {
        let message = consumer.poll(PATIENCE).with_context(|| format!("the broker fell silent after {count} of {records} records"))??;
        sum = message.payload().unwrap_or_default().iter().fold(sum, |sum, byte| sum.wrapping_add(u64::from(*byte)));
        count += 1;
    }
    black_box(sum);
    Ok(meter.stop())
}
