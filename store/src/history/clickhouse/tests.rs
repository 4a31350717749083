//! History in ClickHouse's own engine: the contract, crashes between any two statements, an engine that is away.

use std::sync::{Arc, LazyLock};

use arrow::compute::concat_batches;
use callboard_engines::ClickHouse as Engine;
use callboard_engines::clickhouse::Fault;
use callboard_objects::{Objects, S3};
use futures::TryStreamExt;
use tokio::runtime::Runtime;

use super::super::Action;
use super::super::contract::{self, House, call, calls, error, interval};
use super::*;
use crate::TableRow;
use crate::table::{Call, QueueInterval};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::start().unwrap());

struct Remote {
    options: Options,
    history: ClickHouseHistory,
}

impl Remote {
    fn on(engine: &Engine) -> Self {
        let mut options = Options::new(engine.url(), "log", "first");
        options.database = engine.database().unwrap();
        let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
        Self { options, history }
    }

    fn count(&self, engine: &Engine, table: &str) -> String {
        engine.query(&format!("SELECT count() FROM {}.{table}", self.options.database)).unwrap().trim().to_owned()
    }
}

impl House for Remote {
    fn history(&self) -> &dyn History {
        &self.history
    }

    fn reopen(&mut self) {
        self.options.writer += "'";
        self.history = ClickHouseHistory::open(&self.options, RUNTIME.handle().clone()).unwrap();
    }

    fn batches(&self, table: Table) -> Vec<RecordBatch> {
        let columns: Vec<String> = table.schema().fields().iter().map(|f| f.name().clone()).collect();
        let visible = self.history.manifest().visible.clone().unwrap();
        let sql = format!("SELECT {} FROM {} WHERE {}", columns.join(", "), table.name(), visible.filter(table));
        RUNTIME.block_on(self.history.link().query_arrow(&sql).try_collect()).unwrap()
    }
}

#[test]
fn the_contract_holds() {
    contract::rows_position_and_state_survive_a_restart(Remote::on(&ENGINE));
    contract::a_commit_that_is_not_new_or_does_not_fit_changes_nothing(Remote::on(&ENGINE));
    contract::an_amended_row_replaces_the_stored_one_wherever_it_lies(Remote::on(&ENGINE));
    contract::rows_of_a_call_are_found_where_they_are_and_taken_away_by_a_negative_version(Remote::on(&ENGINE));
    contract::rows_of_a_roll_up_add_up(Remote::on(&ENGINE));
    contract::retention_drops_whole_days(Remote::on(&ENGINE));
}

#[test]
fn replaced_rows_are_deleted_once_nobody_can_see_them() {
    let house = Remote::on(&ENGINE);
    house.history.commit(calls(1, &[call("a", 0, 1), call("b", 0, 1)])).unwrap();
    let before = house.history.manifest();
    house.history.commit(calls(2, &[call("a", 86_400_000, 2)])).unwrap();
    let (table, day) = house.history.should_compact().unwrap();
    house.history.compact(table, day).unwrap();
    assert_eq!(house.count(&ENGINE, "calls"), "3", "a reader still holds the older state");
    drop(before);
    house.history.compact(table, day).unwrap();
    assert_eq!(house.count(&ENGINE, "calls"), "2");
    assert_eq!(house.history.should_compact(), None);
    assert_eq!(house.names(), [("b".to_owned(), 1), ("a".to_owned(), 2)]);
    // One that takes a row away goes with it.
    house.history.commit(calls(3, &[call("b", 0, -2)])).unwrap();
    house.history.compact(table, day).unwrap();
    assert_eq!((house.count(&ENGINE, "calls").as_str(), house.names().len()), ("1", 1));
    assert_eq!(house.history.should_compact(), None);
}

