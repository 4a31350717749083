//! The log as its users meet it: append, read, close, open again.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread::JoinHandle;

use callboard_domain::{Clock, Event, Timestamp};

use super::*;
use crate::block::key;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_763_467_200_000)
    }
}

struct Running {
    log: Arc<Embedded>,
    writer: JoinHandle<Result<(), Error>>,
}

impl Running {
    fn open(path: &Path) -> Self {
        Self::with(Options::new(path), |_| ())
    }

    fn with(options: Options, change: impl FnOnce(&mut Writer)) -> Self {
        let (log, mut writer) = Embedded::open(&options, Arc::new(Noon)).unwrap();
        change(&mut writer);
        Self { log, writer: std::thread::spawn(move || writer.run()) }
    }

    fn close(self) {
        drop(self.log);
        self.writer.join().unwrap().unwrap();
    }
}

fn line(id: u64) -> String {
    let at = Timestamp::from_millis(1_763_460_000_000 + i64::try_from(id).unwrap() * 250);
    format!(r#"{{"id":"e{id}","at":"{at}","source":"pbx1","type":"call.queued","call":"c{id}","queue":"cards"}}"#)
}

fn batch(ids: impl IntoIterator<Item = u64>) -> Batch {
    let mut batch = Batch::default();
    for id in ids {
        let line = line(id);
        let event = Event::parse(line.as_bytes()).unwrap();
        batch.push(line.as_bytes(), &event.id, event.at, event.key());
    }
    batch.pack();
    batch
}

fn rejected(reason: &str) -> Rejected {
    Rejected { number: 0, received_at: Noon.now(), source: "pbx1".into(), place: "f:1".into(), reason: reason.into(), raw: b"\xff".to_vec() }
}

fn all(log: &Embedded, step: usize) -> Vec<String> {
    let (mut from, mut out) = (log.start(), Vec::new());
    while let Some(block) = log.read(from, step).unwrap() {
        assert_eq!((block.first(), block.lines().count()), (from, block.len()));
        assert!(!block.is_empty() && block.len() <= step);
        out.extend(block.lines().map(|l| String::from_utf8(l.to_vec()).unwrap()));
        from = block.end();
    }
    assert_eq!(from, log.end());
    out
}

fn lines(ids: impl IntoIterator<Item = u64>) -> Vec<String> {
    ids.into_iter().map(line).collect()
}

#[test]
fn what_was_appended_is_read_in_order_now_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    let watch = run.log.watch();
    let appended = run.log.append_blocking(batch(0..1_000)).unwrap();
    assert_eq!(appended, Appended { first: 0, accepted: 1_000, duplicate: 0 });
    let appended = run.log.append_blocking(batch(1_000..1_007)).unwrap();
    assert_eq!(appended, Appended { first: 1_000, accepted: 7, duplicate: 0 });
    assert_eq!((*watch.borrow(), run.log.end(), run.log.start()), (1_007, 1_007, 0));
    for step in [1, 7, 1_000, usize::MAX] {
        assert_eq!(all(&run.log, step), lines(0..1_007), "{step}");
    }
    run.close();
    let run = Running::open(folder.path());
    assert_eq!(all(&run.log, 100), lines(0..1_007));
    assert_eq!(*run.log.watch().borrow(), 1_007);
    run.close();
}

#[test]
fn an_event_that_comes_again_is_counted_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    let appended = run.log.append_blocking(batch([1, 2, 2, 3, 1])).unwrap();
    assert_eq!(appended, Appended { first: 0, accepted: 3, duplicate: 2 });
    assert_eq!(run.log.append_blocking(batch(0..600)).unwrap(), Appended { first: 3, accepted: 597, duplicate: 3 });
    assert_eq!(run.log.append_blocking(batch(0..600)).unwrap(), Appended { first: 600, accepted: 0, duplicate: 600 });
    run.close();
    let run = Running::open(folder.path());
    assert_eq!(run.log.append_blocking(batch(300..601)).unwrap(), Appended { first: 600, accepted: 1, duplicate: 300 });
    assert_eq!(all(&run.log, 64), lines([1, 2, 3].into_iter().chain([0]).chain(4..600).chain([600])));
    run.close();
}

#[test]
fn memory_for_ids_stays_bounded_and_old_ids_are_still_known() {
    let folder = tempfile::tempdir().unwrap();
    let (store, marker) = open::open(&Options::new(folder.path())).unwrap();
    let store = Arc::new(store);
    let (_keep, inbox) = mpsc::channel(1);
    let options = Options { max_ids: 2_000, ..Options::new(folder.path()) };
    let mut writer = Writer::new(Arc::clone(&store), marker, inbox, Arc::new(Noon), &options).unwrap();
    for chunk in 0..40 {
        assert_eq!(writer.append_one(batch(chunk * 500..chunk * 500 + 500)).unwrap().accepted, 500);
        assert!(writer.ids_held() <= 2_000 + 500, "{}", writer.ids_held());
    }
    for chunk in [0, 39, 7, 8, 20] {
        assert_eq!(writer.append_one(batch(chunk * 500..chunk * 500 + 500)).unwrap().duplicate, 500);
        assert!(writer.ids_held() <= 2_000 + 1_500, "{}", writer.ids_held());
    }
}

