//! The query layer: measures, the DataFusion catalogue over stored and live rows, and the live queries.
//!
//! A `Snapshot` is what a question is asked of. `QueryLayer::query` answers one question within limits,
//! `QueryLayer::live` plans a question once so that it can be asked of every new snapshot.

mod catalogue;
mod error;
mod function;
mod live;
pub mod measure;
pub mod output;
mod query;
pub mod reference;
mod sight;
mod snapshot;

pub use error::Error;
pub use live::LiveQuery;
pub use query::{Limits, Options, QueryLayer, QueryStream};
pub use sight::{Elsewhere, Reach, Sight, TableHelp};
pub use snapshot::{RecordBatches, Records, Remote, Snapshot, Stored, StoredFile, StoredTable, TimeRange};
pub use tokio_util::sync::CancellationToken;