#[test]
fn rows_of_a_commit_that_is_under_way_are_not_deleted() {
    let mut engine = Engine::start_own().unwrap();
    let mut house = Remote::on(&engine);
    house.history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
    house.history.commit(calls(2, &[call("a", 0, 2)])).unwrap();
    engine.fault(Fault::DieBefore, "callboard_states", 0).unwrap();
    house.history.commit(calls(3, &[call("a", 0, 3)])).unwrap_err();
    engine.restart().unwrap();
    house.reopen();
    house.history.compact(Table::Calls, Day::of(contract::at(0))).unwrap();
    house.history.commit(calls(3, &[call("a", 0, 3)])).unwrap();
    assert_eq!(house.names(), [("a".to_owned(), 3)]);
}

#[test]
fn merges_inside_clickhouse_change_nothing_that_a_reader_sees() {
    let mut engine = Engine::start_own().unwrap();
    let mut house = Remote::on(&engine);
    house.history.commit(calls(1, &[call("a", 0, 1), call("b", 0, 1)])).unwrap();
    let held = house.history.manifest();
    house.history.commit(calls(2, &[call("a", 0, 2)])).unwrap();
    engine.fault(Fault::DieBefore, "callboard_states", 0).unwrap();
    house.history.commit(calls(3, &[call("b", 0, -2), call("a", 0, 3)])).unwrap_err();
    engine.restart().unwrap();
    house.reopen();
    engine.query(&format!("OPTIMIZE TABLE {}.calls FINAL", house.options.database)).unwrap();
    assert_eq!(house.names(), [("a".to_owned(), 2), ("b".to_owned(), 1)], "what is under way replaces nothing");
    let filter = held.visible.as_ref().unwrap().filter(Table::Calls);
    let seen = engine.query(&format!("SELECT count() FROM {}.calls WHERE {filter}", house.options.database)).unwrap();
    assert_eq!(seen.trim(), "2", "an older state is whole");
    house.history.commit(calls(3, &[call("b", 0, -2), call("a", 0, 3)])).unwrap();
    assert_eq!(house.names(), [("a".to_owned(), 3)]);
}

#[test]
fn a_backfill_may_amend_thousands_of_rows_at_once() {
    const ROWS: i64 = 20_000;
    let house = Remote::on(&ENGINE);
    let name = |i: i64| format!("a call with a rather long name, as some switches make them up {i:06}");
    house.history.commit(calls(1, &(0..ROWS).map(|i| call(&name(i), i, 1)).collect::<Vec<_>>())).unwrap();
    // Every second one goes.
    house.history.commit(calls(2, &(0..ROWS).map(|i| call(&name(i), i, if i % 2 == 0 { 2 } else { -2 })).collect::<Vec<_>>())).unwrap();
    let sought: Vec<Sought> =
        (0..ROWS).map(|i| Sought { source: "pbx1".into(), name: name(i).into(), from: contract::at(0), to: contract::at(ROWS) }).collect();
    let rows = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    assert_eq!(rows(&house.history.find(Table::Calls, &sought[..3_000]).unwrap()), 1_500);
    let (table, day) = house.history.should_compact().unwrap();
    house.history.compact(table, day).unwrap();
    assert_eq!(rows(&house.batches(Table::Calls)), 10_000);
}

#[test]
fn a_reader_of_an_older_state_does_not_see_newer_rows() {
    let house = Remote::on(&ENGINE);
    house.history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
    let old = house.history.manifest().visible.clone().unwrap();
    house.history.commit(calls(2, &[call("b", 0, 1)])).unwrap();
    let sql = format!("SELECT call FROM calls WHERE {}", old.filter(Table::Calls));
    let seen: Vec<RecordBatch> = RUNTIME.block_on(house.history.link().query_arrow(&sql).try_collect()).unwrap();
    assert_eq!(seen.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
}

#[test]
fn many_rows_of_several_pieces_come_back_in_batches_over_any_border() {
    const ROWS: usize = 250_000;
    let house = Remote::on(&ENGINE);
    let rows: Vec<Call> = (0..ROWS).map(|i| call(&format!("call-{i:06}"), i64::try_from(i).unwrap(), 1)).collect();
    house.history.commit(calls(1, &rows)).unwrap();
    let batches = house.batches(Table::Calls);
    assert!(batches.len() > 1);
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), ROWS);
    let all = concat_batches(&batches[0].schema(), &batches).unwrap();
    let all = cut::sorted(Table::Calls, &cut::gather(Table::Calls, &[all]).unwrap()).unwrap();
    assert!(Call::rows(&all).unwrap() == rows);
}

