//! What every history promises, told once and tried on each of them.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::{CallOutcome, Direction};
use callboard_domain::time::{DAY_MS, HOUR_MS};

use super::{Commit, Day, Error, History, Sought, merge};
use crate::table::{Call, QueueInterval};
use crate::{Table, TableRow};

/// 2025-11-18T00:00:00Z.
const MIDNIGHT_MS: i64 = 1_763_424_000_000;

/// A history that can be closed, opened again and read.
pub(super) trait House {
    fn history(&self) -> &dyn History;
    fn reopen(&mut self);
    fn batches(&self, table: Table) -> Vec<RecordBatch>;

    /// Every visible row, roll-ups added up, in order of time and key.
    fn rows<T: TableRow>(&self) -> Vec<T>
    where
        Self: Sized,
    {
        let table = Table::by_name(T::INFO.name).unwrap();
        let all = super::cut::gather(table, &self.batches(table)).unwrap();
        let all = if super::adds_up(table) { merge::merge(table, all).unwrap() } else { all };
        T::rows(&super::cut::sorted(table, &all).unwrap()).unwrap()
    }

    fn names(&self) -> Vec<(String, i64)>
    where
        Self: Sized,
    {
        self.rows::<Call>().into_iter().map(|c| (c.call.to_string(), c.version)).collect()
    }
}

pub(super) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(MIDNIGHT_MS + ms)
}

pub(super) fn call(name: &str, started_ms: i64, version: i64) -> Call {
    Call {
        source: "pbx1".into(),
        call: name.into(),
        direction: Direction::Inbound,
        from_number: None,
        to_number: Some("400100".into()),
        queue: Some("cards".into()),
        agent: None,
        started_at: at(started_ms),
        answered_at: None,
        ended_at: Some(at(started_ms + 10)),
        outcome: CallOutcome::Abandoned,
        ended_by: None,
        wait_ms: 10,
        ring_ms: 0,
        talk_ms: 0,
        hold_ms: 0,
        wrap_up_ms: 0,
        visits: 1,
        legs: 0,
        transfers: 0,
        recording: None,
        voicemail: None,
        rating: (version > 1).then_some(version),
        path: "[]".into(),
        version,
    }
}

pub(super) fn interval(queue: &str, minute_ms: i64, offered: i64, wait_ms: i64) -> QueueInterval {
    QueueInterval {
        source: "pbx1".into(),
        queue: queue.into(),
        minute_at: at(minute_ms),
        offered,
        answered: 0,
        answered_in_target: 0,
        abandoned: offered,
        abandoned_in_target: 0,
        short_abandoned: 0,
        timed_out: 0,
        left_by_key: 0,
        overflowed: 0,
        lost: 0,
        waiting: 0,
        waiting_past_target: 0,
        transferred: 0,
        answered_wait_ms: 0,
        abandoned_wait_ms: wait_ms,
        decided_wait_ms: wait_ms,
    }
}

pub(super) fn calls(position: u64, rows: &[Call]) -> Commit {
    Commit { position, batches: vec![(Table::Calls, Call::batch(rows))], engine_state: position.to_le_bytes().to_vec(), at: at(0) }
}

pub(super) fn intervals(position: u64, rows: &[QueueInterval]) -> Commit {
    let batches = vec![(Table::QueueIntervals, QueueInterval::batch(rows))];
    Commit { position, batches, engine_state: Vec::new(), at: at(0) }
}

pub(super) fn error<T>(result: Result<T, Error>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

pub(super) fn rows_position_and_state_survive_a_restart(mut house: impl House) {
    assert_eq!((house.history().manifest().position, house.history().engine_state().unwrap()), (0, None));
    let (late, next, odd) = (call("late", DAY_MS - 1, 1), call("next", DAY_MS, 1), call("it's a \\ 呼叫 ?", 7, 1));
    let (a, b) = (call("a", 5, 1), call("b", 5, 1));
    house.history().commit(calls(40, &[next.clone(), b.clone(), late.clone(), odd.clone(), a.clone()])).unwrap();
    for _ in 0..2 {
        assert_eq!(house.rows::<Call>(), [a.clone(), b.clone(), odd.clone(), late.clone(), next.clone()]);
        assert_eq!(house.history().manifest().position, 40);
        assert_eq!(house.history().engine_state().unwrap().unwrap(), 40_u64.to_le_bytes());
        house.reopen();
    }
}

pub(super) fn a_commit_that_is_not_new_or_does_not_fit_changes_nothing(mut house: impl House) {
    house.history().commit(calls(10, &[call("a", 0, 1)])).unwrap();
    for _ in 0..2 {
        let again = house.history().commit(calls(10, &[call("b", 0, 1)]));
        assert_eq!(error(again), "could not commit position 10: history already holds everything up to 10");
        let foreign = Commit { batches: vec![(Table::Calls, QueueInterval::batch(&[interval("q", 0, 1, 1)]))], ..calls(11, &[]) };
        assert!(error(house.history().commit(foreign)).starts_with("could not store rows of calls"));
        let live = Commit { batches: vec![(Table::Events, Call::batch(&[]))], ..calls(11, &[]) };
        assert!(error(house.history().commit(live)).contains("does not keep this table"));
        assert_eq!(house.names(), [("a".to_owned(), 1)]);
        house.reopen();
    }
    house.history().commit(calls(11, &[])).unwrap();
    assert_eq!(house.history().manifest().position, 11);
}

pub(super) fn an_amended_row_replaces_the_stored_one_wherever_it_lies(mut house: impl House) {
    house.history().commit(calls(1, &[call("a", 0, 1), call("b", 1, 1), call("c", DAY_MS, 1)])).unwrap();
    house.history().commit(calls(2, &[call("b", 1, 2), call("d", 2, 1)])).unwrap();
    // The same call once more, now on the day before, and a call with two versions in one commit.
    house.history().commit(calls(3, &[call("c", DAY_MS - 1, 2), call("e", 9, 1), call("e", 9, 3), call("b", 1, 3)])).unwrap();
    let want: BTreeSet<(String, i64)> = [("a", 1), ("b", 3), ("c", 2), ("d", 1), ("e", 3)].map(|(n, v)| (n.to_owned(), v)).into();
    for _ in 0..2 {
        let seen = house.names();
        assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>()), (5, want.clone()));
        house.reopen();
        while let Some((table, day)) = house.history().should_compact() {
            house.history().compact(table, day).unwrap();
        }
    }
}

