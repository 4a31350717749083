//! History as its users meet it: commit, read, compact, close, open again, and every way in which a disk fails.

use std::collections::BTreeSet;

use callboard_domain::time::{DAY_MS, HOUR_MS};

use super::super::contract::{self, House, at, call, calls, error, interval, intervals};
use super::*;
use crate::TableRow;
use crate::table::{Call, QueueInterval};

mod fault;

/// Every visible row, as one reader of the present manifest sees them.
fn rows<T: TableRow>(history: &ParquetHistory) -> Vec<T> {
    let table = Table::by_name(T::INFO.name).unwrap();
    let manifest = history.manifest();
    manifest.files_of(table).iter().flat_map(|f| T::rows(&history.read(table, f).unwrap()).unwrap()).collect()
}

fn names(history: &ParquetHistory) -> Vec<(String, i64)> {
    rows::<Call>(history).into_iter().map(|c| (c.call.to_string(), c.version)).collect()
}

fn parquet_files(folder: &Path) -> BTreeSet<String> {
    let relative = |p: PathBuf| p.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    LocalDisk.files(folder).unwrap().into_iter().filter(|p| p.extension().is_some_and(|x| x == "parquet")).map(relative).collect()
}

/// A history and the folder that it lies in.
struct Files {
    folder: tempfile::TempDir,
    history: Option<ParquetHistory>,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = Some(ParquetHistory::open(folder.path()).unwrap());
        Self { folder, history }
    }
}

impl House for Files {
    fn history(&self) -> &dyn History {
        self.history.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.history = None;
        self.history = Some(ParquetHistory::open(self.folder.path()).unwrap());
    }

    fn batches(&self, table: Table) -> Vec<RecordBatch> {
        let history = self.history.as_ref().unwrap();
        history.manifest().files_of(table).iter().map(|f| history.read(table, f).unwrap()).collect()
    }
}

#[test]
fn the_contract_holds() {
    contract::rows_position_and_state_survive_a_restart(Files::new());
    contract::a_commit_that_is_not_new_or_does_not_fit_changes_nothing(Files::new());
    contract::an_amended_row_replaces_the_stored_one_wherever_it_lies(Files::new());
    contract::rows_of_a_call_are_found_where_they_are_and_taken_away_by_a_negative_version(Files::new());
    contract::rows_of_a_roll_up_add_up(Files::new());
    contract::retention_drops_whole_days(Files::new());
}

#[test]
fn rows_are_cut_by_utc_day_and_sorted_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    assert_eq!((history.manifest().position, history.engine_state().unwrap()), (0, None));
    let late = call("late", DAY_MS - 1, 1);
    let next = call("next", DAY_MS, 1);
    let (a, b) = (call("a", 5, 1), call("b", 5, 1));
    history.commit(calls(40, &[next.clone(), b.clone(), late.clone(), a.clone()])).unwrap();
    drop(history);
    let history = ParquetHistory::open(folder.path()).unwrap();
    assert_eq!(rows::<Call>(&history), [a, b, late, next]);
    assert_eq!(history.manifest().position, 40);
    assert_eq!(history.engine_state().unwrap().unwrap(), 40_u64.to_le_bytes());
    let want = ["calls/day=2025-11-18/00000001.parquet", "calls/day=2025-11-19/00000002.parquet"].map(str::to_owned);
    assert_eq!(parquet_files(folder.path()), BTreeSet::from(want));
    let manifest = history.manifest();
    let file = &manifest.files_of(Table::Calls)[0];
    assert_eq!((file.rows, file.min_at, file.max_at), (3, at(5), at(DAY_MS - 1)));
    history.check().unwrap();
}

#[test]
fn an_amended_row_replaces_the_stored_one_wherever_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    history.commit(calls(1, &[call("a", 0, 1), call("b", 1, 1), call("c", DAY_MS, 1)])).unwrap();
    assert!(history.manifest().files_of(Table::Calls).iter().all(|f| f.hidden.is_empty()));
    history.commit(calls(2, &[call("b", 1, 2), call("d", 2, 1)])).unwrap();
    // The same call once more, now on the day before, and a call with two versions in one commit.
    history.commit(calls(3, &[call("c", DAY_MS - 1, 2), call("e", 9, 1), call("e", 9, 3), call("b", 1, 3)])).unwrap();
    let want: BTreeSet<(String, i64)> = [("a", 1), ("b", 3), ("c", 2), ("d", 1), ("e", 3)].map(|(n, v)| (n.to_owned(), v)).into();
    for _ in 0..2 {
        let seen = names(&history);
        assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>()), (5, want.clone()));
        assert_eq!(history.manifest().rows_of(Table::Calls), 5);
        while let Some((table, day)) = history.should_compact() {
            history.compact(table, day).unwrap();
        }
        assert!(history.manifest().files_of(Table::Calls).iter().all(|f| f.hidden.is_empty()));
    }
}

