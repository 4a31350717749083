//! One call: its notes in order of time, and the rows that follow from them.
//!
//! Notes that come in order change the rows in place; a late one makes the rows anew from all notes. The
//! result depends on what happened and when, not on when it was told.

mod fold;
mod note;
mod path;

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::{AgentLeg, Call, QueueVisit};
use serde::{Deserialize, Serialize};

pub(crate) use fold::Record;
pub(crate) use note::{Note, Seen};

use crate::settings::Settings;

/// Where counters of visits and legs go as they appear, change and go.
pub(crate) trait Sums {
    /// A visit's counters come in (`sign` 1) or go out (`sign` -1).
    fn visit(&mut self, visit: &QueueVisit, sign: i64);
    /// Changes a visit that is counted, but for its queue and its entry.
    fn edit_visit(&mut self, visit: &mut QueueVisit, change: impl FnOnce(&mut QueueVisit));
    /// A leg's counters come in (`sign` 1) or go out (`sign` -1).
    fn leg(&mut self, leg: &AgentLeg, sign: i64);
    /// Changes a leg that is counted, but for its agent.
    fn edit_leg(&mut self, leg: &mut AgentLeg, change: impl FnOnce(&mut AgentLeg));
}

/// Takes no sums: for a call whose counters are not in any book.
pub(crate) struct Nowhere;

impl Sums for Nowhere {
    fn visit(&mut self, _visit: &QueueVisit, _sign: i64) {}

    fn edit_visit(&mut self, visit: &mut QueueVisit, change: impl FnOnce(&mut QueueVisit)) {
        change(visit);
    }

    fn leg(&mut self, _leg: &AgentLeg, _sign: i64) {}

    fn edit_leg(&mut self, leg: &mut AgentLeg, change: impl FnOnce(&mut AgentLeg)) {
        change(leg);
    }
}

/// A call that is open, or ended so lately that more may be told about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenCall {
    pub(crate) source: Arc<str>,
    pub(crate) call: Arc<str>,
    /// Version of its rows once they are closed; above 1 when history had them before.
    version: i64,
    notes: Vec<Seen>,
    record: Record,
}

/// The rows of a call.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) call: Call,
    pub(crate) visits: &'a [QueueVisit],
    pub(crate) legs: &'a [AgentLeg],
}

impl OpenCall {
    pub(crate) fn new(source: Arc<str>, call: Arc<str>) -> Self {
        let record = Record::new(Arc::clone(&source), Arc::clone(&call));
        Self { source, call, version: 1, notes: Vec::with_capacity(4), record }
    }

    /// A closed call as history has it, to be told something late; `None` when its path cannot be read.
    pub(crate) fn reopen(row: &Call, settings: &Settings) -> Option<Self> {
        let mut call = Self::new(Arc::clone(&row.source), Arc::clone(&row.call));
        call.notes = path::notes(row)?;
        call.version = row.version + 1;
        call.rebuild(settings, &mut Nowhere);
        Some(call)
    }

    /// Takes in one note; false when it was there already.
    pub(crate) fn take(&mut self, seen: Seen, settings: &Settings, sums: &mut impl Sums) -> bool {
        if let Some(place) = self.notes.iter().position(|n| n.is_same(&seen)) {
            if !self.notes.get(place).is_some_and(|n| seen.is_finer_than(n)) {
                return false;
            }
            self.notes.remove(place);
            self.record.retract(sums);
            self.rebuild(settings, sums);
        }
        let in_order = self.notes.last().is_none_or(|last| last.at <= seen.at);
        if in_order {
            self.record.apply(&seen, settings, sums);
            self.notes.push(seen);
        } else {
            let place = self.notes.partition_point(|n| n.at <= seen.at);
            self.notes.insert(place, seen);
            self.record.retract(sums);
            self.rebuild(settings, sums);
        }
        true
    }

    /// Makes the rows from the notes: after a late note, and after a restart.
    pub(crate) fn rebuild(&mut self, settings: &Settings, sums: &mut impl Sums) {
        self.record = Record::new(Arc::clone(&self.source), Arc::clone(&self.call));
        for note in &self.notes {
            self.record.apply(note, settings, sums);
        }
    }

    /// Whether nothing was told yet.
    pub(crate) fn is_new(&self) -> bool {
        self.notes.is_empty()
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// When something was last told about it.
    pub(crate) fn last_at(&self) -> Timestamp {
        self.notes.last().map_or(Timestamp::from_millis(0), |n| n.at)
    }

    /// Whether nothing more is expected once its source has come to `watermark`.
    pub(crate) fn is_settled(&self, watermark: Timestamp, settings: &Settings) -> bool {
        let linger = if self.record.was_answered() { settings.answered_linger_ms } else { settings.linger_ms };
        self.record.ended_at().is_some_and(|_| watermark.since(self.last_at()) >= linger)
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        let call = Call { version: self.version, ..self.record.call(path::json(&self.notes)) };
        Rows { call, visits: self.record.visits(), legs: self.record.legs() }
    }

    /// Its rows once nothing more is expected.
    pub(crate) fn into_rows(self) -> (Call, Vec<QueueVisit>, Vec<AgentLeg>) {
        let call = self.rows().call;
        let (mut visits, mut legs) = self.record.into_rows();
        visits.iter_mut().for_each(|v| v.version = self.version);
        legs.iter_mut().for_each(|l| l.version = self.version);
        (call, visits, legs)
    }

    /// Goes on being open after all: history will have taken its rows away by then.
    pub(crate) fn go_on(&mut self, settings: &Settings, sums: &mut impl Sums) {
        self.version += 1;
        self.rebuild(settings, sums);
    }
}