fn mixed(position: u64) -> Commit {
    let ms = i64::try_from(position).unwrap() * 1_000;
    let name = |n: &str| format!("{n}{position}");
    let mut commit = calls(position, &[call(&name("a"), ms, 1), call(&name("b"), ms + 40 * 86_400_000, 1), call("amended", 0, ms)]);
    commit.batches.push((Table::QueueIntervals, QueueInterval::batch(&[interval("q", ms, 1, ms)])));
    commit
}

#[test]
fn killed_at_any_statement_and_gone_on_every_row_is_there_once() {
    let mut engine = Engine::start_own().unwrap();
    let mut options = Options::new(engine.url(), "", "first");
    options.database = engine.database().unwrap();
    let marks = ["callboard_pending", "INTO calls", "INTO queue_intervals", "callboard_states", "INTO callboard_commits"];
    for (mark, fault) in marks.iter().flat_map(|m| [(*m, Fault::DieBefore), (*m, Fault::DieAfter)]) {
        // Cut elsewhere after the rows have arrived: the hardest.
        for other_cut in if fault == Fault::DieAfter { vec![false, true] } else { vec![false] } {
            // A log of its own each time, in the same tables: they must not see each other's rows either.
            options.stream = format!("{mark} {fault:?} {other_cut}");
            let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
            let mut house = Remote { options: options.clone(), history };
            house.history.commit(mixed(1)).unwrap();
            engine.fault(fault, mark, 0).unwrap();
            let failed = house.history.commit(mixed(2)).unwrap_err();
            assert_eq!(failed.action(), Action::Retry, "{failed}");
            engine.restart().unwrap();
            house.reopen();
            let stored = house.history.manifest().position;
            let seen = house.names().len();
            assert_eq!(seen, if stored == 1 { 3 } else { 5 }, "{mark} {fault:?}");
            if stored == 1 && other_cut {
                // Cut elsewhere: what had arrived is given up.
                let mut longer = mixed(2);
                longer.position = 3;
                longer.batches.extend(mixed(3).batches);
                house.history.commit(longer).unwrap();
            } else {
                if stored == 1 {
                    house.history.commit(mixed(2)).unwrap();
                }
                house.history.commit(mixed(3)).unwrap();
            }
            for _ in 0..2 {
                let want = [("amended", 3_000), ("a1", 1), ("a2", 1), ("a3", 1), ("b1", 1), ("b2", 1), ("b3", 1)];
                assert_eq!(house.names(), want.map(|(n, v)| (n.to_owned(), v)), "{mark} {fault:?} {other_cut}");
                assert_eq!(house.rows::<QueueInterval>().iter().map(|r| r.offered).collect::<Vec<_>>(), [1, 1, 1]);
                house.reopen();
            }
        }
    }
}

#[test]
fn away_slow_or_refusing_a_commit_waits_and_adds_nothing_twice() {
    let mut engine = Engine::start_own().unwrap();
    let mut house = Remote::on(&engine);
    house.options.timeout = Duration::from_millis(400);
    house.reopen();
    house.history.commit(mixed(1)).unwrap();
    for (fault, mark) in
        [(Fault::Refuse, "INTO calls"), (Fault::Mute, "INTO calls"), (Fault::Slow(900), "INTO queue_intervals"), (Fault::Mute, "callboard_commits")]
    {
        engine.fault(fault, mark, 0).unwrap();
        let position = house.history.manifest().position + 1;
        let failed = house.history.commit(mixed(position)).unwrap_err();
        assert_eq!((failed.action(), house.history.manifest().position), (Action::Retry, position - 1), "{failed}");
        assert!(failed.to_string().starts_with("could not ") && failed.to_string().contains(engine.url()), "{failed}");
        engine.fault(Fault::None, "", 0).unwrap();
        house.history.commit(mixed(position)).unwrap();
    }
    engine.kill().unwrap();
    assert_eq!(house.history.commit(mixed(6)).unwrap_err().action(), Action::Retry);
    engine.restart().unwrap();
    house.history.commit(mixed(6)).unwrap();
    assert_eq!(house.names().len(), 13);
    assert_eq!(house.rows::<QueueInterval>().len(), 6);
    assert_eq!(house.count(&engine, "queue_intervals"), "6");
}

