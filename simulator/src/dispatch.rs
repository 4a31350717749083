//! Who takes which call: the longest wait meets the agent who has been free longest.

use std::collections::VecDeque;
use std::sync::Arc;

use callboard_domain::state::AgentState;
use callboard_domain::time::SECOND_MS;

use super::agenda::CallRef;
use super::floor::{Call, Floor, Stage};

/// A queue that a team serves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skill {
    pub(super) queue: usize,
    /// The team is there for it; otherwise it helps out.
    pub(super) own: bool,
}

impl Floor {
    /// The queues of an agent's team.
    pub(super) fn skills_of(&self, agent: usize) -> Arc<[Skill]> {
        let team = self.centre.agents.get(agent).map_or(0, |a| a.team);
        Arc::clone(&self.skills[team])
    }

    /// Rings a free agent, or joins the line; a call that was offered before goes to its head.
    pub(super) fn offer(&mut self, at: CallRef, call: Call, again: bool) {
        if let Some(agent) = self.take_free_agent(call.queue) {
            return self.ring(at, agent);
        }
        let line = &mut self.lines[call.queue];
        let lane = if call.urgent { &mut line.urgent } else { &mut line.ordinary };
        if again { lane.push_front((at, call.phase)) } else { lane.push_back((at, call.phase)) }
    }

    fn take_free_agent(&mut self, queue: usize) -> Option<usize> {
        let (line, desks) = (&mut self.lines[queue], &self.desks);
        [&mut line.first, &mut line.second].into_iter().find_map(|free| {
            while let Some((agent, epoch)) = free.pop_front() {
                if desks[agent].epoch == epoch {
                    return Some(agent);
                }
            }
            None
        })
    }

    /// An agent has become free: stands behind the other free agents of each queue.
    pub(super) fn stand_ready(&mut self, agent: usize) {
        self.set_state(agent, AgentState::Ready, None);
        let epoch = self.desks[agent].epoch;
        for skill in self.skills_of(agent).iter() {
            let (line, desks) = (&mut self.lines[skill.queue], &self.desks);
            let limit = 2 * line.staff as usize + 8;
            let free = if skill.own { &mut line.first } else { &mut line.second };
            if free.len() > limit {
                free.retain(|(a, e)| desks[*a].epoch == *e);
            }
            free.push_back((agent, epoch));
        }
    }

    /// The call the agent should take next: the longest wait, with a start for urgent callers and for the team's own queues.
    pub(super) fn next_waiting(&mut self, agent: usize) -> Option<CallRef> {
        let mut best: Option<(i64, usize, bool, CallRef)> = None;
        for skill in self.skills_of(agent).iter() {
            for urgent in [true, false] {
                let Some((at, call)) = self.head(skill.queue, urgent) else { continue };
                let start_ms = i64::from(urgent) * 60 * SECOND_MS + i64::from(skill.own) * 30 * SECOND_MS;
                let score = self.now.since(call.queued_at) + start_ms;
                if best.is_none_or(|(top, ..)| score > top) {
                    best = Some((score, skill.queue, urgent, at));
                }
            }
        }
        let (_, queue, urgent, at) = best?;
        self.lane(queue, urgent).pop_front();
        Some(at)
    }

    fn lane(&mut self, queue: usize, urgent: bool) -> &mut VecDeque<(CallRef, u32)> {
        let line = &mut self.lines[queue];
        if urgent { &mut line.urgent } else { &mut line.ordinary }
    }

    /// The first caller of a lane who still waits; those who have gone are taken out on the way.
    fn head(&mut self, queue: usize, urgent: bool) -> Option<(CallRef, Call)> {
        loop {
            let (at, phase) = *self.lane(queue, urgent).front()?;
            if let Some(call) = self.call(at).filter(|c| c.phase == phase && c.stage == Stage::Waiting) {
                return Some((at, call));
            }
            self.lane(queue, urgent).pop_front();
        }
    }

    /// Everyone who waits in a queue that nobody serves any more.
    pub(super) fn take_all_waiting(&mut self, queue: usize) -> Vec<CallRef> {
        let mut all = Vec::new();
        for urgent in [true, false] {
            while let Some((at, _)) = self.head(queue, urgent) {
                self.lane(queue, urgent).pop_front();
                all.push(at);
            }
        }
        all
    }
}
