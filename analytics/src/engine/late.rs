//! What is told after its rows were closed: kept until the closed rows are at hand again, then added to them.
//!
//! The result is the same as if it had been told in time: a call is made anew from all its notes, an agent's intervals
//! from all changes. The new rows go to history with the next commit and are seen from then on.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::time::{DAY_MS, MINUTE_MS};
use callboard_store::history::{Error, History, Sought};
use callboard_store::table::{AgentLeg, AgentStateRow, Call, LentRow as _, QueueVisit};
use callboard_store::{Table, TableRow};
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

use super::{Engine, State, call_key};
use crate::agent::Change;
use crate::call::{CallRows, Nowhere, OpenCall, Rules, Seen};
use crate::names::Names;
use crate::rollup::Rollup;
use crate::sums::{AgentSums, QueueSums, Sums as _, quarters};

/// How far back a row may have begun to which something is added, ms.
const LOOK_BACK_MS: i64 = 31 * DAY_MS;
/// How long a note of a call that nobody knows waits for its beginning, ms of its source's time.
const WAIT_MS: i64 = 15 * MINUTE_MS;

/// A source and the name of a call or an agent of it.
type Whose = (Arc<str>, Arc<str>);

/// Closed rows that the engine wants to see again.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Calls; wanted of `calls`, `queue_visits` and `agent_legs`.
    pub calls: Vec<Sought>,
    /// Agents; wanted of `agent_states`.
    pub agents: Vec<Sought>,
}

/// The stored rows of what was wanted.
#[derive(Debug, Default)]
pub struct Found {
    /// What was looked for.
    pub wanted: Wanted,
    /// Rows of the calls.
    pub calls: Vec<Call>,
    /// Their waits.
    pub visits: Vec<QueueVisit>,
    /// Their legs.
    pub legs: Vec<AgentLeg>,
    /// Intervals of the agents.
    pub states: Vec<AgentStateRow>,
}

/// Notes and changes that wait for closed rows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LateNotes {
    calls: BTreeMap<Whose, Waiting>,
    agents: BTreeMap<Whose, Vec<Change>>,
    /// Notes and changes since the last commit: what the next one works off.
    #[serde(skip)]
    fresh: usize,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Waiting {
    notes: Vec<Early>,
    /// Looked for in history, and not there.
    unknown: bool,
}

/// A note that may have come before its call's beginning. Whether it still counts when that comes follows from the log
/// alone, not from when somebody looked.
#[derive(Debug, Serialize, Deserialize)]
struct Early {
    seen: Seen,
    /// The source's time when it came.
    since: Timestamp,
}

impl Early {
    /// Whether the beginning is no longer waited for.
    const fn is_over(&self, watermark: Timestamp) -> bool {
        watermark.since(self.since) >= WAIT_MS
    }
}

/// Rows for the next commit, and what the books already count of them although queries do not see them yet.
#[derive(Debug, Default)]
pub(crate) struct Amended {
    calls: Vec<Call>,
    visits: Vec<QueueVisit>,
    legs: Vec<AgentLeg>,
    states: Vec<AgentStateRow>,
    queues: Rollup<QueueSums>,
    agents: Rollup<AgentSums>,
}

impl Wanted {
    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.agents.is_empty()
    }

    /// Looks the rows up. It takes as long as history does: not for the thread that shows numbers.
    ///
    /// # Errors
    /// When history cannot be read.
    pub fn find(self, history: &dyn History) -> Result<Found, Error> {
        let calls = rows(history, Table::Calls, &self.calls)?;
        let visits = rows(history, Table::QueueVisits, &self.calls)?;
        let legs = rows(history, Table::AgentLegs, &self.calls)?;
        let states = rows(history, Table::AgentStates, &self.agents)?;
        Ok(Found { wanted: self, calls, visits, legs, states })
    }
}

fn rows<R: TableRow>(history: &dyn History, table: Table, sought: &[Sought]) -> Result<Vec<R>, Error> {
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let batches = history.find(table, sought)?;
    let rows: Result<Vec<Vec<R>>, _> = batches.iter().map(R::rows).collect();
    Ok(rows.map_err(|source| Error::Rows { table: table.name(), source })?.into_iter().flatten().collect())
}

