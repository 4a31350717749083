//! The story of lost connections: first the agents' server is gone, later one PBX, and its missing part comes back.
//!
//! A PBX's events of the time away are kept and delivered after the connection returns, with their own times,
//! between `source.gap` and `source.gap_filled`. The agents' events of the time away are gone for ever; the new
//! connection begins with everyone's state.

use std::collections::VecDeque;

use callboard_domain::event::{AgentOnly, Body, Event, SourceGap, SourceLost};
use callboard_domain::time::{MINUTE_MS, SECOND_MS, Timestamp};

use super::agenda::Task;
use super::floor::{Floor, Origin};

/// When the story of lost connections is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// The first time, ms after the start.
    pub after_ms: i64,
    /// Again each so many ms; at least the seven minutes that the story takes.
    pub every_ms: i64,
}

/// Which sources cannot be heard, and what they would have said.
#[derive(Debug, Default)]
pub(super) struct Outages {
    pbx_since: Option<(usize, Timestamp)>,
    kept: VecDeque<Event<'static>>,
    gap: Option<(usize, Timestamp, Timestamp)>,
    agents_since: Option<Timestamp>,
    logged_in_before: Vec<bool>,
    every_ms: i64,
}

impl Outages {
    /// The event, unless its source cannot be heard.
    pub(super) fn pass(&mut self, origin: Origin, event: Event<'static>) -> Option<Event<'static>> {
        match (origin, self.pbx_since, self.agents_since) {
            (Origin::Agents, _, Some(_)) => None,
            (Origin::Pbx(pbx), Some((lost, _)), _) if pbx == lost => {
                if !matches!(event.body, Body::SourceAlive(_)) {
                    self.kept.push_back(event);
                }
                None
            }
            _ => Some(event),
        }
    }
}

impl Floor {
    /// Plans the story.
    pub(super) fn plan_trouble(&mut self, trouble: Trouble) {
        self.outages.every_ms = trouble.every_ms.max(7 * MINUTE_MS);
        self.plan(trouble.after_ms.max(0), Task::Trouble(0));
    }

    /// One step of the story.
    pub(super) fn trouble(&mut self, step: usize) {
        const PBX: usize = 1;
        let lost = |reason: &'static str| Body::SourceLost(SourceLost { reason: Some(reason.into()) });
        let next_ms = match step {
            0 => {
                self.say(Origin::Agents, lost("connection reset by peer"));
                self.outages.agents_since = Some(self.now);
                self.outages.logged_in_before = self.desks.0.iter().map(|d| d.logged_in).collect();
                75 * SECOND_MS
            }
            1 => {
                self.agents_return();
                100 * SECOND_MS
            }
            2 => {
                self.say(Origin::Pbx(PBX), lost("heartbeat missed"));
                self.outages.pbx_since = Some((PBX, self.now));
                45 * SECOND_MS
            }
            3 => {
                self.pbx_returns();
                40 * SECOND_MS
            }
            4 => {
                self.fill_gap();
                self.outages.every_ms - 260 * SECOND_MS
            }
            _ => return,
        };
        self.plan(next_ms, Task::Trouble((step + 1) % 5));
    }

    fn agents_return(&mut self) {
        let Some(from_at) = self.outages.agents_since.take() else { return };
        self.say_connected(Origin::Agents);
        let gap = SourceGap { from_at, to_at: self.now, reason: Some("connection lost".into()) };
        self.say(Origin::Agents, Body::SourceGap(gap));
        let before = std::mem::take(&mut self.outages.logged_in_before);
        for (agent, was_in) in before.into_iter().enumerate() {
            if self.desks[agent].logged_in {
                if !was_in {
                    self.say_log_in(agent);
                }
                self.say_state(agent);
            } else if was_in {
                self.say(Origin::Agents, Body::AgentLoggedOut(AgentOnly { agent: self.agent_id(agent) }));
            }
        }
    }

    /// Connected again: from here on complete, but the part between is still missing.
    fn pbx_returns(&mut self) {
        let Some((pbx, from_at)) = self.outages.pbx_since.take() else { return };
        let mut kept = std::mem::take(&mut self.outages.kept);
        self.say_connected(Origin::Pbx(pbx));
        self.say(Origin::Pbx(pbx), Body::SourceGap(SourceGap { from_at, to_at: self.now, reason: Some("connection lost".into()) }));
        self.outages.gap = Some((pbx, from_at, self.now));
        self.out.append(&mut kept);
    }

    fn fill_gap(&mut self) {
        if let Some((pbx, from_at, to_at)) = self.outages.gap.take() {
            self.say(Origin::Pbx(pbx), Body::SourceGapFilled(SourceGap { from_at, to_at, reason: None }));
        }
    }
}