#[test]
fn of_two_senders_with_the_same_events_one_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let log = Arc::clone(&run.log);
            std::thread::spawn(move || (0..50).map(|i| log.append_blocking(batch(i * 10..i * 10 + 10)).unwrap().accepted).sum::<usize>())
        })
        .collect();
    assert_eq!(senders.into_iter().map(|s| s.join().unwrap()).sum::<usize>(), 500);
    let held: BTreeSet<String> = all(&run.log, 100).into_iter().collect();
    assert_eq!((held.len(), run.log.end()), (500, 500));
    run.close();
}

#[test]
fn many_small_appends_become_few_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for id in 0..1_030 {
        run.log.append_blocking(batch([id])).unwrap();
    }
    assert!(run.log.store.index().entries().len() < 300, "{}", run.log.store.index().entries().len());
    assert_eq!(all(&run.log, 10_000), lines(0..1_030));
    run.close();
    let run = Running::with(Options { cache_bytes: 0, ..Options::new(folder.path()) }, |_| ());
    assert_eq!(all(&run.log, 3), lines(0..1_030));
    run.close();
}

#[test]
fn refused_lines_are_numbered_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for reason in ["a", "b", "c"] {
        let mut batch = batch([]);
        batch.reject(rejected(reason));
        assert_eq!(run.log.append_blocking(batch).unwrap().accepted, 0);
    }
    run.close();
    let run = Running::open(folder.path());
    assert_eq!(run.log.rejected_count(), 3);
    let kept = run.log.rejected(2, 10).unwrap();
    assert_eq!(kept.iter().map(|r| (r.number, r.reason.as_str())).collect::<Vec<_>>(), [(2, "b"), (3, "c")]);
    assert_eq!(kept[0].raw, b"\xff");
    run.close();
}

#[tokio::test]
async fn retention_drops_old_blocks_and_never_what_history_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for chunk in 0..5 {
        let mut events = batch(chunk * 300..chunk * 300 + 300);
        events.reject(rejected("x"));
        run.log.append(events).await.unwrap();
    }
    let rules = Retention { before: Some(Noon.now().plus(1)), ..Retention::default() };
    assert_eq!(run.log.retain(Retention::default(), 1_500).await.unwrap(), Dropped::default());
    assert_eq!(run.log.retain(rules, 299).await.unwrap().events, 0);
    assert_eq!(run.log.retain(rules, 700).await.unwrap().events, 600);
    assert!(matches!(run.log.read(599, 1), Err(Error::Gone { from: 599, start: 600 })));
    assert_eq!(all(&run.log, 1_000), lines(600..1_500));
    let half = Retention { max_bytes: Some(run.log.bytes() / 2), max_rejected: Some(2), ..Retention::default() };
    let dropped = run.log.retain(half, 1_500).await.unwrap();
    assert_eq!((dropped.events, dropped.rejected), (600, 3));
    run.log.close().await.unwrap();
    assert!(matches!(run.log.append(batch([9_999])).await, Err(Error::Stopped { .. })));
    run.close();
    let run = Running::open(folder.path());
    assert_eq!((run.log.start(), run.log.end(), run.log.rejected_count()), (1_200, 1_500, 5));
    assert_eq!(all(&run.log, 1_000), lines(1_200..1_500));
    assert_eq!(run.log.rejected(0, 10).unwrap().len(), 2);
    run.close();
}

#[test]
fn after_a_failed_sync_every_waiter_and_every_later_append_gets_the_error() {
    for (kind, text) in [(std::io::ErrorKind::StorageFull, "the disk is full"), (std::io::ErrorKind::Other, "durable")] {
        let folder = tempfile::tempdir().unwrap();
        let run = Running::open(folder.path());
        run.log.append_blocking(batch(0..10)).unwrap();
        run.close();
        let run = Running::with(Options::new(folder.path()), |w| w.fail_next = Some(kind));
        for _ in 0..2 {
            let error = run.log.append_blocking(batch(10..20)).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
            assert_eq!(error.action(), crate::Action::Stop);
        }
        assert!(run.writer.join().unwrap().is_err());
        assert_eq!(run.log.end(), 10);
        drop(run.log);
        let run = Running::open(folder.path());
        assert_eq!(run.log.append_blocking(batch(5..20)).unwrap(), Appended { first: 10, accepted: 10, duplicate: 5 });
        run.close();
    }
}