fn whose(source: &Arc<str>, name: &Arc<str>) -> Whose {
    (Arc::clone(source), Arc::clone(name))
}

fn by_whose<R>(rows: Vec<R>, of: impl Fn(&R) -> Whose) -> HashMap<Whose, Vec<R>> {
    let mut groups: HashMap<Whose, Vec<R>> = HashMap::new();
    for row in rows {
        groups.entry(of(&row)).or_default().push(row);
    }
    groups
}

fn taken<R>(groups: &mut HashMap<Whose, Vec<R>>, whose: &Whose) -> Vec<R> {
    groups.remove(whose).unwrap_or_default()
}

impl LateNotes {
    /// Takes in what waits for other calls and agents.
    pub(super) fn add(&mut self, others: Self) {
        self.calls.extend(others.calls);
        self.agents.extend(others.agents);
        self.fresh += others.fresh;
    }

    pub(super) fn note(&mut self, source: Arc<str>, call: &str, seen: Seen, watermark: Timestamp) {
        let waiting = self.calls.entry((source, call.into())).or_default();
        waiting.notes.push(Early { seen, since: watermark });
        self.fresh += usize::from(!waiting.unknown);
    }

    pub(super) fn change(&mut self, source: Arc<str>, agent: Arc<str>, change: Change) {
        self.agents.entry((source, agent)).or_default().push(change);
        self.fresh += 1;
    }

    /// Notes and changes that the next commit works off.
    pub(super) const fn fresh(&self) -> usize {
        self.fresh
    }

    /// What came before the call's beginning, now that its source has come to `watermark`.
    pub(super) fn of_call(&mut self, source: &Arc<str>, call: &str, watermark: Timestamp) -> Vec<Seen> {
        if self.calls.is_empty() {
            return Vec::new();
        }
        let Some(waiting) = self.calls.remove(&(Arc::clone(source), call.into())) else { return Vec::new() };
        if !waiting.unknown {
            self.fresh = self.fresh.saturating_sub(waiting.notes.len());
        }
        waiting.notes.into_iter().filter(|n| !n.is_over(watermark)).map(|n| n.seen).collect()
    }
}