#[test]
fn begun_while_clickhouse_is_away_it_goes_on_from_the_snapshot_and_notices_what_is_newer() {
    let mut engine = Engine::start_own().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    let snapshots = crate::Snapshots::new(Objects::open(&url, &S3::default(), |_| None).unwrap(), RUNTIME.handle().clone());
    let mut options = Options::new(engine.url(), "log/0", "first");
    (options.database, options.snapshots) = (engine.database().unwrap(), Some(snapshots));
    let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
    history.commit(Commit { engine_state: b"one".to_vec(), ..calls(1, &[call("a", 0, 1)]) }).unwrap();
    drop(history);

    engine.kill().unwrap();
    let begin = |writer: &str| ClickHouseHistory::begin(&Options { writer: writer.into(), ..options.clone() }, RUNTIME.handle().clone()).unwrap();
    let history = begin("second");
    assert_eq!((history.is_connected(), history.manifest().position, history.engine_state().unwrap()), (false, 1, Some(b"one".to_vec())));
    assert_eq!(history.reach().unwrap_err().action(), Action::Retry);
    let next = Commit { engine_state: b"two".to_vec(), ..calls(2, &[call("b", 0, 1)]) };
    assert_eq!(history.commit(next.clone()).unwrap_err().action(), Action::Retry);
    let streams = || ClickHouseStreams::begin(&Options { stream: "log".into(), ..options.clone() }, RUNTIME.handle().clone()).unwrap();
    let known = streams();
    assert_eq!(known.committed().offsets().collect::<Vec<_>>(), [(0, 1)]);
    assert_eq!(known.states(&known.committed()).unwrap(), [(0, b"one".to_vec())]);
    engine.restart().unwrap();
    history.reach().unwrap();
    history.commit(next).unwrap();
    assert_eq!(known.look().unwrap().offsets().collect::<Vec<_>>(), [(0, 2)]);

    // Somebody else has committed what this one's place for snapshots never saw.
    drop(history);
    engine.kill().unwrap();
    let history = begin("third");
    assert_eq!(history.engine_state().unwrap(), Some(b"two".to_vec()));
    engine.restart().unwrap();
    let elsewhere = Options { snapshots: None, writer: "fourth".into(), ..options.clone() };
    let other = ClickHouseHistory::open(&elsewhere, RUNTIME.handle().clone()).unwrap();
    other.commit(calls(3, &[call("c", 0, 1)])).unwrap();
    assert!(matches!(history.reach(), Err(Error::Moved { .. })));
    assert!(matches!(history.commit(calls(4, &[call("d", 0, 1)])), Err(Error::Moved { .. })), "not before it has gone on from there");
    assert_eq!(history.connect().unwrap().position, 3);
    history.commit(calls(4, &[call("d", 0, 1)])).unwrap();
}

