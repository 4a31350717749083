//! The rules: how each note changes a call's visits and legs.
//!
//! Tolerant on purpose: notes may be missing, so every rule says what follows when the one before it never came.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::{CallOutcome, Direction, EndedBy, LegOutcome, MissReason, VisitOutcome};
use callboard_store::table::{AgentLeg, Call, QueueVisit};
use serde::{Deserialize, Serialize};

use super::Sums;
use super::note::{Note, Seen, TELLERS_APART_MS};
use crate::settings::Settings;

/// A call's rows in the making.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    source: Arc<str>,
    call: Arc<str>,
    started_at: Option<Timestamp>,
    direction: Option<Direction>,
    from: Option<Arc<str>>,
    to: Option<Arc<str>>,
    ended: Option<(Timestamp, Option<EndedBy>)>,
    transfers: i64,
    recording: Option<Arc<str>>,
    voicemail: Option<Arc<str>>,
    rating: Option<i64>,
    visits: Vec<QueueVisit>,
    legs: Vec<AgentLeg>,
    /// Since when each leg's caller is on hold; beside `legs`.
    held_at: Vec<Option<Timestamp>>,
    /// Whether the end was concluded from `call.ended` and a better reason may follow; beside `visits`, `legs`.
    concluded: Vec<bool>,
}

impl Record {
    pub(super) fn new(source: Arc<str>, call: Arc<str>) -> Self {
        Self { source, call, ..Self::default() }
    }

    pub(super) fn into_rows(self) -> (Vec<QueueVisit>, Vec<AgentLeg>) {
        (self.visits, self.legs)
    }

    pub(crate) fn visits(&self) -> &[QueueVisit] {
        &self.visits
    }

