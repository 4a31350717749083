//! The rows of a call, made from its facts and notes when somebody wants to see them.

use callboard_domain::Timestamp;
use callboard_store::table::{LentCall, LentLeg, LentVisit};

use super::fact::{Visit, Whole};
use super::note::Note;
use super::{OpenCall, path};
use crate::names::Names;
use crate::sums::{AgentSums, Sums as _};

/// What its notes alone know of a call.
#[derive(Default)]
struct Told<'a> {
    transfers: i64,
    recording: Option<&'a str>,
    voicemail: Option<&'a str>,
    rating: Option<i64>,
}

/// The rows of some calls.
pub(crate) struct CallRows<'a> {
    pub(crate) calls: Vec<LentCall<'a>>,
    pub(crate) visits: Vec<LentVisit<'a>>,
    pub(crate) legs: Vec<LentLeg<'a>>,
}

impl<'a> CallRows<'a> {
    /// The rows of these calls, with waits as they stand at `as_of`; their paths are put together in `paths`.
    pub(crate) fn of(calls: impl Iterator<Item = &'a OpenCall> + Clone, as_of: Option<Timestamp>, names: &'a Names, paths: &'a mut String) -> Self {
        paths.clear();
        let mut ends = Vec::with_capacity(calls.size_hint().0);
        for call in calls.clone() {
            path::json(&call.story.notes, names, paths);
            ends.push(paths.len());
        }
        let (paths, mut begin) = (&*paths, 0);
        let mut rows = Self { calls: Vec::with_capacity(ends.len()), visits: Vec::with_capacity(ends.len()), legs: Vec::with_capacity(ends.len()) };
        for (call, end) in calls.zip(ends) {
            rows.calls.push(call.row(names, paths.get(begin..end).unwrap_or_default()));
            begin = end;
            rows.visits.extend(call.visits(as_of, names));
            rows.legs.extend(call.legs(names));
        }
        rows
    }
}

impl OpenCall {
    /// The row of the call.
    fn row<'a>(&'a self, names: &'a Names, path: &'a str) -> LentCall<'a> {
        let (record, who, told) = (self.record(), self.who(), self.told());
        let mut sums = AgentSums::default();
        record.legs().iter().for_each(|l| sums.add(&l.counters()));
        LentCall {
            source: names.text(self.source()),
            call: self.id(),
            direction: who.direction,
            from_number: who.from.map(AsRef::as_ref),
            to_number: who.to.map(AsRef::as_ref),
            queue: record.visits().first().map(|v| names.text(v.queue).as_ref()),
            agent: record.legs().iter().rev().find(|l| l.was_answered()).map(|l| names.text(l.agent).as_ref()),
            started_at: self.started_at().unwrap_or_default(),
            answered_at: record.legs().iter().filter_map(|l| l.answered_at).min(),
            ended_at: record.ended_at(),
            outcome: record.outcome(),
            ended_by: record.ended_by(),
            wait_ms: record.visits().iter().filter_map(Visit::wait_ms).sum(),
            ring_ms: sums.ring_ms,
            talk_ms: sums.talk_ms,
            hold_ms: sums.hold_ms,
            wrap_up_ms: sums.wrap_up_ms,
            visits: record.visits().len() as i64,
            legs: record.legs().len() as i64,
            transfers: told.transfers,
            recording: told.recording,
            voicemail: told.voicemail,
            rating: told.rating,
            path,
            version: self.story.version,
        }
    }

    /// The rows of its waits.
    fn visits<'a>(&'a self, as_of: Option<Timestamp>, names: &'a Names) -> impl Iterator<Item = LentVisit<'a>> {
        let of = self.whole(names);
        (1..).zip(self.record().visits()).map(move |(visit, v)| {
            let waiting_past_target = i64::from(as_of.is_some_and(|now| v.is_past_target(now)));
            LentVisit { waiting_past_target, ..v.row(visit, self.who_told(v.beginning).from.map(AsRef::as_ref), of) }
        })
    }

    /// The rows of its legs.
    fn legs<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = LentLeg<'a>> {
        let of = self.whole(names);
        (1..).zip(self.record().legs()).map(move |(leg, l)| l.row(leg, of))
    }

    fn whole<'a>(&'a self, names: &'a Names) -> Whole<'a> {
        Whole { source: names.text(self.source()), call: self.id(), version: self.story.version, names }
    }

    fn told(&self) -> Told<'_> {
        let mut told = Told::default();
        for seen in &self.story.notes {
            match &seen.note {
                Note::Transferred { .. } => told.transfers += 1,
                Note::Recorded { url } => told.recording = Some(url),
                Note::Voicemail { url } => told.voicemail = Some(url),
                Note::Rated { score } => told.rating = Some(*score),
                Note::Started { .. } | Note::Queued { .. } | Note::Ringing { .. } | Note::RingMissed { .. } | Note::Answered { .. } => {}
                Note::Held { .. } | Note::Resumed { .. } | Note::LegEnded { .. } | Note::LeftQueue { .. } => {}
                Note::Ended { .. } | Note::WrappedUp { .. } => {}
            }
        }
        told
    }
}
