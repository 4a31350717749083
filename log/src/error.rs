//! What can go wrong with a log, and what the caller should do about it.

use std::path::PathBuf;
use std::sync::Arc;

use rdkafka::error::KafkaError;

use super::kafka;

/// What a pipeline does after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The same call may succeed later.
    Retry,
    /// The call can never succeed; others can.
    Skip,
    /// Nothing works until a person has looked.
    Stop,
}

/// What the storage engine says, without its names for its own parts.
#[derive(Debug)]
pub struct EngineError(pub(crate) fjall::Error);

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use fjall::{Error, JournalRecoveryError, LsmError};
        match &self.0 {
            Error::Io(error) | Error::Storage(LsmError::Io(error)) => error.fmt(f),
            Error::Storage(LsmError::ChecksumMismatch { .. }) | Error::JournalRecovery(JournalRecoveryError::ChecksumMismatch) => {
                f.write_str("a checksum does not fit")
            }
            other => other.fmt(f),
        }
    }
}

impl std::error::Error for EngineError {}

/// Why the log could not do as asked. Cheap to clone: every waiter of a failed commit gets it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Another process has it open.
    #[error("could not open the log {path}: another process uses it; stop that process or choose another data folder")]
    Locked {
        /// The log's folder.
        path: PathBuf,
    },
    /// The folder cannot be opened.
    #[error(
        "could not open the log {path}: {source}; restore the folder from a backup, or move it away to begin an empty log (history keeps what it has)"
    )]
    Open {
        /// The log's folder.
        path: PathBuf,
        /// What the storage engine says.
        source: Arc<EngineError>,
    },
    /// A file beside the storage engine.
    #[error("could not {doing} {path}: {source}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: Arc<std::io::Error>,
    },
    /// Written by a newer version of the product.
    #[error("could not read the log {path} at offset {offset}: it was written in format {found}, this version reads 1; use the newer version")]
    Foreign {
        /// The log's folder.
        path: PathBuf,
        /// The first event of the block.
        offset: u64,
        /// The version found.
        found: u8,
    },
    /// Acknowledged events are missing or changed.
    #[error(
        "the log {path} is damaged at offset {offset}: {what}; restore the folder from a backup, or move it away to begin an empty log (history keeps what it has)"
    )]
    Damaged {
        /// The log's folder.
        path: PathBuf,
        /// The first event that is affected.
        offset: u64,
        /// What was found.
        what: String,
    },
    /// Retention has dropped what was asked for.
    #[error("could not read the log from offset {from}: retention has dropped everything before {start}")]
    Gone {
        /// The offset asked for.
        from: u64,
        /// The first offset that is left.
        start: u64,
    },
    /// No room.
    #[error("could not append to the log {path}: the disk is full; free some space and start again, nothing acknowledged is lost")]
    Full {
        /// The log's folder.
        path: PathBuf,
    },
    /// The disk or the storage engine refused; after this nothing is known about what reached the disk.
    #[error("could not make an append to the log {path} durable: {source}; start again after the disk was checked")]
    Write {
        /// The log's folder.
        path: PathBuf,
        /// What the storage engine says.
        source: Arc<EngineError>,
    },
    /// Reading failed.
    #[error("could not read the log {path} at offset {offset}: {source}")]
    Read {
        /// The log's folder.
        path: PathBuf,
        /// The first event of the block.
        offset: u64,
        /// What the storage engine says.
        source: Arc<EngineError>,
    },
    /// A property of librdkafka that the log sets itself.
    #[error("could not use the kafka property {name}: the log's promises rest on its value; leave it out")]
    Property {
        /// Its name.
        name: String,
    },
    /// A Kafka topic is not what it must be.
    #[error("could not use the kafka topic {topic}: {}", problems.join("; "))]
    Topic {
        /// The topic.
        topic: String,
        /// What is wrong with it, each with its remedy.
        problems: Vec<String>,
    },
    /// The brokers did not confirm an append, or do not answer.
    #[error("could not reach the kafka topic {topic} on {bootstrap}: {what}; nothing was acknowledged, send it again")]
    Away {
        /// The brokers.
        bootstrap: String,
        /// The topic.
        topic: String,
        /// What librdkafka says.
        what: String,
    },
    /// The brokers refuse these records.
    #[error("could not append to the kafka topic {topic}: {source}")]
    Refused {
        /// The topic.
        topic: String,
        /// What librdkafka says.
        source: Arc<KafkaError>,
    },
    /// Kafka could not do something.
    #[error("could not {doing} the kafka topic {topic} on {bootstrap}: {source}")]
    Kafka {
        /// What was being done.
        doing: &'static str,
        /// The brokers.
        bootstrap: String,
        /// The topic.
        topic: String,
        /// What librdkafka says.
        source: Arc<KafkaError>,
    },
    /// A partition ends before what was read of it.
    #[error(
        "the kafka topic {topic} has lost events: partition {partition} ends at {end}, but events up to {position} were read from it; was it made anew? Use another topic, or begin with an empty data folder"
    )]
    Short {
        /// The topic.
        topic: String,
        /// The partition.
        partition: usize,
        /// Where it ends.
        end: u64,
        /// Up to where it was read before.
        position: u64,
    },
    /// Kafka's retention has dropped what was asked for.
    #[error("could not read partition {partition} of the kafka topic {topic} from offset {from}: retention has dropped it")]
    Dropped {
        /// The topic.
        topic: String,
        /// The partition.
        partition: usize,
        /// The offset asked for.
        from: u64,
    },
    /// The index of ids.
    #[error("could not use the index of ids {path}: {source}; stop, delete that folder and start again: it is made anew from the topic")]
    Index {
        /// Its folder.
        path: PathBuf,
        /// What the storage engine says.
        source: Arc<fjall::Error>,
    },
    /// The writer is gone, after an error or because it was asked to stop.
    #[error("could not append to the log {path}: its writer has stopped")]
    Stopped {
        /// The log's folder.
        path: PathBuf,
    },
}

impl Error {
    /// What Kafka says of the topic of events.
    pub(super) fn kafka(doing: &'static str, options: &kafka::Options, source: KafkaError) -> Self {
        Self::Kafka { doing, bootstrap: options.bootstrap.clone(), topic: options.topic.clone(), source: Arc::new(source) }
    }

    /// What a pipeline does after it.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Gone { .. } | Self::Dropped { .. } | Self::Refused { .. } => Action::Skip,
            Self::Locked { .. } | Self::Read { .. } | Self::Away { .. } | Self::Kafka { .. } => Action::Retry,
            Self::Open { .. }
            | Self::File { .. }
            | Self::Foreign { .. }
            | Self::Property { .. }
            | Self::Topic { .. }
            | Self::Short { .. }
            | Self::Index { .. }
            | Self::Damaged { .. }
            | Self::Full { .. }
            | Self::Write { .. }
            | Self::Stopped { .. } => Action::Stop,
        }
    }
}