pub(super) fn rows_of_a_call_are_found_where_they_are_and_taken_away_by_a_negative_version(mut house: impl House) {
    house.history().commit(calls(1, &[call("a", 0, 1), call("it's \\ b?", 5, 1)])).unwrap();
    house.history().commit(calls(2, &[call("c", DAY_MS, 1)])).unwrap();
    let b = "it's \\ b?";
    let sought = |name: &str, from: i64, to: i64| Sought { source: "pbx1".into(), name: name.into(), from: at(from), to: at(to) };
    let found = |house: &dyn House, wanted: &[Sought]| -> Vec<String> {
        let batches = house.history().find(Table::Calls, wanted).unwrap();
        batches.iter().flat_map(|b| Call::rows(b).unwrap()).map(|c| format!("{} {}", c.call, c.version)).collect()
    };
    let for_ever = Sought { to: Timestamp::from_millis(i64::MAX), ..sought("c", 0, 0) };
    assert_eq!(found(&house, &[sought(b, 0, 9), for_ever]), ["c 1".to_owned(), format!("{b} 1")]);
    // Each in its own time, and not in that of another.
    assert_eq!(found(&house, &[sought(b, 6, 9), sought("a", 0, 9)]), ["a 1"]);
    assert_eq!(found(&house, &[]), Vec::<String>::new());
    assert!(house.history().find(Table::QueueVisits, &[sought(b, 0, 9)]).unwrap().is_empty());

    let steps: [(&str, i64, &[i64], &[&str]); 6] = [
        ("a newer version", 5, &[2], &["2"]),
        ("taken away", 5, &[-3], &[]),
        ("back again, told from the start", 5, &[1], &["1"]),
        ("taken away on another day", DAY_MS + 5, &[-2], &[]),
        ("back with a higher number", 5, &[4], &["4"]),
        ("amended and taken away in one commit", 5, &[5, -6], &[]),
    ];
    for (position, (step, ms, versions, want)) in (3..).zip(steps) {
        let rows: Vec<Call> = versions.iter().map(|version| call(b, ms, *version)).collect();
        house.history().commit(calls(position, &rows)).unwrap();
        let want: Vec<String> = want.iter().map(|version| format!("{b} {version}")).collect();
        for round in 0..3 {
            assert_eq!(found(&house, &[sought(b, 0, 9)]), want, "{step}, {round}");
            assert_eq!(house.names().len(), 2 + want.len(), "{step}, {round}");
            if round == 0 && position % 2 == 0 {
                house.reopen();
            }
            while let Some((table, day)) = house.history().should_compact().filter(|_| round == 1) {
                house.history().compact(table, day).unwrap();
            }
        }
    }
    assert_eq!(house.names(), [("a".to_owned(), 1), ("c".to_owned(), 1)]);
    house.history().check().unwrap();
}

pub(super) fn rows_of_a_roll_up_add_up(mut house: impl House) {
    house.history().commit(intervals(1, &[interval("q", 0, 2, 7), interval("q", HOUR_MS, 1, 1), interval("q", 0, 3, 4)])).unwrap();
    house.history().commit(intervals(2, &[interval("q", HOUR_MS, 4, 9)])).unwrap();
    for _ in 0..2 {
        let got: Vec<(i64, i64)> = house.rows::<QueueInterval>().iter().map(|r| (r.offered, r.decided_wait_ms)).collect();
        assert_eq!(got, [(5, 11), (5, 10)]);
        house.reopen();
    }
}

pub(super) fn retention_drops_whole_days(mut house: impl House) {
    house.history().commit(calls(1, &[call("old", -40 * DAY_MS, 1), call("a", -DAY_MS, 1), call("b", 0, 1), call("c", DAY_MS, 1)])).unwrap();
    house.history().retain(Day::of(at(0))).unwrap();
    for _ in 0..2 {
        assert_eq!(house.names(), [("b".to_owned(), 1), ("c".to_owned(), 1)]);
        house.reopen();
    }
}