impl Engine {
    /// Notes and changes that came late and are not added yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let late = &self.state.late;
        let notes = late.calls.iter().map(|((source, _), w)| {
            let watermark = self.watermark_of(source);
            w.notes.iter().filter(|n| !w.unknown || !n.is_over(watermark)).count()
        });
        notes.sum::<usize>() + late.agents.values().map(Vec::len).sum::<usize>()
    }

    fn watermark_of(&self, source: &Arc<str>) -> Timestamp {
        self.state.names.known(source).and_then(|name| self.state.sources.get(&name)).map(|s| s.watermark).unwrap_or_default()
    }

    /// Closed rows to which something is to be added; they are looked for before a commit and given to `amend`.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let sought = |whose: &Whose, from: Timestamp, to: Timestamp| Sought {
            source: Arc::clone(&whose.0),
            name: Arc::clone(&whose.1),
            from: from.plus(-LOOK_BACK_MS),
            to,
        };
        let late = &self.state.late;
        let calls = late.calls.iter().filter(|(_, w)| !w.unknown).filter_map(|(whose, w)| {
            let at = || w.notes.iter().map(|n| n.seen.at);
            Some(sought(whose, at().min()?, at().max()?.plus(DAY_MS)))
        });
        let agents = late
            .agents
            .iter()
            .filter_map(|(whose, changes)| Some(sought(whose, changes.iter().map(|c| c.at).min()?, Timestamp::from_millis(i64::MAX))));
        Wanted { calls: calls.collect(), agents: agents.collect() }
    }

    /// Adds what was told late to the rows found. Call `checkpoint` next, before any other commit.
    pub fn amend(&mut self, mut found: Found) {
        let late = std::mem::take(&mut self.state.late);
        found.calls.extend(self.closed.calls.matching(|c: &Call| late.calls.contains_key(&whose(&c.source, &c.call))));
        found.visits.extend(self.closed.visits.matching(|v: &QueueVisit| late.calls.contains_key(&whose(&v.source, &v.call))));
        found.legs.extend(self.closed.legs.matching(|l: &AgentLeg| late.calls.contains_key(&whose(&l.source, &l.call))));
        found.states.extend(self.closed.states.matching(|s: &AgentStateRow| late.agents.contains_key(&whose(&s.source, &s.agent))));
        let sought = |sought: Vec<Sought>| -> HashSet<Whose> { sought.into_iter().map(|s| (s.source, s.name)).collect() };
        let (sought_calls, sought_agents) = (sought(found.wanted.calls), sought(found.wanted.agents));
        let mut calls = by_whose(found.calls, |c| whose(&c.source, &c.call));
        let mut visits = by_whose(found.visits, |v| whose(&v.source, &v.call));
        let mut legs = by_whose(found.legs, |l| whose(&l.source, &l.call));
        let mut states = by_whose(found.states, |s| whose(&s.source, &s.agent));
        for (whose, mut waiting) in late.calls {
            if !waiting.unknown && !sought_calls.contains(&whose) {
                self.state.late.calls.insert(whose, waiting); // came while the others were looked for
                continue;
            }
            if let Some(row) = taken(&mut calls, &whose).into_iter().max_by_key(|c| c.version) {
                let notes = waiting.notes.into_iter().map(|n| n.seen).collect();
                self.amend_call(&row, notes, &taken(&mut visits, &whose), &taken(&mut legs, &whose));
                continue;
            }
            let watermark = self.watermark_of(&whose.0);
            waiting.notes.retain(|n| !n.is_over(watermark));
            if !waiting.notes.is_empty() {
                waiting.unknown = true;
                self.state.late.calls.insert(whose, waiting);
            }
        }
        for (whose, changes) in late.agents {
            if !sought_agents.contains(&whose) {
                self.state.late.agents.insert(whose, changes);
                continue;
            }
            let rows = taken(&mut states, &whose);
            self.amend_agent(&whose, rows, changes);
        }
    }

    fn amend_call(&mut self, row: &Call, notes: Vec<Seen>, old_visits: &[QueueVisit], old_legs: &[AgentLeg]) {
        let State { names, books, calls, .. } = &mut self.state;
        let Some(mut call) = OpenCall::reopen(row, &self.settings, names) else { return };
        let rules = Rules { settings: &self.settings, names };
        if notes.into_iter().filter(|n| call.take(n.clone(), rules, &mut Nowhere)).count() == 0 {
            return; // nothing that the call does not know
        }
        let version = row.version + 1;
        let goes_on = call.record().ended_at().is_none();
        let mut paths = String::new();
        let rows = CallRows::of(std::iter::once(&call), None, names, &mut paths);
        let (visits, legs): (Vec<QueueVisit>, Vec<AgentLeg>) = if goes_on {
            (Vec::new(), Vec::new())
        } else {
            (rows.visits.iter().map(|v| v.own()).collect(), rows.legs.iter().map(|l| l.own()).collect())
        };
        self.amended.calls.extend(rows.calls.iter().map(|c| Call { version: if goes_on { -version } else { version }, ..c.own() }));
        for change in changes(old_visits.iter(), visits, |v| v.visit, version) {
            for (visit, sign) in change.sides() {
                let (queue, counters) = (names.number(&visit.queue), QueueSums::from(visit));
                books.queues.edit(call.source(), queue, visit.entered_at, |sums| sums.count(&counters, sign));
                self.amended.queues.edit(call.source(), queue, visit.entered_at, |sums| sums.count(&counters, -sign));
            }
            self.amended.visits.extend(change.into_row());
        }
        for change in changes(old_legs.iter(), legs, |l| l.leg, version) {
            for (leg, sign) in change.sides() {
                let (agent, counters) = (names.number(&leg.agent), AgentSums::from(leg));
                let at = leg.answered_at.unwrap_or(leg.began_at);
                books.count_leg(call.source(), agent, at, &counters, sign);
                self.amended.agents.edit(call.source(), agent, at, |sums| sums.count(&counters, -sign));
            }
            self.amended.legs.extend(change.into_row());
        }
        if goes_on {
            call.go_on(Rules { settings: &self.settings, names }, books);
            calls.insert(call_key(&mut self.scratch, &row.source, &row.call), call);
        }
    }

    fn amend_agent(&mut self, whose: &Whose, rows: Vec<AgentStateRow>, late: Vec<Change>) {
        let State { names, books, agents, .. } = &mut self.state;
        let (source, agent) = (names.number(&whose.0), names.number(&whose.1));
        let Some(track) = agents.get_mut(source, agent) else { return };
        let (old, new) = track.amend(rows, late);
        let version = old.iter().map(|r| r.version).max().unwrap_or(0) + 1;
        for change in changes(old.iter(), new, |r| r.began_at, version) {
            for (row, sign) in change.sides() {
                books.state(source, agent, row, sign);
                for (at, ms) in quarters(row.began_at, row.began_at.plus(row.duration_ms)) {
                    self.amended.agents.edit(source, agent, at, |sums| sums.add(&AgentSums::in_state(row.state, -sign * ms)));
                }
            }
            self.amended.states.extend(change.into_row());
        }
    }
}

