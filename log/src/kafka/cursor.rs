//! Reads partitions side by side: one consumer, one queue a partition, merged by the events' times.
//!
//! The earliest event at hand goes first, so that no partition races ahead of the others while days are read again.
//! A partition that is being fetched holds the others back for a while; one that does not answer does not.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use callboard_domain::{Clock, Timestamp};
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::watch;

use super::look::Record;
use super::settings::{Options, Quiet};
use crate::{Error, Position};

/// Records taken from a partition's queue at once.
const HANDFUL: usize = 256;
/// How long a read waits for a partition that is being fetched.
const FETCHING: Duration = Duration::from_millis(20);

type Consumer = BaseConsumer<Quiet>;

/// One partition.
struct Lane {
    partition: usize,
    queue: PartitionQueue<Quiet>,
    /// Offset of the next record that will be handed out, those in hand included.
    next: u64,
    /// The same without those in hand.
    fetched: u64,
    hand: VecDeque<Record>,
    /// Whether everything is read, as far as the broker said last.
    ended: bool,
    /// When it last gave something, or its last record in hand was taken.
    heard_at: Timestamp,
}

/// Where some partitions are being read.
pub(super) struct Cursor {
    // Before the consumer: a queue must not outlive it.
    lanes: Vec<Lane>,
    consumer: Arc<Consumer>,
    topic: String,
    clock: Arc<dyn Clock>,
    patience_ms: i64,
    ahead_ms: i64,
}

impl Cursor {
    /// Reads `partitions`, each from its offset in `from` on. `news` changes whenever a queue is no longer empty.
    pub(super) fn open(
        options: &Options,
        partitions: &[usize],
        from: &Position,
        news: &watch::Sender<u64>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let failed = |e| Error::kafka("read", options, e);
        let consumer: Arc<Consumer> = Arc::new(options.consumer()?.create_with_context(Quiet).map_err(failed)?);
        let mut list = TopicPartitionList::new();
        for &partition in partitions {
            let offset = i64::try_from(from.offset(partition)).unwrap_or(i64::MAX);
            list.add_partition_offset(&options.topic, number(partition), Offset::Offset(offset)).map_err(failed)?;
        }
        consumer.assign(&list).map_err(failed)?;
        let now = clock.now();
        let mut lanes = Vec::new();
        for &partition in partitions {
            let missing = || Error::Topic { topic: options.topic.clone(), problems: vec![format!("partition {partition} has no queue")] };
            let mut queue = consumer.split_partition_queue(&options.topic, number(partition)).ok_or_else(missing)?;
            let news = news.clone();
            queue.set_nonempty_callback(move || news.send_modify(|n| *n = n.wrapping_add(1)));
            let next = from.offset(partition);
            lanes.push(Lane { partition, queue, next, fetched: next, hand: VecDeque::new(), ended: false, heard_at: now });
        }
        let patience_ms = i64::try_from(options.patience.as_millis()).unwrap_or(i64::MAX);
        Ok(Self { lanes, consumer, topic: options.topic.clone(), clock, patience_ms, ahead_ms: options.ahead_ms })
    }

    /// At most `max` records, the earliest event first, none when nothing is at hand. Waits up to 20 ms for a
    /// partition that is being fetched.
    pub(super) fn read(&mut self, max: usize) -> Result<Vec<Record>, Error> {
        // Errors of the whole client, such as brokers that are away; a partition's own come through its queue.
        while let Some(said) = self.consumer.poll(Duration::ZERO) {
            if let Err(error) = said {
                tracing::debug!(%error, "kafka: while reading {}", self.topic);
            }
        }
        let now = self.clock.now();
        let mut records = Vec::new();
        let mut waited = false;
        while records.len() < max {
            for lane in &mut self.lanes {
                lane.refill(&self.topic, Duration::ZERO, now, self.ahead_ms)?;
            }
            if let Some(lane) = self.lanes.iter_mut().find(|l| l.holds_back(now, self.patience_ms)) {
                if waited || !lane.refill(&self.topic, FETCHING, now, self.ahead_ms)? {
                    break;
                }
                waited = true;
                continue;
            }
            if !self.take_until_one_is_empty(&mut records, max, now) {
                break;
            }
        }
        Ok(records)
    }