#[test]
fn a_bucket_for_snapshots_that_is_away_or_holds_damage_costs_no_row_and_no_state() {
    let mut server = callboard_engines::S3::start().unwrap();
    let bucket = server.bucket("snapshots").unwrap();
    let s3 = S3 {
        endpoint: Some(server.endpoint()),
        access_key: Some(callboard_engines::s3::KEY.into()),
        secret_key_env: Some("SECRET".into()),
        allow_http: true,
        retries: 0,
        ..S3::default()
    };
    let place = |bucket: &str| Objects::open(bucket, &s3, |_| Some(callboard_engines::s3::SECRET.into())).unwrap();
    let mut options = Options::new(ENGINE.url(), "log", "first");
    options.database = ENGINE.database().unwrap();
    options.snapshots = Some(crate::Snapshots::new(place("s3://snapshots/callboard"), RUNTIME.handle().clone()));
    let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
    let state = |n: u64| format!("state {n}").into_bytes();
    for n in 1..=3 {
        history.commit(Commit { engine_state: state(n), ..calls(n, &[call(&format!("call {n}"), 0, 1)]) }).unwrap();
    }
    let folder = bucket.join("callboard").join(&options.database).join("log");
    let objects = || std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(objects().len(), 2);
    assert_eq!(history.engine_state().unwrap(), Some(state(3)));

    // Damaged, away, and a bucket that is not there: the state is ClickHouse's.
    objects().iter().for_each(|path| std::fs::write(path, b"damage").unwrap());
    assert_eq!(history.engine_state().unwrap(), Some(state(3)));
    server.kill().unwrap();
    history.commit(Commit { engine_state: state(4), ..calls(4, &[call("call 4", 0, 1)]) }).unwrap();
    assert_eq!((history.engine_state().unwrap(), history.manifest().position), (Some(state(4)), 4));
    server.restart().unwrap();
    drop(history);
    options.snapshots = Some(crate::Snapshots::new(place("s3://elsewhere/callboard"), RUNTIME.handle().clone()));
    options.writer = "second".into();
    let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
    assert_eq!(history.engine_state().unwrap(), Some(state(4)));
    history.commit(Commit { engine_state: state(5), ..calls(5, &[call("call 5", 0, 1)]) }).unwrap();
    assert_eq!(ENGINE.query(&format!("SELECT count() FROM {}.calls", options.database)).unwrap().trim(), "5");
}

#[test]
fn who_opens_last_may_write() {
    let first = Remote::on(&ENGINE);
    first.history.commit(calls(1, &[call("a", 0, 1)])).unwrap();
    let mut options = first.options.clone();
    options.writer = "second".into();
    let second = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
    let refused = first.history.commit(calls(2, &[call("b", 0, 1)])).unwrap_err();
    assert_eq!(refused.action(), Action::Stop);
    assert!(refused.to_string().contains("\"second\" writes the history of \"log\" now"), "{refused}");
    second.commit(calls(2, &[call("c", 0, 1)])).unwrap();
    assert_eq!(first.history.refresh().unwrap().position, 2);
    assert_eq!(first.names().len(), 2);
}

#[test]
fn a_table_that_is_not_as_it_must_be_is_named() {
    let house = Remote::on(&ENGINE);
    let open = || error(ClickHouseHistory::open(&house.options, RUNTIME.handle().clone()));
    let database = &house.options.database;
    ENGINE.query(&format!("ALTER TABLE {database}.calls MODIFY SETTING non_replicated_deduplication_window = 10")).unwrap();
    assert!(open().contains("non_replicated_deduplication_window = is 10 instead of 10000"), "{}", open());
    ENGINE.query(&format!("ALTER TABLE {database}.calls MODIFY SETTING non_replicated_deduplication_window = 20000")).unwrap();
    ENGINE.query(&format!("ALTER TABLE {database}.gaps DROP COLUMN reason")).unwrap();
    assert!(open().contains("column reason is missing"), "{}", open());
    ENGINE.query(&format!("INSERT INTO {database}.callboard_migrations (version, name) VALUES (99, 'future')")).unwrap();
    assert!(open().contains("written in format 99"), "{}", open());
    let mut away = Options::new("http://127.0.0.1:9", "log", "w");
    away.timeout = Duration::from_millis(200);
    assert_eq!(ClickHouseHistory::open(&away, RUNTIME.handle().clone()).unwrap_err().action(), Action::Retry);
}

#[test]
fn retention_by_time_to_live_is_set_once() {
    let mut house = Remote::on(&ENGINE);
    house.options.keep_days = Some(30);
    house.reopen();
    house.reopen();
    let made = ENGINE.query(&format!("SHOW CREATE TABLE {}.queue_visits", house.options.database)).unwrap();
    assert!(made.contains("toIntervalDay(30)"), "{made}");
    let history: Arc<dyn History> = Arc::new(house.history);
    assert_eq!(history.manifest().position, 0);
}
