//! The rows of a call, made from its facts and notes when somebody wants to see them.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::{AgentLeg, Call, QueueVisit};

use super::fact::{Visit, Whole};
use super::note::Note;
use super::{OpenCall, path};
use crate::names::Names;
use crate::sums::{AgentSums, Sums as _};

/// What its notes alone know of a call.
#[derive(Default)]
struct Told<'a> {
    transfers: i64,
    recording: Option<&'a Arc<str>>,
    voicemail: Option<&'a Arc<str>>,
    rating: Option<i64>,
}

impl OpenCall {
    /// The row of the call; its path is put together in `text`, which the next one may use again.
    pub(crate) fn row(&self, names: &Names, text: &mut String) -> Call {
        let (record, who, told) = (self.record(), self.who(), self.told());
        let mut sums = AgentSums::default();
        record.legs().iter().for_each(|l| sums.add(&l.counters()));
        Call {
            source: names.shared(self.source()),
            call: Arc::clone(self.id()),
            direction: who.direction,
            from_number: who.from.cloned(),
            to_number: who.to.cloned(),
            queue: record.visits().first().map(|v| names.shared(v.queue)),
            agent: record.legs().iter().rev().find(|l| l.was_answered()).map(|l| names.shared(l.agent)),
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
            recording: told.recording.cloned(),
            voicemail: told.voicemail.cloned(),
            rating: told.rating,
            path: path::json(&self.story.notes, names, text),
            version: self.story.version,
        }
    }

    /// The rows of its waits.
    pub(crate) fn visits<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = QueueVisit> {
        let of = self.whole(names);
        (1..).zip(self.record().visits()).map(move |(visit, v)| v.row(visit, self.who_told(v.beginning).from, of))
    }

    /// The rows of its waits as they stand at `now`.
    pub(crate) fn visits_as_of<'a>(&'a self, now: Timestamp, names: &'a Names) -> impl Iterator<Item = QueueVisit> {
        let past = move |visit: &Visit| i64::from(visit.is_past_target(now));
        self.visits(names).zip(self.record().visits()).map(move |(row, visit)| QueueVisit { waiting_past_target: past(visit), ..row })
    }

    /// The rows of its legs.
    pub(crate) fn legs<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = AgentLeg> {
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