#[test]
fn a_second_process_is_told_who_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    let error = Embedded::open(&Options::new(folder.path()), Arc::new(Noon)).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error}");
    run.close();
}

fn open_error(options: &Options) -> String {
    Embedded::open(options, Arc::new(Noon)).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_log_that_ends_before_what_was_acknowledged_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for chunk in 0..3 {
        run.log.append_blocking(batch(chunk * 300..chunk * 300 + 300)).unwrap();
    }
    let store = Arc::clone(&run.log.store);
    run.close();
    let error = |o: &Options| open_error(o);
    let must = Options { must_reach: Some(901), ..Options::new(folder.path()) };
    drop(store);
    assert!(error(&must).contains("the log ends here, but history has committed events up to 901"), "{}", error(&must));
    // The database cuts a journal off at damage; that must not pass for a shorter log.
    let journal = journal(folder.path());
    let mut bytes = std::fs::read(&journal).unwrap();
    let used = bytes.iter().rposition(|b| *b != 0).unwrap();
    bytes.truncate(used - 200);
    std::fs::write(&journal, bytes).unwrap();
    let said = error(&Options::new(folder.path()));
    assert!(said.contains("damaged at offset 600") && said.contains("events up to 900 were acknowledged") && said.contains("restore"), "{said}");
}

#[test]
fn damage_inside_a_block_or_between_blocks_is_an_error_with_its_offset() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for chunk in 0..3 {
        run.log.append_blocking(batch(chunk * 300..chunk * 300 + 300)).unwrap();
    }
    let store = Arc::clone(&run.log.store);
    run.close();
    let value = store.blocks.get(key(300)).unwrap().unwrap();
    let mut bad = value.to_vec();
    *bad.last_mut().unwrap() ^= 1;
    store.blocks.insert(key(300), bad).unwrap();
    drop(store);
    let said = open_error(&Options::new(folder.path()));
    assert!(said.contains("damaged at offset 300: the checksum does not fit"), "{said}");

    let (store, _) = open_raw(folder.path());
    store.1.insert(key(300), value).unwrap();
    let head = store.2.get(key(300)).unwrap().unwrap();
    store.2.remove(key(300)).unwrap();
    drop(store);
    let said = open_error(&Options::new(folder.path()));
    assert!(said.contains("damaged at offset 300: the next block begins at 600"), "{said}");

    let (store, _) = open_raw(folder.path());
    let mut foreign = head.to_vec();
    foreign[0] = 9;
    store.2.insert(key(300), foreign).unwrap();
    drop(store);
    let said = open_error(&Options::new(folder.path()));
    assert!(said.contains("format 9") && said.contains("newer version"), "{said}");
}

fn open_raw(path: &Path) -> ((fjall::Database, fjall::Keyspace, fjall::Keyspace), ()) {
    let db = fjall::Database::builder(path.join("fjall")).open().unwrap();
    let blocks = db.keyspace("blocks", fjall::KeyspaceCreateOptions::default).unwrap();
    let heads = db.keyspace("heads", fjall::KeyspaceCreateOptions::default).unwrap();
    ((db, blocks, heads), ())
}

#[test]
fn a_flipped_bit_anywhere_in_the_journal_never_passes_for_a_shorter_or_other_log() {
    let folder = tempfile::tempdir().unwrap();
    let run = Running::open(folder.path());
    for chunk in 0..3 {
        run.log.append_blocking(batch(chunk * 20..chunk * 20 + 20)).unwrap();
    }
    run.close();
    let journal = journal(folder.path());
    let bytes = std::fs::read(&journal).unwrap();
    let used = bytes.iter().rposition(|b| *b != 0).unwrap() + 1;
    let mut refused = 0;
    for place in (0..used).step_by(used / 60) {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(folder.path(), copy.path());
        let mut bad = bytes[..used].to_vec();
        bad[place] ^= 0x10;
        std::fs::write(copy.path().join(journal.strip_prefix(folder.path()).unwrap()), bad).unwrap();
        match Embedded::open(&Options::new(copy.path()), Arc::new(Noon)) {
            Ok((log, _writer)) => assert_eq!(all(&log, 100), lines(0..60), "byte {place}"),
            Err(error) => {
                assert!(error.to_string().contains(copy.path().to_str().unwrap()), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "only {refused} of 60 flips were noticed");
}

fn journal(path: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(path.join("fjall")).unwrap().map(|e| e.unwrap().path());
    files.find(|p| p.extension().is_some_and(|x| x == "jnl")).unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(|e| e.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else if entry.path().extension().is_none_or(|x| x != "jnl") {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
