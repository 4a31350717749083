//! One call: its notes in order of time, and the facts that follow from them.
//!
//! Notes that come in order change the facts in place; a late one makes them anew from all notes. The
//! result depends on what happened and when, not on when it was told.

mod fact;
mod few;
mod fold;
mod note;
mod path;
mod rows;

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::Direction;
use callboard_store::table::Call;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub(crate) use fact::{Leg, Visit};
pub(crate) use fold::Record;
pub(crate) use note::{Note, Seen, Who};
pub(crate) use rows::CallRows;

use crate::names::{Name, Names};
use crate::settings::{QueueRule, Settings};

/// Is told of every visit and leg as it appears, changes and goes.
pub(crate) trait Tally {
    /// A visit of a source's call is no longer as it `was` but as it `is`; its queue and its entry stay.
    fn visit(&mut self, source: Name, was: Option<&Visit>, is: Option<&Visit>);
    /// The same of a leg; its agent stays.
    fn leg(&mut self, source: Name, was: Option<&Leg>, is: Option<&Leg>);
}

/// Counts nothing: for a call whose counters are not in any book.
pub(crate) struct Nowhere;

impl Tally for Nowhere {
    fn visit(&mut self, _source: Name, _was: Option<&Visit>, _is: Option<&Visit>) {}

    fn leg(&mut self, _source: Name, _was: Option<&Leg>, _is: Option<&Leg>) {}
}

/// The settings, asked by a queue's number.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) names: &'a Names,
}

impl Rules<'_> {
    fn of(&self, queue: Name, at: Timestamp) -> QueueRule {
        self.settings.rule(self.names.text(queue), at)
    }
}

/// A call that is open, or ended so lately that more may be told about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OpenCall {
    /// When something was last told about it: at hand, because every call is asked for it now and then.
    last_at: Timestamp,
    /// Boxed: a table of wide entries would be moved and half empty as it grows.
    story: Box<Story>,
}

/// What was told of a call, and what follows from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Story {
    call: Arc<str>,
    /// Version of its rows once they are closed; above 1 when history had them before.
    version: i64,
    record: Record,
    /// Oldest first.
    #[serde(with = "few")]
    notes: SmallVec<[Seen; 2]>,
}

impl OpenCall {
    pub(crate) fn new(source: Name, call: Arc<str>) -> Self {
        let story = Story { call, version: 1, record: Record::new(source), notes: SmallVec::new() };
        Self { last_at: Timestamp::default(), story: Box::new(story) }
    }

    /// A closed call as history has it, to be told something late; `None` when its path cannot be read.
    pub(crate) fn reopen(row: &Call, settings: &Settings, names: &mut Names) -> Option<Self> {
        let mut call = Self::new(names.number(&row.source), Arc::clone(&row.call));
        call.story.notes = path::notes(row, names)?.into();
        call.story.version = row.version + 1;
        call.last_at = call.story.last_at();
        call.story.rebuild(Rules { settings, names }, &mut Nowhere);
        Some(call)
    }

    /// Takes in one note; false when it was there already.
    pub(crate) fn take(&mut self, seen: Seen, rules: Rules<'_>, tally: &mut impl Tally) -> bool {
        let is_new = self.story.take(seen, rules, tally);
        self.last_at = self.story.last_at();
        is_new
    }

    /// Whether nothing was told yet.
    pub(crate) fn is_new(&self) -> bool {
        self.story.notes.is_empty()
    }

    pub(crate) fn source(&self) -> Name {
        self.story.record.source
    }

    /// The call's id, unique within its source.
    pub(crate) fn id(&self) -> &Arc<str> {
        &self.story.call
    }

    pub(crate) fn record(&self) -> &Record {
        &self.story.record
    }

    pub(crate) fn started_at(&self) -> Option<Timestamp> {
        self.story.notes.first().map(|n| n.at)
    }

    /// Who calls whom.
    pub(crate) fn who(&self) -> Who<'_> {
        self.who_told(self.story.record.beginning())
    }

    /// Who calls whom, as a note tells it.
    fn who_told(&self, beginning: Option<u32>) -> Who<'_> {
        let told = beginning.and_then(|place| self.story.notes.get(place as usize)).and_then(|seen| seen.note.who());
        told.unwrap_or(Who { direction: Direction::Inbound, from: None, to: None })
    }

    /// When something was last told about it.
    pub(crate) const fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// From which time of its source on nothing more is expected; `None` while it goes on.
    pub(crate) fn settles_at(&self, settings: &Settings) -> Option<Timestamp> {
        let linger = if self.record().was_answered() { settings.answered_linger_ms } else { settings.linger_ms };
        self.record().ended_at().map(|_| self.last_at.plus(linger))
    }

    /// Goes on being open after all: history will have taken its rows away by then.
    pub(crate) fn go_on(&mut self, rules: Rules<'_>, tally: &mut impl Tally) {
        self.story.version += 1;
        self.story.rebuild(rules, tally);
    }
}

impl Story {
    fn take(&mut self, seen: Seen, rules: Rules<'_>, tally: &mut impl Tally) -> bool {
        if let Some(place) = self.notes.iter().position(|n| n.is_same(&seen)) {
            if !self.notes.get(place).is_some_and(|n| seen.is_finer_than(n)) {
                return false;
            }
            self.notes.remove(place);
            self.record.retract(tally);
            self.rebuild(rules, tally);
        }
        let in_order = self.notes.last().is_none_or(|last| last.at <= seen.at);
        if in_order {
            self.record.apply(self.notes.len(), &seen, rules, tally);
            self.notes.push(seen);
        } else {
            let place = self.notes.partition_point(|n| n.at <= seen.at);
            self.notes.insert(place, seen);
            self.record.retract(tally);
            self.rebuild(rules, tally);
        }
        true
    }

    /// Makes the facts from the notes: after a late note, and when the call is opened again.
    fn rebuild(&mut self, rules: Rules<'_>, tally: &mut impl Tally) {
        self.record = Record::new(self.record.source);
        for (place, note) in self.notes.iter().enumerate() {
            self.record.apply(place, note, rules, tally);
        }
    }

    fn last_at(&self) -> Timestamp {
        self.notes.last().map(|n| n.at).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_call_is_small() {
        // Memory of open calls decides how fast a busy day is folded: look at the live bench before you let it grow.
        assert!(size_of::<Story>() <= 400, "{} bytes", size_of::<Story>());
        assert!(size_of::<OpenCall>() <= 16, "{} bytes", size_of::<OpenCall>());
    }
}