impl Amended {
    /// The rows, by table.
    pub(super) fn batches(&self) -> Vec<(Table, RecordBatch)> {
        let all = [
            (Table::Calls, Call::batch(&self.calls)),
            (Table::QueueVisits, QueueVisit::batch(&self.visits)),
            (Table::AgentLegs, AgentLeg::batch(&self.legs)),
            (Table::AgentStates, AgentStateRow::batch(&self.states)),
        ];
        all.into_iter().filter(|(_, batch)| batch.num_rows() > 0).collect()
    }

    /// What takes the amendments out of the sums again, for as long as the facts do not show them.
    pub(crate) fn unseen(&mut self, names: &Names) -> (Vec<RecordBatch>, Vec<RecordBatch>) {
        (self.queues.batches(names), self.agents.batches(names))
    }
}

/// A row that becomes another, is new, or goes.
struct RowChange<R> {
    old: Option<R>,
    new: Option<R>,
    version: i64,
}

/// A row with a version.
trait Versioned: Clone + PartialEq {
    fn version(&mut self) -> &mut i64;
}

impl Versioned for QueueVisit {
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}

impl Versioned for AgentLeg {
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}

impl Versioned for AgentStateRow {
    fn version(&mut self) -> &mut i64 {
        &mut self.version
    }
}

impl<R: Versioned> RowChange<R> {
    /// What no longer counts, and what counts now.
    fn sides(&self) -> impl Iterator<Item = (&R, i64)> {
        self.old.iter().map(|r| (r, -1)).chain(self.new.iter().map(|r| (r, 1)))
    }

    /// The row for history: the new one, or one that takes the old one away.
    fn into_row(self) -> Option<R> {
        let (mut row, version) = match (self.new, self.old) {
            (Some(new), _) => (new, self.version),
            (None, Some(old)) => (old, -self.version),
            (None, None) => return None,
        };
        *row.version() = version;
        Some(row)
    }
}

/// What differs between the rows as they are stored and as they should be.
fn changes<'a, R: Versioned + 'a, K: Ord>(old: impl Iterator<Item = &'a R>, new: Vec<R>, key: impl Fn(&R) -> K, version: i64) -> Vec<RowChange<R>> {
    let mut by_key: BTreeMap<K, RowChange<R>> = BTreeMap::new();
    for row in old {
        let change = by_key.entry(key(row)).or_insert_with(|| RowChange { old: None, new: None, version });
        // A row closed since the last commit may stand beside an older version.
        let newer = change.old.clone().is_none_or(|mut other| *other.version() < *row.clone().version());
        if newer {
            change.old = Some(row.clone());
        }
    }
    for row in new {
        let change = by_key.entry(key(&row)).or_insert_with(|| RowChange { old: None, new: None, version });
        change.new = Some(row);
    }
    by_key.into_values().filter(differs).collect()
}

fn differs<R: Versioned>(change: &RowChange<R>) -> bool {
    let plain = |row: &Option<R>| {
        row.clone().map(|mut r| {
            *r.version() = 1;
            r
        })
    };
    plain(&change.old) != plain(&change.new)
}