    pub(crate) fn legs(&self) -> &[AgentLeg] {
        &self.legs
    }

    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        self.ended.map(|(at, _)| at)
    }

    pub(crate) fn started_at(&self) -> Option<Timestamp> {
        self.started_at
    }

    pub(crate) fn from(&self) -> Option<&Arc<str>> {
        self.from.as_ref()
    }

    pub(crate) fn to(&self) -> Option<&Arc<str>> {
        self.to.as_ref()
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction.unwrap_or(Direction::Inbound)
    }

    /// The leg whose caller is on hold, with the time since when.
    pub(crate) fn held(&self) -> Option<Timestamp> {
        self.held_at.iter().rev().find_map(|h| *h)
    }

    /// Whether an agent spoke: wrap-up, rating and recording may follow.
    pub(super) fn was_answered(&self) -> bool {
        self.legs.iter().any(|l| l.handled == 1)
    }

    /// Takes this call's counters out of all sums.
    pub(super) fn retract(&self, sums: &mut impl Sums) {
        self.visits.iter().for_each(|v| sums.visit(v, -1));
        self.legs.iter().for_each(|l| sums.leg(l, -1));
    }

    pub(super) fn apply(&mut self, seen: &Seen, settings: &Settings, sums: &mut impl Sums) {
        let at = seen.at;
        self.started_at.get_or_insert(at);
        match &seen.note {
            Note::Started { direction, from, to } => {
                self.direction = Some(*direction);
                self.from.clone_from(from);
                self.to.clone_from(to);
            }
            Note::Queued { queue, position } => self.queued(at, queue, *position, settings, sums),
            Note::Ringing { agent, queue } => self.ringing(at, agent, queue.as_ref(), sums),
            Note::RingMissed { agent, queue, ring_ms, reason } => self.ring_missed(at, agent, queue.as_ref(), *ring_ms, *reason, sums),
            Note::Answered { agent, queue, ring_ms } => self.answered(at, agent, queue.as_ref(), *ring_ms, sums),
            Note::Held { agent } => self.held_from(at, agent),
            Note::Resumed { agent } => self.resumed(at, agent, sums),
            Note::Transferred { agent, .. } => self.transferred(at, agent, sums),
            Note::LegEnded { agent, by } => {
                if let Some(i) = self.open_leg(agent) {
                    self.end_leg(i, at, LegOutcome::Completed, *by, sums);
                }
            }
            Note::LeftQueue { queue, reason } => self.left_queue(at, queue, (*reason).into(), sums),
            Note::Ended { by } => self.ended(at, *by, sums),
            Note::WrappedUp { agent, wrap_up_ms } => {
                if let Some(i) = self.legs.iter().rposition(|l| same(&l.agent, agent) && l.handled == 1) {
                    self.edit_leg(i, sums, |leg| leg.wrap_up_ms = *wrap_up_ms);
                }
            }
            Note::Recorded { url } => self.recording = Some(Arc::clone(url)),
            Note::Voicemail { url } => self.voicemail = Some(Arc::clone(url)),
            Note::Rated { score } => self.rating = Some(*score),
        }
    }

    fn queued(&mut self, at: Timestamp, queue: &Arc<str>, position: Option<u32>, settings: &Settings, sums: &mut impl Sums) {
        self.ended = None;
        if let Some(i) = self.waiting_visit(None) {
            if self.visits.get(i).is_some_and(|v| same(&v.queue, queue)) {
                return; // the same place taken up again: one wait
            }
            self.decide(i, at, VisitOutcome::Overflow, sums);
        }
        let rule = settings.rule(queue, at);
        let visit = QueueVisit {
            source: Arc::clone(&self.source),
            call: Arc::clone(&self.call),
            visit: self.visits.len() as i64 + 1,
            queue: Arc::clone(queue),
            from_number: self.from.clone(),
            entered_at: at,
            left_at: None,
            outcome: VisitOutcome::Waiting,
            position: position.map(i64::from),
            agent: None,
            wait_ms: None,
            target_ms: rule.target_ms,
            short_ms: rule.short_ms,
            offered: 1,
            answered: 0,
            answered_in_target: 0,
            abandoned: 0,
            abandoned_in_target: 0,
            short_abandoned: 0,
            timed_out: 0,
            left_by_key: 0,
            overflowed: 0,
            lost: 0,
            waiting: 1,
            waiting_past_target: 0,
            transferred: 0,
            answered_wait_ms: 0,
            abandoned_wait_ms: 0,
            decided_wait_ms: 0,
            longest_wait_ms: 0,
            version: 1,
        };
        sums.visit(&visit, 1);
        room_for_one(&mut self.visits);
        self.visits.push(visit);
    }

    fn ringing(&mut self, at: Timestamp, agent: &Arc<str>, queue: Option<&Arc<str>>, sums: &mut impl Sums) {
        if !self.legs.iter().any(|l| same(&l.agent, agent) && l.outcome == LegOutcome::Ringing) {
            self.push_leg(at, agent, queue, sums, |_| {});
        }
    }

    fn ring_missed(
        &mut self,
        at: Timestamp,
        agent: &Arc<str>,
        queue: Option<&Arc<str>>,
        ring_ms: Option<i64>,
        reason: MissReason,
        sums: &mut impl Sums,
    ) {
        let concluded = |i: usize| self.concluded.get(i).copied().unwrap_or(false);
        let known =
            self.legs.iter().enumerate().rposition(|(i, l)| same(&l.agent, agent) && l.handled == 0 && (l.ended_at.is_none() || concluded(i)));
        let i = known.unwrap_or_else(|| self.push_leg(at.plus(-ring_ms.unwrap_or(0)), agent, queue, sums, |_| {}));
        self.end_leg(i, at, reason.into(), None, sums);
    }

    fn answered(&mut self, at: Timestamp, agent: &Arc<str>, queue: Option<&Arc<str>>, ring_ms: Option<i64>, sums: &mut impl Sums) {
        self.ended = None;
        if let Some(i) = self.waiting_visit(queue) {
            self.decide(i, at, VisitOutcome::Answered, sums);
            if let Some(visit) = self.visits.get_mut(i) {
                visit.agent = Some(Arc::clone(agent));
            }
        }
        let answer = |leg: &mut AgentLeg| {
            leg.outcome = LegOutcome::Talking;
            leg.answered_at = Some(at);
            leg.handled = 1;
            leg.ring_ms = at.since(leg.began_at).max(0);
        };
        match self.legs.iter().rposition(|l| same(&l.agent, agent) && l.outcome == LegOutcome::Ringing) {
            Some(i) => self.edit_leg(i, sums, answer),
            None => {
                self.push_leg(at.plus(-ring_ms.unwrap_or(0)), agent, queue, sums, answer);
            }
        }
    }

    fn held_from(&mut self, at: Timestamp, agent: &Arc<str>) {
        if let Some(i) = self.open_leg(agent)
            && let Some(held) = self.held_at.get_mut(i)
        {
            held.get_or_insert(at);
        }
    }

    fn resumed(&mut self, at: Timestamp, agent: &Arc<str>, sums: &mut impl Sums) {
        if let Some(i) = self.open_leg(agent)
            && let Some(since) = self.held_at.get_mut(i).and_then(Option::take)
        {
            self.edit_leg(i, sums, |leg| leg.hold_ms += at.since(since).max(0));
        }
    }

    fn transferred(&mut self, at: Timestamp, agent: &Arc<str>, sums: &mut impl Sums) {
        self.transfers += 1;
        // Another adapter may have told of the end of the conversation just before.
        let just_over = |l: &AgentLeg| &l.agent == agent && l.handled == 1 && l.ended_at.is_some_and(|end| at.since(end).abs() <= TELLERS_APART_MS);
        if let Some(i) = self.open_leg(agent).or_else(|| self.legs.iter().rposition(just_over)) {
            self.end_leg(i, at, LegOutcome::Transferred, Some(EndedBy::Agent), sums);
            self.edit_leg(i, sums, |leg| leg.transferred = 1);
        }
        if let Some(i) = self.visits.iter().rposition(|v| v.agent.as_ref().is_some_and(|a| same(a, agent))) {
            self.edit_visit(i, sums, |visit| visit.transferred = 1);
        }
    }

    fn left_queue(&mut self, at: Timestamp, queue: &Arc<str>, outcome: VisitOutcome, sums: &mut impl Sums) {
        let waiting = self.waiting_visit(Some(queue));
        // After a bare `call.ended` the reason may still come: it is better than what was concluded.
        let i = waiting.or_else(|| self.visits.iter().rposition(|v| &v.queue == queue && v.left_at == self.ended_at() && v.answered == 0));
        if let Some(i) = i {
            self.decide(i, at, outcome, sums);
        }
    }

    fn ended(&mut self, at: Timestamp, by: Option<EndedBy>, sums: &mut impl Sums) {
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
            self.decide(i, at, outcome, sums);
        }
        for i in 0..self.legs.len() {
            let Some(outcome) = self.legs.get(i).map(|l| l.outcome) else { continue };
            match outcome {
                LegOutcome::Talking => self.end_leg(i, at, if lost { LegOutcome::Lost } else { LegOutcome::Completed }, by, sums),
                LegOutcome::Ringing => {
                    self.end_leg(i, at, if lost { LegOutcome::Lost } else { LegOutcome::CallerGaveUp }, by, sums);
                    if let Some(concluded) = self.concluded.get_mut(i) {
                        *concluded = true;
                    }
                }
                _ => {}
            }
        }
    }

    /// The last wait that goes on, in that queue if one is named.
    fn waiting_visit(&self, queue: Option<&Arc<str>>) -> Option<usize> {
        self.visits.iter().rposition(|v| v.outcome == VisitOutcome::Waiting && queue.is_none_or(|q| same(q, &v.queue)))
    }

    /// The conversation of that agent that goes on.
    fn open_leg(&self, agent: &Arc<str>) -> Option<usize> {
        self.legs.iter().rposition(|l| same(&l.agent, agent) && l.outcome == LegOutcome::Talking)
    }

    fn decide(&mut self, i: usize, at: Timestamp, outcome: VisitOutcome, sums: &mut impl Sums) {
        self.edit_visit(i, sums, |visit| {
            let wait_ms = at.since(visit.entered_at).max(0);
            let is = |o: VisitOutcome| i64::from(outcome == o);
            let in_target = i64::from(wait_ms <= visit.target_ms);
            visit.left_at = Some(at);
            visit.outcome = outcome;
            visit.wait_ms = Some(wait_ms);
            visit.waiting = 0;
            visit.answered = is(VisitOutcome::Answered);
            visit.answered_in_target = visit.answered * in_target;
            visit.abandoned = is(VisitOutcome::Abandoned);
            visit.abandoned_in_target = visit.abandoned * in_target;
            visit.short_abandoned = visit.abandoned * i64::from(wait_ms < visit.short_ms);
            visit.timed_out = is(VisitOutcome::TimedOut);
            visit.left_by_key = is(VisitOutcome::Key);
            visit.overflowed = is(VisitOutcome::Overflow);
            visit.lost = is(VisitOutcome::Lost);
            visit.answered_wait_ms = visit.answered * wait_ms;
            visit.abandoned_wait_ms = visit.abandoned * wait_ms;
            visit.decided_wait_ms = wait_ms;
            visit.longest_wait_ms = wait_ms;
        });
    }

    /// A new leg, ringing but for what `change` makes of it before it is counted.
    fn push_leg(
        &mut self,
        began_at: Timestamp,
        agent: &Arc<str>,
        queue: Option<&Arc<str>>,
        sums: &mut impl Sums,
        change: impl FnOnce(&mut AgentLeg),
    ) -> usize {
        let mut leg = AgentLeg {
            source: Arc::clone(&self.source),
            call: Arc::clone(&self.call),
            leg: self.legs.len() as i64 + 1,
            queue: queue.or_else(|| self.visits.last().map(|v| &v.queue)).cloned(),
            agent: Arc::clone(agent),
            began_at,
            answered_at: None,
            ended_at: None,
            outcome: LegOutcome::Ringing,
            ended_by: None,
            rings: 1,
            handled: 0,
            missed: 0,
            caller_gave_up_ringing: 0,
            transferred: 0,
            ring_ms: 0,
            talk_ms: 0,
            hold_ms: 0,
            wrap_up_ms: 0,
            version: 1,
        };
        change(&mut leg);
        sums.leg(&leg, 1);
        room_for_one(&mut self.legs);
        self.legs.push(leg);
        self.held_at.push(None);
        self.concluded.push(false);
        self.legs.len() - 1
    }

    fn end_leg(&mut self, i: usize, at: Timestamp, outcome: LegOutcome, by: Option<EndedBy>, sums: &mut impl Sums) {
        let held_ms = self.held_at.get_mut(i).and_then(Option::take).map_or(0, |since| at.since(since).max(0));
        self.edit_leg(i, sums, |leg| {
            leg.ended_at = Some(at);
            leg.outcome = outcome;
            leg.ended_by = by;
            leg.hold_ms += held_ms;
            match leg.answered_at {
                Some(answered_at) => leg.talk_ms = (at.since(answered_at) - leg.hold_ms).max(0),
                None => leg.ring_ms = at.since(leg.began_at).max(0),
            }
            leg.missed = i64::from(outcome == LegOutcome::Missed);
            leg.caller_gave_up_ringing = i64::from(outcome == LegOutcome::CallerGaveUp);
        });
    }

    /// Changes a visit and keeps every sum right.
    fn edit_visit(&mut self, i: usize, sums: &mut impl Sums, change: impl FnOnce(&mut QueueVisit)) {
        if let Some(visit) = self.visits.get_mut(i) {
            sums.edit_visit(visit, change);
        }
    }

    /// Changes a leg and keeps every sum right.
    fn edit_leg(&mut self, i: usize, sums: &mut impl Sums, change: impl FnOnce(&mut AgentLeg)) {
        if let Some(leg) = self.legs.get_mut(i) {
            sums.edit_leg(leg, change);
        }
    }

    fn outcome(&self) -> CallOutcome {
        let Some((_, by)) = self.ended else { return CallOutcome::Open };
        if self.legs.iter().any(|l| l.handled == 1) {
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

    pub(super) fn call(&self, path: Arc<str>) -> Call {
        let leg_sum = |f: fn(&AgentLeg) -> i64| self.legs.iter().map(f).sum();
        Call {
            source: Arc::clone(&self.source),
            call: Arc::clone(&self.call),
            direction: self.direction(),
            from_number: self.from.clone(),
            to_number: self.to.clone(),
            queue: self.visits.first().map(|v| Arc::clone(&v.queue)),
            agent: self.legs.iter().rev().find(|l| l.handled == 1).map(|l| Arc::clone(&l.agent)),
            started_at: self.started_at.unwrap_or_default(),
            answered_at: self.legs.iter().filter_map(|l| l.answered_at).min(),
            ended_at: self.ended_at(),
            outcome: self.outcome(),
            ended_by: self.ended.and_then(|(_, by)| by),
            wait_ms: self.visits.iter().filter_map(|v| v.wait_ms).sum(),
            ring_ms: leg_sum(|l| l.ring_ms),
            talk_ms: leg_sum(|l| l.talk_ms),
            hold_ms: leg_sum(|l| l.hold_ms),
            wrap_up_ms: leg_sum(|l| l.wrap_up_ms),
            visits: self.visits.len() as i64,
            legs: self.legs.len() as i64,
            transfers: self.transfers,
            recording: self.recording.clone(),
            voicemail: self.voicemail.clone(),
            rating: self.rating,
            path,
            version: 1,
        }
    }
}

/// Most calls have one visit and one leg; a list would begin with room for four of these wide rows.
fn room_for_one<T>(rows: &mut Vec<T>) {
    if rows.is_empty() {
        rows.reserve_exact(1);
    }
}

/// Whether two names are one; names are shared, so nearly always by their place in memory.
fn same(a: &Arc<str>, b: &Arc<str>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}
