//! Which partitions this member of a group owns: cooperative rebalancing, static membership.
//!
//! The member only keeps its place in the group; events are read by `PartitionReader`s of what it owns. The offsets
//! that it commits show others how far it is; where it goes on is kept with the data.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use super::cursor::number;
use super::settings::{Options, Quiet};
use crate::{Error, Position};

/// What is done with partitions before they move to another member.
type BeforeRevoke = Box<dyn Fn(&[usize]) + Send + Sync>;

/// A place in a group.
pub struct Member {
    consumer: BaseConsumer<Owned>,
    options: Options,
}

/// Hears of assignments, on the thread that asks for them.
struct Owned {
    partitions: Mutex<BTreeSet<usize>>,
    before_revoke: BeforeRevoke,
}

impl ClientContext for Owned {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Quiet.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Quiet.error(error, reason);
    }
}

impl ConsumerContext for Owned {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(list) = rebalance {
            let revoked = partitions(list);
            (self.before_revoke)(&revoked);
            let mut owned = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
            owned.retain(|partition| !revoked.contains(partition));
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(list) = rebalance {
            // Others read; nothing is fetched twice.
            if let Err(error) = consumer.pause(list) {
                tracing::warn!(%error, "kafka: a partition is fetched for nothing");
            }
            self.partitions.lock().unwrap_or_else(PoisonError::into_inner).extend(partitions(list));
        }
    }
}

impl Member {
    pub(super) fn join(options: &Options, group: &str, instance: &str, before_revoke: BeforeRevoke) -> Result<Self, Error> {
        let failed = |e| Error::kafka("join the group of", options, e);
        let context = Owned { partitions: Mutex::default(), before_revoke };
        let consumer: BaseConsumer<Owned> = options.member(group, instance)?.create_with_context(context).map_err(failed)?;
        consumer.subscribe(&[&options.topic]).map_err(failed)?;
        Ok(Self { consumer, options: options.clone() })
    }

    /// The partitions that it owns now. Waits up to `wait` for news; must be called at least every 5 minutes, or
    /// the group takes the member for dead. `before_revoke` is called in here.
    ///
    /// # Errors
    /// When another member has taken its name: then it owns nothing any more.
    pub fn partitions(&self, wait: Duration) -> Result<Vec<usize>, Error> {
        let mut wait = wait;
        while let Some(said) = self.consumer.poll(wait) {
            wait = Duration::ZERO;
            match said {
                // Fetched before it was paused; nobody marks it as read.
                Ok(_) => {}
                Err(error @ KafkaError::MessageConsumptionFatal(_)) => return Err(Error::kafka("stay in the group of", &self.options, error)),
                Err(error) => tracing::debug!(%error, "kafka: in the group of {}", self.options.topic),
            }
        }
        Ok(self.consumer.context().partitions.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect())
    }

    /// Tells the group how far these partitions are done; waits for its answer.
    ///
    /// # Errors
    /// When it no longer owns one of them, or the group cannot be reached.
    pub fn commit(&self, partitions: &[usize], position: &Position) -> Result<(), Error> {
        let failed = |e| Error::kafka("commit the position in", &self.options, e);
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            let offset = Offset::Offset(i64::try_from(position.offset(*partition)).unwrap_or(i64::MAX));
            list.add_partition_offset(&self.options.topic, number(*partition), offset).map_err(failed)?;
        }
        self.consumer.commit(&list, CommitMode::Sync).map_err(failed)
    }

    /// What the group was told of these partitions.
    ///
    /// # Errors
    /// When the group cannot be reached.
    pub fn committed(&self, partitions: &[usize]) -> Result<Position, Error> {
        let failed = |e| Error::kafka("look at the position in", &self.options, e);
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(&self.options.topic, number(*partition));
        }
        let mut position = Position::default();
        for element in self.consumer.committed_offsets(list, self.options.timeout).map_err(failed)?.elements() {
            if let (Ok(partition), Offset::Offset(offset)) = (usize::try_from(element.partition()), element.offset()) {
                position.set(partition, u64::try_from(offset).unwrap_or(0));
            }
        }
        Ok(position)
    }
}

fn partitions(list: &TopicPartitionList) -> Vec<usize> {
    list.elements().iter().filter_map(|e| usize::try_from(e.partition()).ok()).collect()
}
