//! One partition of the topic as a log of its own: for who folds it apart from the others.

use tokio::sync::watch;

use super::Kafka;
use crate::{Appended, Batch, BoxFuture, Error, Log, Position, Reader, Rejected};

/// A log that ends where the partition does. What is appended goes where its key says.
pub(super) struct Part {
    pub(super) log: Kafka,
    pub(super) partition: usize,
}

impl Part {
    fn of(&self, all: &Position) -> Position {
        let mut position = Position::default();
        position.set(self.partition, all.offset(self.partition));
        position
    }
}

impl Log for Part {
    fn append(&self, batch: Batch) -> BoxFuture<'_, Result<Appended, Error>> {
        self.log.append(batch)
    }

    fn reader(&self, from: &Position) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(self.log.reader_of(vec![self.partition], &self.of(from))?))
    }

    fn start(&self) -> Result<Position, Error> {
        Ok(self.of(&self.log.start()?))
    }

    fn end(&self) -> Result<Position, Error> {
        Ok(self.of(&self.log.end()?))
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.log.watch()
    }

    fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
        self.log.rejected(from, max)
    }
}
