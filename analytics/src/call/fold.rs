//! The rules: how each note changes a call's visits and legs.
//!
//! Tolerant on purpose: notes may be missing, so every rule says what follows when the one before it never came.

use callboard_domain::Timestamp;
use callboard_domain::state::{CallOutcome, EndedBy, LegOutcome, MissReason, VisitOutcome};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::fact::{Leg, Visit};
use super::note::{Note, Seen, TELLERS_APART_MS};
use super::{Rules, Tally, few};
use crate::names::Name;

/// A call's facts in the making. What only a note says is not kept twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) source: Name,
    /// Place of the note that told who calls whom.
    beginning: Option<u32>,
    ended: Option<(Timestamp, Option<EndedBy>)>,
    /// Most calls have one visit and one leg.
    #[serde(with = "few")]
    visits: SmallVec<[Visit; 1]>,
    #[serde(with = "few")]
    legs: SmallVec<[Leg; 1]>,
}

impl Record {
    pub(super) fn new(source: Name) -> Self {
        Self { source, beginning: None, ended: None, visits: SmallVec::new(), legs: SmallVec::new() }
    }

    pub(crate) fn visits(&self) -> &[Visit] {
        &self.visits
    }

    pub(crate) fn legs(&self) -> &[Leg] {
        &self.legs
    }

    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        self.ended.map(|(at, _)| at)
    }

    pub(super) const fn beginning(&self) -> Option<u32> {
        self.beginning
    }

    pub(super) fn ended_by(&self) -> Option<EndedBy> {
        self.ended.and_then(|(_, by)| by)
    }

    /// Since when the caller is on hold.
    pub(crate) fn held_at(&self) -> Option<Timestamp> {
        self.legs.iter().rev().find_map(|l| l.held_at)
    }

    /// Whether an agent spoke: wrap-up, rating and recording may follow.
    pub(super) fn was_answered(&self) -> bool {
        self.legs.iter().any(Leg::was_answered)
    }

    /// Takes this call's counters out of all sums.
    pub(super) fn retract(&self, tally: &mut impl Tally) {
        self.visits.iter().for_each(|v| tally.visit(self.source, Some(v), None));
        self.legs.iter().for_each(|l| tally.leg(self.source, Some(l), None));
    }

    /// Follows the note that stands at `place` among those of the call.
    pub(super) fn apply(&mut self, place: usize, seen: &Seen, rules: Rules<'_>, tally: &mut impl Tally) {
        let at = seen.at;
        match seen.note {
            Note::Started { .. } => self.beginning = u32::try_from(place).ok(),
            Note::Queued { queue, position } => self.queued(at, queue, position, rules, tally),
            Note::Ringing { agent, queue } => self.ringing(at, agent, queue, tally),
            Note::RingMissed { agent, queue, ring_ms, reason } => self.ring_missed(at, agent, queue, ring_ms, reason, tally),
            Note::Answered { agent, queue, ring_ms } => self.answered(at, agent, queue, ring_ms, tally),
            Note::Held { agent } => self.held_from(at, agent),
            Note::Resumed { agent } => self.resumed(at, agent, tally),
            Note::Transferred { agent, .. } => self.transferred(at, agent, tally),
            Note::LegEnded { agent, by } => {
                if let Some(i) = self.open_leg(agent) {
                    self.end_leg(i, at, LegOutcome::Completed, by, tally);
                }
            }
            Note::LeftQueue { queue, reason } => self.left_queue(at, queue, reason.into(), tally),
            Note::Ended { by } => self.ended(at, by, tally),
            Note::WrappedUp { agent, wrap_up_ms } => {
                if let Some(i) = self.legs.iter().rposition(|l| l.agent == agent && l.was_answered()) {
                    self.edit_leg(i, tally, |leg| leg.wrap_up_ms = wrap_up_ms);
                }
            }
            Note::Recorded { .. } | Note::Voicemail { .. } | Note::Rated { .. } => {}
        }
    }

    fn queued(&mut self, at: Timestamp, queue: Name, position: Option<u32>, rules: Rules<'_>, tally: &mut impl Tally) {
        self.ended = None;
        if let Some(i) = self.waiting_visit(None) {
            if self.visits.get(i).is_some_and(|v| v.queue == queue) {
                return; // the same place taken up again: one wait
            }
            self.decide(i, at, VisitOutcome::Overflow, tally);
        }
        let rule = rules.of(queue, at);
        let visit = Visit {
            queue,
            agent: None,
            position,
            beginning: self.beginning,
            entered_at: at,
            left_at: None,
            target_ms: rule.target_ms,
            short_ms: rule.short_ms,
            outcome: VisitOutcome::Waiting,
            transferred: false,
        };
        tally.visit(self.source, None, Some(&visit));
        self.visits.push(visit);
    }

    fn ringing(&mut self, at: Timestamp, agent: Name, queue: Option<Name>, tally: &mut impl Tally) {
        if !self.legs.iter().any(|l| l.agent == agent && l.outcome == LegOutcome::Ringing) {
            self.push_leg(at, agent, queue, tally, |_| {});
        }
    }

    fn ring_missed(&mut self, at: Timestamp, agent: Name, queue: Option<Name>, ring_ms: Option<i64>, reason: MissReason, tally: &mut impl Tally) {
        let known = self.legs.iter().rposition(|l| l.agent == agent && !l.was_answered() && (l.ended_at.is_none() || l.concluded));
        let i = known.unwrap_or_else(|| self.push_leg(at.plus(-ring_ms.unwrap_or(0)), agent, queue, tally, |_| {}));
        self.end_leg(i, at, reason.into(), None, tally);
    }

    fn answered(&mut self, at: Timestamp, agent: Name, queue: Option<Name>, ring_ms: Option<i64>, tally: &mut impl Tally) {
        self.ended = None;
        if let Some(i) = self.waiting_visit(queue) {
            self.decide(i, at, VisitOutcome::Answered, tally);
            if let Some(visit) = self.visits.get_mut(i) {
                visit.agent = Some(agent);
            }
        }
        let answer = |leg: &mut Leg| {
            leg.outcome = LegOutcome::Talking;
            leg.answered_at = Some(at);
        };
        match self.legs.iter().rposition(|l| l.agent == agent && l.outcome == LegOutcome::Ringing) {
            Some(i) => self.edit_leg(i, tally, answer),
            None => {
                self.push_leg(at.plus(-ring_ms.unwrap_or(0)), agent, queue, tally, answer);
            }
        }
    }

    fn held_from(&mut self, at: Timestamp, agent: Name) {
        if let Some(leg) = self.open_leg(agent).and_then(|i| self.legs.get_mut(i)) {
            leg.held_at.get_or_insert(at);
        }
    }

    fn resumed(&mut self, at: Timestamp, agent: Name, tally: &mut impl Tally) {
        if let Some(i) = self.open_leg(agent) {
            self.edit_leg(i, tally, |leg| leg.resume(at));
        }
    }

    fn transferred(&mut self, at: Timestamp, agent: Name, tally: &mut impl Tally) {
        // Another adapter may have told of the end of the conversation just before.
        let just_over = |l: &Leg| l.agent == agent && l.was_answered() && l.ended_at.is_some_and(|end| at.since(end).abs() <= TELLERS_APART_MS);
        if let Some(i) = self.open_leg(agent).or_else(|| self.legs.iter().rposition(just_over)) {
            self.end_leg(i, at, LegOutcome::Transferred, Some(EndedBy::Agent), tally);
        }
        if let Some(i) = self.visits.iter().rposition(|v| v.agent == Some(agent)) {
            self.edit_visit(i, tally, |visit| visit.transferred = true);
        }
    }

    fn left_queue(&mut self, at: Timestamp, queue: Name, outcome: VisitOutcome, tally: &mut impl Tally) {
        let waiting = self.waiting_visit(Some(queue));
        // After a bare `call.ended` the reason may still come: it is better than what was concluded.
        let concluded = |v: &Visit| v.queue == queue && v.left_at == self.ended_at() && v.outcome != VisitOutcome::Answered;
        if let Some(i) = waiting.or_else(|| self.visits.iter().rposition(concluded)) {
            self.decide(i, at, outcome, tally);
        }
    }

    fn ended(&mut self, at: Timestamp, by: Option<EndedBy>, tally: &mut impl Tally) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some((at, by));
        let lost = by == Some(EndedBy::Lost);
        while let Some(i) = self.waiting_visit(None) {
            let outcome = match by {
                Some(EndedBy::Lost) => VisitOutcome::Lost,
                Some(EndedBy::System) => VisitOutcome::Overflow,
                Some(EndedBy::Caller | EndedBy::Agent) | None => VisitOutcome::Abandoned,
            };
            self.decide(i, at, outcome, tally);
        }
        for i in 0..self.legs.len() {
            let Some(outcome) = self.legs.get(i).map(|l| l.outcome) else { continue };
            match outcome {
                LegOutcome::Talking => self.end_leg(i, at, if lost { LegOutcome::Lost } else { LegOutcome::Completed }, by, tally),
                LegOutcome::Ringing => {
                    self.end_leg(i, at, if lost { LegOutcome::Lost } else { LegOutcome::CallerGaveUp }, by, tally);
                    if let Some(leg) = self.legs.get_mut(i) {
                        leg.concluded = true;
                    }
                }
                _ => {}
            }
        }
    }

    /// The last wait that goes on, in that queue if one is named.
    fn waiting_visit(&self, queue: Option<Name>) -> Option<usize> {
        self.visits.iter().rposition(|v| v.is_waiting() && queue.is_none_or(|q| q == v.queue))
    }

    /// The conversation of that agent that goes on.
    fn open_leg(&self, agent: Name) -> Option<usize> {
        self.legs.iter().rposition(|l| l.agent == agent && l.outcome == LegOutcome::Talking)
    }

    fn decide(&mut self, i: usize, at: Timestamp, outcome: VisitOutcome, tally: &mut impl Tally) {
        self.edit_visit(i, tally, |visit| {
            visit.left_at = Some(at);
            visit.outcome = outcome;
        });
    }

    /// A new leg, ringing but for what `change` makes of it before it is counted.
    fn push_leg(&mut self, began_at: Timestamp, agent: Name, queue: Option<Name>, tally: &mut impl Tally, change: impl FnOnce(&mut Leg)) -> usize {
        let mut leg = Leg {
            agent,
            queue: queue.or_else(|| self.visits.last().map(|v| v.queue)),
            began_at,
            answered_at: None,
            ended_at: None,
            held_at: None,
            hold_ms: 0,
            wrap_up_ms: 0,
            outcome: LegOutcome::Ringing,
            ended_by: None,
            concluded: false,
        };
        change(&mut leg);
        tally.leg(self.source, None, Some(&leg));
        self.legs.push(leg);
        self.legs.len() - 1
    }

    fn end_leg(&mut self, i: usize, at: Timestamp, outcome: LegOutcome, by: Option<EndedBy>, tally: &mut impl Tally) {
        self.edit_leg(i, tally, |leg| {
            leg.resume(at);
            leg.ended_at = Some(at);
            leg.outcome = outcome;
            leg.ended_by = by;
        });
    }

    /// Changes a visit and keeps every sum right.
    fn edit_visit(&mut self, i: usize, tally: &mut impl Tally, change: impl FnOnce(&mut Visit)) {
        if let Some(visit) = self.visits.get_mut(i) {
            let was = *visit;
            change(visit);
            tally.visit(self.source, Some(&was), Some(visit));
        }
    }

    /// Changes a leg and keeps every sum right.
    fn edit_leg(&mut self, i: usize, tally: &mut impl Tally, change: impl FnOnce(&mut Leg)) {
        if let Some(leg) = self.legs.get_mut(i) {
            let was = *leg;
            change(leg);
            tally.leg(self.source, Some(&was), Some(leg));
        }
    }

    pub(super) fn outcome(&self) -> CallOutcome {
        let Some((_, by)) = self.ended else { return CallOutcome::Open };
        if self.was_answered() {
            return CallOutcome::Answered;
        }
        match self.visits.last().map(|v| v.outcome) {
            Some(VisitOutcome::Answered) => CallOutcome::Answered,
            Some(VisitOutcome::Abandoned) => CallOutcome::Abandoned,
            Some(VisitOutcome::TimedOut) => CallOutcome::TimedOut,
            Some(VisitOutcome::Key) => CallOutcome::Key,
            Some(VisitOutcome::Overflow) => CallOutcome::Overflow,
            Some(VisitOutcome::Lost | VisitOutcome::Waiting) => CallOutcome::Lost,
            None if by == Some(EndedBy::Lost) => CallOutcome::Lost,
            None => CallOutcome::Unqueued,
        }
    }
}
