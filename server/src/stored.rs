//! From the store's manifest to what the query layer reads.

use std::path::Path;
use std::sync::Arc;

use callboard_sql::{Stored, StoredFile, StoredTable};
use callboard_store::history::Manifest;

/// The manifest's files, by table, with absolute paths below `folder`.
pub(crate) fn of(manifest: &Arc<Manifest>, folder: &Path) -> Arc<Stored> {
    let tables = manifest.files.iter().map(|(table, files)| {
        let files = files
            .iter()
            .map(|file| StoredFile {
                path: folder.join(&file.path).to_string_lossy().into(),
                rows: file.rows,
                bytes: file.bytes,
                min_at: file.min_at,
                max_at: file.max_at,
                hidden: file.hidden.clone().into(),
            })
            .collect();
        (*table, Arc::new(StoredTable { files }))
    });
    Arc::new(Stored { version: manifest.number, tables: tables.collect(), keep: Some(manifest.clone()) })
}
