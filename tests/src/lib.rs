//! Support for the tests of the product from outside.

#![allow(clippy::indexing_slicing, reason = "a test fails by panicking; indexing JSON gives null")]

pub mod browser;
pub mod server;
pub mod story;

use std::sync::Arc;

use callboard_sql::{Stored, StoredFile, StoredTable};
use callboard_store::history::{History, ParquetHistory};

/// History as the query layer reads it.
#[must_use]
pub fn stored(history: &ParquetHistory) -> Arc<Stored> {
    let manifest = history.manifest();
    let mut stored = Stored { version: manifest.number, ..Stored::default() };
    for (table, files) in &manifest.files {
        let files = files.iter().map(|f| StoredFile {
            path: history.folder().join(&f.path).to_string_lossy().into(),
            rows: f.rows,
            bytes: f.bytes,
            min_at: f.min_at,
            max_at: f.max_at,
            hidden: f.hidden.clone().into(),
        });
        stored.tables.insert(*table, Arc::new(StoredTable { files: files.collect() }));
    }
    Arc::new(stored)
}