    /// Merges what is in hand until a hand is empty; whether anything was taken.
    fn take_until_one_is_empty(&mut self, records: &mut Vec<Record>, max: usize, now: Timestamp) -> bool {
        let before = records.len();
        while records.len() < max {
            let first = self.lanes.iter_mut().filter(|l| !l.hand.is_empty()).min_by_key(|l| (l.hand.front().map(Record::turn), l.partition));
            let Some(lane) = first else { break };
            let Some(record) = lane.hand.pop_front() else { break };
            lane.next = record.offset + 1;
            lane.heard_at = now;
            let empty = lane.hand.is_empty();
            if empty {
                // Offsets without a record, such as a transaction's end, are passed with the record before them.
                lane.next = lane.next.max(lane.fetched);
            }
            records.push(record);
            if empty {
                break;
            }
        }
        records.len() > before
    }

    /// The next offset of every partition it reads, `others` for the rest.
    pub(super) fn position(&self, others: &Position) -> Position {
        let mut position = others.clone();
        for lane in &self.lanes {
            position.set(lane.partition, lane.next);
        }
        position
    }

    /// Whether every partition was read to its end and nothing is in hand.
    pub(super) fn at_end(&self) -> bool {
        self.lanes.iter().all(|l| l.ended && l.hand.is_empty())
    }

    /// How many partitions the topic has now.
    pub(super) fn partitions(&self, timeout: Duration) -> Option<usize> {
        let metadata = self.consumer.fetch_metadata(Some(&self.topic), timeout).ok()?;
        metadata.topics().iter().find(|t| t.name() == self.topic && t.error().is_none()).map(|t| t.partitions().len())
    }
}

impl Lane {
    /// Fills an empty hand; whether it has something now. Waits `patience` for the first record.
    fn refill(&mut self, topic: &str, mut patience: Duration, now: Timestamp, ahead_ms: i64) -> Result<bool, Error> {
        if !self.hand.is_empty() {
            return Ok(true);
        }
        while self.hand.len() < HANDFUL {
            let Some(polled) = self.queue.poll(patience) else { break };
            patience = Duration::ZERO;
            self.heard_at = now;
            match polled {
                Ok(message) => {
                    let record = Record::of(self.partition, &message, ahead_ms);
                    self.ended = false;
                    self.fetched = record.offset + 1;
                    self.hand.push_back(record);
                }
                Err(KafkaError::PartitionEOF(_)) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.failed(topic, &error)?;
                    break;
                }
            }
        }
        Ok(!self.hand.is_empty())
    }

    /// Whether the merge must wait for it: it has more, nothing of that is here, and it was heard of not long ago.
    fn holds_back(&self, now: Timestamp, patience_ms: i64) -> bool {
        self.hand.is_empty() && !self.ended && now.since(self.heard_at) < patience_ms
    }

    fn failed(&self, topic: &str, error: &KafkaError) -> Result<(), Error> {
        let gone = || Error::Dropped { topic: topic.to_owned(), partition: self.partition, from: self.fetched };
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => Err(gone()),
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownPartition | RDKafkaErrorCode::UnknownTopic) => {
                Err(Error::Topic { topic: topic.to_owned(), problems: vec![format!("partition {} is gone", self.partition)] })
            }
            Some(RDKafkaErrorCode::TopicAuthorizationFailed) => {
                Err(Error::Topic { topic: topic.to_owned(), problems: vec!["reading it is not allowed: the right Read is missing".to_owned()] })
            }
            // Everything else is the client's to mend: it goes on by itself.
            _ => {
                tracing::warn!(%error, partition = self.partition, "kafka: while reading {topic}");
                Ok(())
            }
        }
    }
}

/// A partition's number as librdkafka has it.
pub(super) fn number(partition: usize) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}
