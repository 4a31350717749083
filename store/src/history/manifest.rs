//! The manifest: one small file that says which files are history.
//!
//! It is replaced by one rename, which is the moment of a commit. Its text is JSON with a checksum, so that a
//! person can read it and a torn one is noticed.

use std::collections::BTreeMap;
use std::path::Path;

use callboard_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use xxhash_rust::xxh3::xxh3_64;

use super::clickhouse::Visible;
use super::{Day, Error};
use crate::Table;

/// The newest format that this version reads, and the one it writes.
const FORMAT: u32 = 1;

/// What is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Counts manifests, from 1; 0 before the first commit.
    pub number: u64,
    /// Everything before this log offset is stored.
    pub position: u64,
    /// Time of the last commit.
    pub committed_at: Timestamp,
    /// The engine's state at `position`.
    pub engine_state: Option<StateFile>,
    /// Files of each table, by day, then in order of their making.
    pub files: BTreeMap<Table, Vec<DataFile>>,
    /// Which rows of ClickHouse's tables this state means, where history lies there and not in files.
    #[serde(skip)]
    pub visible: Option<Visible>,
    /// Number of the next file.
    pub(super) next_file: u64,
}

/// A file with the engine's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateFile {
    /// Path below the history folder.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its checksum.
    pub xxh3: u64,
}

/// A Parquet file of one table and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Path below the history folder.
    pub path: String,
    /// UTC day of all its rows.
    pub day: Day,
    /// Its rows, hidden ones included.
    pub rows: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Earliest time of a row.
    pub min_at: Timestamp,
    /// Latest time of a row.
    pub max_at: Timestamp,
    /// Its checksum.
    pub xxh3: u64,
    /// Numbers, from 0 and ascending, of rows that a newer version of the same key has replaced: a reader skips
    /// them. Empty for nearly every file, and again after the day was compacted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    format: u32,
    #[serde(default)]
    xxh3: String,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    manifest: Option<&'a RawValue>,
}

impl Default for Manifest {
    fn default() -> Self {
        let committed_at = Timestamp::from_millis(0);
        Self { number: 0, position: 0, committed_at, engine_state: None, files: BTreeMap::new(), visible: None, next_file: 1 }
    }
}

impl Manifest {
    /// Files of a table, by day.
    #[must_use]
    pub fn files_of(&self, table: Table) -> &[DataFile] {
        self.files.get(&table).map_or(&[], Vec::as_slice)
    }

    /// Rows of a table that a reader sees.
    #[must_use]
    pub fn rows_of(&self, table: Table) -> u64 {
        self.files_of(table).iter().map(|f| f.rows - f.hidden.len() as u64).sum()
    }

    /// Paths of all files below the history folder.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.values().flatten().map(|f| f.path.as_str()).chain(self.engine_state.iter().map(|s| s.path.as_str()))
    }

    /// Enters files; those of a day stay in the order of their making.
    pub(super) fn add(&mut self, table: Table, new: Vec<DataFile>) {
        let files = self.files.entry(table).or_default();
        files.extend(new);
        files.sort_by_key(|f| f.day);
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let text = serde_json::to_string(self)?;
        let manifest: &RawValue = serde_json::from_str(&text)?;
        let mut out = serde_json::to_vec(&Envelope { format: FORMAT, xxh3: sum(manifest), manifest: Some(manifest) })?;
        out.push(b'\n');
        Ok(out)
    }

    pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let damaged = |what: String| Error::Manifest { path: path.to_path_buf(), what };
        let envelope: Envelope<'_> = serde_json::from_slice(bytes).map_err(|e| damaged(e.to_string()))?;
        if envelope.format > FORMAT {
            return Err(Error::Foreign { path: path.to_path_buf(), found: envelope.format, known: FORMAT });
        }
        let manifest = envelope.manifest.ok_or_else(|| damaged("it holds no manifest".to_owned()))?;
        if sum(manifest) != envelope.xxh3 {
            return Err(damaged("the checksum does not fit".to_owned()));
        }
        serde_json::from_str(manifest.get()).map_err(|e| damaged(e.to_string()))
    }
}

fn sum(manifest: &RawValue) -> String {
    format!("{:016x}", xxh3_64(manifest.get().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let at = Timestamp::from_millis(1_763_447_527_000);
        let file = DataFile {
            path: "calls/day=2025-11-18/00000001.parquet".into(),
            day: Day::of(at),
            rows: 10,
            bytes: 99,
            min_at: at,
            max_at: at,
            xxh3: u64::MAX,
            hidden: vec![3],
        };
        Manifest { number: 7, position: 12, committed_at: at, files: BTreeMap::from([(Table::Calls, vec![file])]), ..Manifest::default() }
    }

    #[test]
    fn a_manifest_reads_and_writes_back() {
        let bytes = manifest().encode().unwrap();
        let back = Manifest::decode(Path::new("m"), &bytes).unwrap();
        assert_eq!(back, manifest());
        assert_eq!((back.rows_of(Table::Calls), back.rows_of(Table::Gaps)), (9, 0));
    }

    #[test]
    fn a_changed_torn_or_foreign_manifest_is_an_error_with_its_path() {
        let bytes = manifest().encode().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let changed = text.replace("\"position\":12", "\"position\":13");
        for bad in [changed.as_bytes(), &bytes[..bytes.len() / 2], b"", b"{\"format\":1}"] {
            let said = Manifest::decode(Path::new("dir/manifest.json"), bad).unwrap_err().to_string();
            assert!(said.contains("dir/manifest.json is damaged") && said.contains("restore"), "{said}");
        }
        let said = Manifest::decode(Path::new("m"), b"{\"format\":2,\"new\":true}").unwrap_err().to_string();
        assert!(said.contains("format 2") && said.contains("newer version"), "{said}");
    }
}