#[test]
fn compaction_adds_sums_up() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    for position in 1..=8 {
        assert_eq!(history.should_compact(), None);
        let wait_ms = i64::try_from(position).unwrap() * 100;
        history.commit(intervals(position, &[interval("cards", 0, 2, wait_ms), interval("loans", 60_000, 1, 5)])).unwrap();
    }
    let day = Day::of(at(0));
    assert_eq!(history.should_compact(), Some((Table::QueueIntervals, day)));
    let before = history.manifest();
    history.compact(Table::QueueIntervals, day).unwrap();
    let got = rows::<QueueInterval>(&history);
    assert_eq!(got.len(), 2);
    assert_eq!((&*got[0].queue, got[0].offered, got[0].abandoned, got[0].decided_wait_ms), ("cards", 16, 16, 3_600));
    assert_eq!((&*got[1].queue, got[1].offered, got[1].decided_wait_ms), ("loans", 8, 40));
    assert_eq!((history.manifest().position, history.should_compact()), (8, None));

    // A reader that still holds the old manifest still finds its files; afterwards they go.
    assert_eq!(before.files_of(Table::QueueIntervals).iter().filter(|f| history.read(Table::QueueIntervals, f).is_ok()).count(), 8);
    drop(before);
    history.commit(intervals(9, &[])).unwrap();
    history.commit(intervals(10, &[])).unwrap();
    assert_eq!(parquet_files(folder.path()).len(), 1);
}

#[test]
fn rows_of_one_key_in_one_commit_are_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    history.commit(intervals(1, &[interval("q", 0, 2, 7), interval("q", HOUR_MS, 1, 1), interval("q", 0, 3, 4)])).unwrap();
    let got: Vec<(i64, i64)> = rows::<QueueInterval>(&history).iter().map(|r| (r.offered, r.decided_wait_ms)).collect();
    assert_eq!(got, [(5, 11), (1, 1)]);
}

#[test]
fn retention_drops_whole_days() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    history.commit(calls(1, &[call("a", -DAY_MS, 1), call("b", 0, 1), call("c", DAY_MS, 1)])).unwrap();
    history.retain(Day::of(at(0))).unwrap();
    assert_eq!(names(&history), [("b".to_owned(), 1), ("c".to_owned(), 1)]);
    drop(history);
    ParquetHistory::open(folder.path()).unwrap();
    assert_eq!(parquet_files(folder.path()).len(), 2);
}

#[test]
fn a_second_process_is_told_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = ParquetHistory::open(folder.path()).unwrap();
    assert!(error(ParquetHistory::open(folder.path())).contains("another process uses it"));
}

#[test]
fn damage_is_an_error_that_names_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
    let path = folder.path().join(&history.manifest().files_of(Table::Calls)[0].path);
    let whole = std::fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    let said = error(history.check());
    assert!(said.contains("00000001.parquet is damaged: the checksum does not fit") && said.contains("restore"), "{said}");
    drop(history);
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(error(ParquetHistory::open(folder.path())).contains("bytes instead of"));
    std::fs::remove_file(&path).unwrap();
    assert!(error(ParquetHistory::open(folder.path())).contains("00000001.parquet is damaged: it is missing"));
    std::fs::write(&path, &whole).unwrap();
    std::fs::remove_file(folder.path().join(MANIFEST)).unwrap();
    assert!(error(ParquetHistory::open(folder.path())).contains("it is missing, but there are Parquet files"));
    assert!(path.exists());
}

#[test]
fn a_stranger_s_file_in_the_folder_stays_and_an_orphan_goes() {
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
    drop(history);
    let orphan = folder.path().join("calls/day=2025-11-18/00000099.parquet");
    std::fs::write(&orphan, b"x").unwrap();
    std::fs::write(folder.path().join("notes.txt"), b"mine").unwrap();
    ParquetHistory::open(folder.path()).unwrap();
    assert!(!orphan.exists());
    assert!(folder.path().join("notes.txt").exists());
}
