//! The log in Kafka: one topic of events, one of what is no event.
//!
//! An append is confirmed by all in-sync replicas before it resolves. Kafka knows no event ids, so what comes twice
//! is dropped where it is read; a position is one offset for every partition.

mod cursor;
mod group;
mod home;
mod index;
mod look;
mod part;
mod producer;
mod reader;
mod rejects;
mod settings;
mod topic;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use callboard_domain::Clock;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::watch;

use crate::{Appended, Batch, BoxFuture, Error, Log, Position, Reader, Rejected};
use index::Index;
use producer::Producer;
use settings::Quiet;

pub use group::Member;
pub use reader::PartitionReader;
pub use settings::Options;

/// How long a reader that is busy may wait to learn of new partitions.
const LOOK: Duration = Duration::from_millis(500);

/// A log in Kafka; cheap to clone.
#[derive(Clone)]
pub struct Kafka {
    shared: Arc<Shared>,
}

/// What all parts of one log use.
struct Shared {
    options: Options,
    clock: Arc<dyn Clock>,
    producer: Producer,
    index: Index,
    /// Asks for metadata and watermarks; reads nothing.
    asker: BaseConsumer<Quiet>,
    /// Counts what readers should look at; a receiver sees the newest count only.
    news: watch::Sender<u64>,
}

impl Kafka {
    /// Makes or checks the topics and opens the log. `reached` is what history has committed: a topic that ends
    /// before it has lost events. Blocks until the brokers have answered, at most a few of `Options::timeout`.
    ///
    /// # Errors
    /// When the brokers are away, a topic is not what it must be, or events are missing.
    pub fn open(options: &Options, reached: &Position, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        for odd in topic::prepare(options)? {
            tracing::warn!("kafka: {odd}");
        }
        let asker: BaseConsumer<Quiet> = options.consumer()?.create_with_context(Quiet).map_err(|e| Error::kafka("reach", options, e))?;
        let cluster = asker.client().fetch_cluster_id(options.timeout).unwrap_or_default();
        let index = Index::open(options.index.clone(), &format!("{cluster}/{}", options.topic), options.max_ids)?;
        let producer = Producer::new(options)?;
        let news = watch::channel(0).0;
        let shared = Arc::new(Shared { options: options.clone(), clock, producer, index, asker, news });
        let (start, end) = shared.watermarks()?;
        for position in [reached, &shared.index.covered()] {
            if let Some((partition, position)) = position.offsets().find(|(p, offset)| *offset > end.offset(*p)) {
                return Err(Error::Short { topic: options.topic.clone(), partition, end: end.offset(partition), position });
            }
        }
        shared.index.begin_at(&start)?;
        Ok(Self { shared })
    }

    /// A reader of these partitions alone, that goes on from `from`.
    ///
    /// # Errors
    /// When the brokers are away.
    pub fn reader_of(&self, partitions: Vec<usize>, from: &Position) -> Result<PartitionReader, Error> {
        PartitionReader::open(&self.shared, Some(partitions), from)
    }

    /// One partition as a log of its own.
    #[must_use]
    pub fn partition(&self, partition: usize) -> Arc<dyn Log> {
        Arc::new(part::Part { log: self.clone(), partition })
    }

    /// Joins a group whose members share the partitions. `instance` is the member's name over restarts. Before
    /// partitions move to another member, `before_revoke` gets them and commits what is done.
    ///
    /// # Errors
    /// When a property is wrong.
    pub fn join(&self, group: &str, instance: &str, before_revoke: impl Fn(&[usize]) + Send + Sync + 'static) -> Result<Member, Error> {
        Member::join(&self.shared.options, group, instance, Box::new(before_revoke))
    }

    /// Waits until what is under way is confirmed or refused.
    ///
    /// # Errors
    /// When that takes longer than `Options::timeout`.
    pub fn flush(&self) -> Result<(), Error> {
        self.shared.producer.flush()
    }

    async fn send(&self, batch: Batch) -> Result<Appended, Error> {
        let known = self.shared.index.known(&batch.marks, self.shared.options.homes())?;
        let duplicate = known.iter().filter(|known| **known).count();
        let accepted = known.len() - duplicate;
        self.shared.producer.append(&batch, &known).await?;
        Ok(Appended { first: 0, accepted, duplicate })
    }
}

impl Log for Kafka {
    fn append(&self, batch: Batch) -> BoxFuture<'_, Result<Appended, Error>> {
        Box::pin(self.send(batch))
    }

    fn reader(&self, from: &Position) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(PartitionReader::open(&self.shared, None, from)?))
    }

    fn start(&self) -> Result<Position, Error> {
        Ok(self.shared.watermarks()?.0)
    }

    fn end(&self) -> Result<Position, Error> {
        Ok(self.shared.watermarks()?.1)
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.shared.news.subscribe()
    }

    fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
        rejects::read(&self.shared.options, from, max)
    }
}

impl Shared {
    /// How many partitions the topic has.
    fn partitions(&self) -> Result<usize, Error> {
        let metadata =
            self.asker.fetch_metadata(Some(&self.options.topic), self.options.timeout).map_err(|e| Error::kafka("look at", &self.options, e))?;
        let found = metadata.topics().iter().find(|t| t.name() == self.options.topic && t.error().is_none()).map(|t| t.partitions().len());
        found.filter(|n| *n > 0).ok_or_else(|| Error::Topic { topic: self.options.topic.clone(), problems: vec!["it is gone".to_owned()] })
    }

    /// The first and the next offset of every partition.
    fn watermarks(&self) -> Result<(Position, Position), Error> {
        let (mut start, mut end) = (Position::default(), Position::default());
        for partition in 0..self.partitions()? {
            let asked = self.asker.fetch_watermarks(&self.options.topic, cursor::number(partition), self.options.timeout);
            let (low, high) = asked.map_err(|e| Error::kafka("look at", &self.options, e))?;
            start.set(partition, u64::try_from(low).unwrap_or(0));
            end.set(partition, u64::try_from(high).unwrap_or(0));
        }
        Ok((start, end))
    }
}

#[cfg(test)]
mod tests;
