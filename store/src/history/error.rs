//! What can go wrong with history, and what the caller should do about it.

use std::io;
use std::path::PathBuf;

use arrow::error::ArrowError;

/// What a pipeline does after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The same call may succeed later; nothing has changed.
    Retry,
    /// The call can never succeed; others can.
    Skip,
    /// Nothing works until it was opened again or a person has looked.
    Stop,
}

/// Why history could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has it open.
    #[error("could not open the history {path}: another process uses it; stop that process or choose another data folder")]
    Locked {
        /// Its folder.
        path: PathBuf,
    },
    /// The disk refused; nothing has changed.
    #[error("could not {doing} {path}: {source}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// No room; nothing has changed.
    #[error("could not {doing} {path}: the disk is full; free some space, nothing committed is lost")]
    Full {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// The disk refused at a moment after which nobody knows what it holds.
    #[error("could not make {path} durable: {source}; start again after the disk was checked")]
    Unsure {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// An earlier `Unsure`.
    #[error("the history {path} takes no more commits after a disk error; start again")]
    Broken {
        /// Its folder.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error(
        "the history manifest {path} is damaged: {what}; restore the history folder from a backup, or move it away to have it made again from the log"
    )]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Written by a newer version of the product.
    #[error("could not read {path}: it was written in format {found}, this version reads {known}; use the newer version")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format known.
        known: u32,
    },
    /// A file that the manifest names is missing or changed.
    #[error(
        "the history file {path} is damaged: {what}; restore it from a backup, or move the history folder away to have it made again from the log"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// ClickHouse is away, slow or refuses.
    #[error("could not {doing} ClickHouse at {place}: {source}")]
    ClickHouse {
        /// What was being done.
        doing: &'static str,
        /// Its address and database.
        place: String,
        /// What it or the network says.
        #[source]
        source: Box<clickhouse::error::Error>,
    },
    /// The connection to ClickHouse cannot be made as it is configured.
    #[error("could not connect to ClickHouse at {place}: {source}")]
    Connection {
        /// Its address.
        place: String,
        /// What is wrong.
        #[source]
        source: io::Error,
    },
    /// A table in ClickHouse is not what this version writes, or what it holds cannot be right.
    #[error(
        "could not use the table {table} of ClickHouse at {place}: {what}; mend the table, or choose an empty database to have it made again from the log"
    )]
    Shape {
        /// The table.
        table: String,
        /// ClickHouse's address and database.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Another process has begun to write the same history.
    #[error("could not commit to ClickHouse at {place}: {holder:?} writes the history of {stream:?} now; stop one of the two")]
    Fenced {
        /// ClickHouse's address and database.
        place: String,
        /// The log.
        stream: String,
        /// Who writes.
        holder: String,
    },
    /// ClickHouse was away at the start, and holds another commit than the one that was gone on from.
    #[error("could not go on with the history in ClickHouse at {place}: it holds another commit than was known; what it lacks is folded again")]
    Moved {
        /// ClickHouse's address and database.
        place: String,
    },
    /// The place for snapshots is away or refuses.
    #[error("snapshots: {0}")]
    Snapshots(#[source] callboard_objects::Error),
    /// The commit is not new.
    #[error("could not commit position {position}: history already holds everything up to {stored}")]
    Stale {
        /// The commit's position.
        position: u64,
        /// The stored position.
        stored: u64,
    },
    /// A batch does not fit its table.
    #[error("could not store rows of {table}: {source}")]
    Rows {
        /// The table.
        table: &'static str,
        /// What does not fit.
        #[source]
        source: ArrowError,
    },
    /// A table that history does not keep.
    #[error("could not store rows of {table}: history does not keep this table")]
    NotStored {
        /// The table.
        table: &'static str,
    },
}

impl Error {
    /// What a pipeline does after it.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::ClickHouse { source, .. } => refusal(source),
            Self::Connection { .. } | Self::Shape { .. } | Self::Fenced { .. } | Self::Moved { .. } => Action::Stop,
            Self::Locked { .. } | Self::Disk { .. } | Self::Full { .. } | Self::Snapshots(_) => Action::Retry,
            Self::Stale { .. } | Self::Rows { .. } | Self::NotStored { .. } => Action::Skip,
            Self::Unsure { .. } | Self::Broken { .. } | Self::Manifest { .. } | Self::Foreign { .. } | Self::Damaged { .. } => Action::Stop,
        }
    }

    pub(super) fn disk(doing: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        if source.kind() == io::ErrorKind::StorageFull { Self::Full { doing, path } } else { Self::Disk { doing, path, source } }
    }
}

/// Errors that do not go away by themselves: no such table or column, wrong SQL, wrong password, no right.
const LASTING: [&str; 9] = ["Code: 10.", "Code: 16.", "Code: 36.", "Code: 47.", "Code: 60.", "Code: 62.", "Code: 81.", "Code: 497.", "Code: 516."];

fn refusal(error: &clickhouse::error::Error) -> Action {
    match error {
        clickhouse::error::Error::BadResponse(text) if LASTING.iter().any(|code| text.contains(code)) => Action::Stop,
        clickhouse::error::Error::InvalidParams(_) | clickhouse::error::Error::Unsupported(_) => Action::Stop,
        _ => Action::Retry,
    }
}
