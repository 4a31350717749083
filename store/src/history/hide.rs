//! Which stored rows a commit replaces.
//!
//! Hardly any row is ever amended, so the search costs nothing until a row with another version than 1 comes: then the
//! keys and versions of that day's files are read, and of the others only for keys not found there.

use std::collections::{BTreeSet, HashMap};

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use callboard_domain::Timestamp;
use callboard_domain::time::DAY_MS;

use super::{DataFile, Day, cut};
use crate::Table;

/// How far the time of a row moves when it is amended, ms; the same as how far back the engine looks.
const MOVES_MS: i64 = 32 * DAY_MS;

/// Keys of a commit's rows that may replace stored ones.
pub(super) struct Amended {
    table: Table,
    versions: HashMap<Box<[u8]>, i64>,
    days: BTreeSet<Day>,
}

impl Amended {
    /// The amended rows among `rows`; none is the usual case.
    pub(super) fn of(table: Table, rows: &RecordBatch) -> Result<Option<Self>, ArrowError> {
        let Some(versions) = cut::versions(rows)? else { return Ok(None) };
        if versions.values().iter().all(|v| *v == 1) {
            return Ok(None);
        }
        let (keys, times) = (cut::keys(table, rows)?, cut::times(table, rows)?);
        let mut amended = Self { table, versions: HashMap::new(), days: BTreeSet::new() };
        for ((key, version), at) in keys.iter().zip(versions.values()).zip(times.values()) {
            if *version != 1 {
                amended.versions.insert(key.data().into(), version.abs());
                amended.days.insert(Day::of(Timestamp::from_millis(*at)));
            }
        }
        Ok(Some(amended))
    }

    /// The order in which files are searched: the rows' own days first, then the newest. A row moves by a month at most.
    pub(super) fn order(&self, files: &[DataFile]) -> Vec<usize> {
        let near = |f: &DataFile| self.days.iter().any(|d| d.start().since(f.day.start()).abs() <= MOVES_MS);
        let near = files.iter().enumerate().filter(|(_, f)| near(f));
        let mut order: Vec<(bool, Day, usize)> = near.map(|(i, f)| (self.days.contains(&f.day), f.day, i)).collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        order.into_iter().map(|(_, _, i)| i).collect()
    }

    /// Whether every replaced row was found.
    pub(super) fn is_done(&self) -> bool {
        self.versions.is_empty()
    }

    /// The columns that `hide` needs.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        self.table.info().key.iter().copied().chain(["version"]).collect()
    }

    /// Notes the rows of one file that are replaced; `rows` are all its rows, hidden ones included.
    pub(super) fn hide(&mut self, hidden: &mut Vec<u32>, rows: &RecordBatch) -> Result<(), ArrowError> {
        let Some(versions) = cut::versions(rows)? else { return Ok(()) };
        let keys = cut::keys(self.table, rows)?;
        for ((row, key), stored) in (0_u32..).zip(keys.iter()).zip(versions.values()) {
            let replaced = self.versions.get(key.data()).is_some_and(|version| stored < version);
            if replaced {
                // Newer files come first: an older version than one that is hidden already is hidden too.
                self.versions.remove(key.data());
                if let Err(place) = hidden.binary_search(&row) {
                    hidden.insert(place, row);
                }
            }
        }
        Ok(())
    }
}
