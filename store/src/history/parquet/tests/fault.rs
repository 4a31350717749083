//! The crash matrix: every step of a commit and of a compaction fails once, in each way a disk can fail.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// How the step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// An error, then the disk works again.
    Error(io::ErrorKind),
    /// Half of a write, then no room.
    Short,
    /// The power goes before the step: nothing later happens, what was not synced is torn, names not synced are old.
    Crash,
    /// The power goes before the step, but the names had reached the disk.
    CrashKeepsNames,
}

struct FaultDisk {
    steps: AtomicUsize,
    fail_at: usize,
    fault: Fault,
    memory: Mutex<Memory>,
}

/// What the disk has not made durable.
#[derive(Default)]
struct Memory {
    dirty: BTreeSet<PathBuf>,
    /// From, to, and what `to` held before.
    renames: Vec<(PathBuf, PathBuf, Option<Vec<u8>>)>,
}

impl FaultDisk {
    fn new(fail_at: usize, fault: Fault) -> Arc<Self> {
        Arc::new(Self { steps: AtomicUsize::new(0), fail_at, fault, memory: Mutex::default() })
    }

    fn step(&self) -> io::Result<()> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        let fails = match self.fault {
            Fault::Error(_) | Fault::Short => step == self.fail_at,
            Fault::Crash | Fault::CrashKeepsNames => step >= self.fail_at,
        };
        let kind = if let Fault::Error(kind) = self.fault { kind } else { io::ErrorKind::StorageFull };
        if fails { Err(kind.into()) } else { Ok(()) }
    }

    /// What a machine finds after the power came back.
    fn power_cut(&self) {
        let memory = std::mem::take(&mut *self.memory.lock().unwrap());
        let mut moved: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        if self.fault == Fault::Crash {
            for (from, to, before) in memory.renames.into_iter().rev() {
                std::fs::rename(&to, &from).unwrap();
                if let Some(bytes) = before {
                    std::fs::write(&to, bytes).unwrap();
                }
                moved.insert(to, from);
            }
        }
        for path in memory.dirty {
            let path = moved.get(&path).unwrap_or(&path);
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
}

impl Disk for FaultDisk {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step().inspect_err(|_| {
            if self.fault == Fault::Short {
                LocalDisk.write(path, &bytes[..bytes.len() / 2]).unwrap();
            }
        })?;
        self.memory.lock().unwrap().dirty.insert(path.to_owned());
        LocalDisk.write(path, bytes)
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.memory.lock().unwrap().dirty.remove(path);
        Ok(())
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let mut memory = self.memory.lock().unwrap();
        if memory.dirty.remove(from) {
            memory.dirty.insert(to.to_owned());
        }
        memory.renames.push((from.to_owned(), to.to_owned(), std::fs::read(to).ok()));
        LocalDisk.rename(from, to)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.memory.lock().unwrap().renames.retain(|(_, to, _)| to.parent() != Some(path));
        Ok(())
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.make_folder(path)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let mut memory = self.memory.lock().unwrap();
        memory.dirty.remove(path);
        memory.renames.retain(|(_, to, _)| to != path);
        LocalDisk.remove(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        LocalDisk.read(path)
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        LocalDisk.size(path)
    }
    fn files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.files(folder)
    }
}

const FAULTS: [Fault; 5] =
    [Fault::Error(io::ErrorKind::StorageFull), Fault::Error(io::ErrorKind::Other), Fault::Short, Fault::Crash, Fault::CrashKeepsNames];

fn commit_of(position: u64) -> Commit {
    let number = i64::try_from(position).unwrap();
    let mut commit = calls(position, &[call(&format!("c{position}"), number, 1), call("amended", 0, number), call("next", DAY_MS, number)]);
    commit.batches.push((Table::QueueIntervals, QueueInterval::batch(&[interval("q", 0, 1, number)])));
    commit
}

/// Position, calls with their versions, offered calls, engine state.
type Seen = (u64, BTreeSet<(String, i64)>, i64, Option<Vec<u8>>);

fn seen(history: &ParquetHistory) -> Seen {
    let calls = names(history);
    let set: BTreeSet<_> = calls.iter().cloned().collect();
    assert_eq!(set.len(), calls.len(), "a row is there twice");
    let offered = rows::<QueueInterval>(history).iter().map(|r| r.offered).sum();
    (history.manifest().position, set, offered, history.engine_state().unwrap())
}

