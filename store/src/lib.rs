//! History: the tables everyone queries, and the place where closed rows are kept.
//!
//! `table` is the one definition of every table: its columns, their meaning, its row type and its Arrow
//! form. The engine fills rows, the store keeps batches, the query layer reads both.

pub mod history;
pub mod snapshots;
pub mod table;

pub use snapshots::Snapshots;
pub use table::{Table, TableRow};