/// Runs `change` with each step failing in each way; afterwards the history is `old` or `new`, never between.
fn matrix(change: impl Fn(&ParquetHistory) -> Result<Arc<Manifest>, Error>, new_position: u64) {
    let prepared = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(prepared.path()).unwrap();
    history.commit(commit_of(1)).unwrap();
    history.commit(commit_of(2)).unwrap();
    let old = seen(&history);
    drop(history);
    for fault in FAULTS {
        let mut step = 0;
        loop {
            let folder = tempfile::tempdir().unwrap();
            copy(prepared.path(), folder.path());
            let disk = FaultDisk::new(step, fault);
            let history = ParquetHistory::open_on(folder.path(), Arc::clone(&disk) as Arc<dyn Disk>).unwrap();
            let done = change(&history);
            let steps = disk.steps.load(Ordering::SeqCst);
            if let Err(error) = &done {
                after_an_error(&history, error, &old);
            }
            drop(history);
            if matches!(fault, Fault::Crash | Fault::CrashKeepsNames) {
                disk.power_cut();
            }

            let history = ParquetHistory::open_on(folder.path(), FaultDisk::new(usize::MAX, fault)).unwrap();
            let now = seen(&history);
            let context = format!("{fault:?} at step {step} of {steps}: {done:?}");
            assert!(now == old || now.0 == new_position, "{context}");
            assert!(done.is_err() || now.0 == new_position, "acknowledged and gone: {context}");
            let named: BTreeSet<String> = history.manifest().paths().filter(|p| p.ends_with("parquet")).map(str::to_owned).collect();
            assert_eq!(parquet_files(folder.path()), named, "{context}");
            history.check().unwrap();
            let next = now.0 + 1;
            history.commit(commit_of(next)).unwrap();
            let count = i64::try_from(next).unwrap();
            assert_eq!((history.manifest().position, rows::<QueueInterval>(&history).iter().map(|r| r.offered).sum::<i64>()), (next, count));
            if step >= steps {
                assert!(done.is_ok(), "{context}");
                break;
            }
            step += 1;
        }
        assert!(step > 10, "{fault:?} had only {step} steps");
    }
}

fn copy(from: &Path, to: &Path) {
    for file in LocalDisk.files(from).unwrap() {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, target).unwrap();
    }
}

/// A failure that can be tried again left everything as it was; any other ends this handle.
fn after_an_error(history: &ParquetHistory, error: &Error, old: &Seen) {
    match error.action() {
        crate::history::Action::Retry => assert_eq!(&seen(history), old),
        crate::history::Action::Stop => assert!(matches!(history.commit(commit_of(9)), Err(Error::Broken { .. })), "{error}"),
        crate::history::Action::Skip => panic!("a disk error is no reason to skip: {error}"),
    }
}

#[test]
fn a_commit_is_there_whole_or_not_at_all_whatever_fails() {
    matrix(|history| history.commit(commit_of(3)), 3);
}

#[test]
fn a_compaction_changes_nothing_that_a_reader_sees_whatever_fails() {
    matrix(|history| history.compact(Table::QueueIntervals, Day::of(at(0))), 2);
}

#[test]
fn after_a_full_disk_the_same_commit_succeeds_on_the_same_handle() {
    let folder = tempfile::tempdir().unwrap();
    ParquetHistory::open(folder.path()).unwrap();
    let history = ParquetHistory::open_on(folder.path(), FaultDisk::new(1, Fault::Short)).unwrap();
    let said = error(history.commit(commit_of(1)));
    assert!(said.contains("the disk is full") && said.contains("nothing committed is lost"), "{said}");
    history.commit(commit_of(1)).unwrap();
    assert_eq!(seen(&history).0, 1);
}

/// Does something else in the middle of a write.
#[derive(Default)]
struct Interrupted(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Disk for Interrupted {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let hook = self.0.lock().unwrap().take();
        if let Some(hook) = hook {
            hook();
        }
        LocalDisk.write(path, bytes)
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        LocalDisk.sync(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        LocalDisk.rename(from, to)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        LocalDisk.sync_folder(path)
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        LocalDisk.make_folder(path)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        LocalDisk.read(path)
    }
    fn size(&self, path: &Path) -> io::Result<u64> {
        LocalDisk.size(path)
    }
    fn files(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        LocalDisk.files(folder)
    }
}

#[test]
fn a_commit_in_the_middle_of_a_compaction_neither_waits_nor_is_lost() {
    for amends in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(Interrupted::default());
        let history = Arc::new(ParquetHistory::open_on(folder.path(), Arc::clone(&disk) as Arc<dyn Disk>).unwrap());
        history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
        history.commit(calls(2, &[call("b", 1, 1)])).unwrap();
        let other = Arc::clone(&history);
        let row = if amends { call("a", 0, 2) } else { call("c", 2, 1) };
        *disk.0.lock().unwrap() = Some(Box::new(move || drop(other.commit(calls(3, &[row])).unwrap())));
        history.compact(Table::Calls, Day::of(at(0))).unwrap();
        let want = if amends { [("a".to_owned(), 2), ("b".to_owned(), 1)].into() } else { ["a", "b", "c"].map(|n| (n.to_owned(), 1)).to_vec() };
        let mut got = names(&history);
        got.sort();
        assert_eq!((got, history.manifest().position), (want, 3));
        drop(history);
        assert_eq!(ParquetHistory::open(folder.path()).unwrap().manifest().position, 3);
    }
}
