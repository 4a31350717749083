//! Presence and activity of agents, resolved to one state.
//!
//! What an agent set (logged in, paused) and what calls do to the agent (ringing, talking) are two axes; a screen shows
//! one state by the precedence of METRICS.md. The book keeps both and tells events only when the result changes.

mod standing;

use callboard_domain::Timestamp;
use callboard_domain::event::{AgentLoggedIn, AgentOnly, AgentQueue, AgentStateChanged, Body, CallWrappedUp};
use callboard_domain::state::AgentState;
use hashbrown::HashMap;

use crate::dialect::Emit;
pub use standing::Activity;
use standing::{Standing, WrapUp};

/// A telephone in use without a call of ours becomes `other_call` after so long; shorter is set-up and clearing, ms.
const OTHER_CALL_AFTER_MS: i64 = 1_000;

/// What no PBX tells and an administrator must.
#[derive(Debug, Clone, Default)]
pub struct AgentRules {
    /// Other names of an agent, such as an interface, and the name under which figures are kept.
    pub aliases: HashMap<String, String>,
    /// Work after a call, by queue, ms; a queue that is not named has none.
    pub wrap_up_ms: HashMap<String, i64>,
    /// Pause reasons that mean work after a call, compared without case.
    pub wrap_up_reasons: Vec<String>,
}

/// A member of a queue as a PBX describes it.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Added or listed; otherwise only seen, which does not bring back who was removed.
    pub by_word: bool,
    /// The reason of a pause in this queue, empty for none; `None` takes calls.
    pub paused: Option<&'a str>,
    /// The telephone is in use.
    pub busy: bool,
    /// The telephone is there.
    pub reachable: bool,
}

/// Every agent of one source.
#[derive(Debug, Default)]
pub struct AgentBook {
    rules: AgentRules,
    agents: HashMap<String, Standing>,
    /// Instants at which a state changes by itself; small, as only wrap-up and `other_call` wait.
    due: Vec<(Timestamp, String)>,
}

impl AgentBook {
    /// An empty book.
    #[must_use]
    pub fn new(rules: AgentRules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The name under which an agent's figures are kept.
    #[must_use]
    pub fn name<'a>(&'a self, text: &'a str) -> &'a str {
        self.rules.aliases.get(text).map_or(text, String::as_str)
    }

    /// The effective state now; `Offline` for an agent never heard of.
    #[must_use]
    pub fn state(&self, agent: &str) -> AgentState {
        self.agents.get(self.name(agent)).map_or(AgentState::Offline, |a| a.told().0)
    }

    /// Whether the agent was ever heard of.
    #[must_use]
    pub fn knows(&self, agent: &str) -> bool {
        self.agents.contains_key(self.name(agent))
    }

    /// Who takes calls of a queue, by name.
    #[must_use]
    pub fn members(&self, queue: &str) -> Vec<String> {
        let mut names: Vec<String> = self.agents.iter().filter(|(_, a)| a.is_in(queue)).map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// Was told as there before this process started, in that state; nothing is told.
    pub fn resume(&mut self, agent: &str, queues: &[String], state: AgentState, reason: Option<&str>) {
        let name = self.name(agent).to_owned();
        let paused = (state == AgentState::Paused).then(|| reason.unwrap_or_default());
        self.agents.entry(name).or_default().resume(queues, state, paused);
    }

    /// A call of an agent was told before this process started; nothing is told.
    pub fn resume_call(&mut self, agent: &str, call: &str, activity: Activity) {
        let name = self.name(agent).to_owned();
        self.agents.entry(name).or_default().active(call, activity);
    }

    /// Signed in without a queue, as by `AGENTLOGIN`.
    pub fn signed_in(&mut self, agent: &str, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.signed = Some(true));
    }

    /// Signed out of every queue, whatever memberships are left.
    pub fn signed_out(&mut self, agent: &str, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.signed = Some(false));
    }

    /// All that a message about a member of a queue says, as one change: nobody is ready for an instant between.
    pub fn member(&mut self, agent: &str, queue: &str, now: &Member<'_>, at: Timestamp, out: &mut Emit) {
        let name = self.name(agent).to_owned();
        let standing = self.agents.entry(name.clone()).or_default();
        let (was, wanted) = (standing.is_in(queue), now.by_word || !standing.knows(queue));
        self.change(&name, at, out, |a| {
            if wanted {
                a.join(queue);
            }
            a.pause(Some(queue), now.paused);
            a.telephone(now.busy, now.reachable, at);
        });
        if wanted && !was {
            out.push(at, Body::AgentQueueJoined(AgentQueue { agent: name.clone().into(), queue: queue.to_owned().into() }));
        }
        if now.busy {
            self.due.push((at.plus(OTHER_CALL_AFTER_MS), name));
        }
    }

    /// Takes calls of a queue from now on.
    pub fn joined(&mut self, agent: &str, queue: &str, at: Timestamp, out: &mut Emit) {
        let name = self.name(agent).to_owned();
        let added = self.agents.entry(name.clone()).or_default().join(queue);
        self.change(&name, at, out, |_| {});
        if added {
            out.push(at, Body::AgentQueueJoined(AgentQueue { agent: name.into(), queue: queue.to_owned().into() }));
        }
    }

    /// Takes no more calls of a queue; out of the last one is logged out, once the conversation is over.
    pub fn left(&mut self, agent: &str, queue: &str, at: Timestamp, out: &mut Emit) {
        let name = self.name(agent).to_owned();
        if self.agents.entry(name.clone()).or_default().leave(queue) {
            out.push(at, Body::AgentQueueLeft(AgentQueue { agent: name.clone().into(), queue: queue.to_owned().into() }));
        }
        self.change(&name, at, out, |_| {});
    }

    /// Was seen at work in a queue: a member for good, of whom no log-in tells, unless it was seen to leave.
    pub fn seen(&mut self, agent: &str, queue: &str, at: Timestamp, out: &mut Emit) {
        let known = self.agents.get(self.name(agent));
        if known.is_some_and(|a| a.knows(queue)) {
            return;
        }
        let name = self.name(agent).to_owned();
        self.change(&name, at, out, |a| a.found_in(queue));
        out.push(at, Body::AgentQueueJoined(AgentQueue { agent: name.into(), queue: queue.to_owned().into() }));
    }

    /// Takes no calls, in one queue or (`None`) in all; an empty reason is none.
    pub fn paused(&mut self, agent: &str, queue: Option<&str>, reason: &str, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.pause(queue, Some(reason)));
    }

    /// Takes calls again, in one queue or (`None`) in all.
    pub fn unpaused(&mut self, agent: &str, queue: Option<&str>, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.pause(queue, None));
    }

    /// A call rings, talks or is held.
    pub fn active(&mut self, agent: &str, call: &str, activity: Activity, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.active(call, activity));
    }

    /// A ring ended without an answer.
    pub fn ring_over(&mut self, agent: &str, call: &str, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, |a| a.ring_over(call));
    }

    /// A conversation ended; work after it begins where the queue has some.
    pub fn talk_over(&mut self, agent: &str, call: &str, queue: Option<&str>, at: Timestamp, out: &mut Emit) {
        let wrap_up_ms = queue.and_then(|q| self.rules.wrap_up_ms.get(q)).copied().unwrap_or(0);
        let until = at.plus(wrap_up_ms);
        self.change(agent, at, out, |a| {
            if a.over(call, at) && wrap_up_ms > 0 {
                a.wrap_up = Some(WrapUp { call: call.to_owned(), since: at, until: Some(until) });
            }
        });
        let name = self.name(agent).to_owned();
        self.due.push((at.plus(OTHER_CALL_AFTER_MS), name.clone()));
        if wrap_up_ms > 0 {
            self.due.push((until, name));
        }
    }

    /// The telephone of a conversation that is over is free, though nobody was there to hear it say so.
    pub fn put_down(&mut self, agent: &str, at: Timestamp, out: &mut Emit) {
        self.change(agent, at, out, Standing::put_down);
    }

    /// Every call of the source is gone; presence stays, as a PBX keeps members and pauses over a restart.
    pub fn calls_lost(&mut self, at: Timestamp, out: &mut Emit) {
        let mut names: Vec<String> = self.agents.keys().cloned().collect();
        names.sort_unstable();
        for name in names {
            self.change(&name, at, out, |a| a.calls_lost());
        }
    }

    /// Time has passed: ends wrap-up that is over and shows calls that came from no queue.
    pub fn tick(&mut self, now: Timestamp, out: &mut Emit) {
        let mut due: Vec<(Timestamp, String)> = Vec::new();
        self.due.retain(|entry| {
            let over = entry.0 <= now;
            if over {
                due.push(entry.clone());
            }
            !over
        });
        due.sort_unstable();
        for (at, name) in due {
            self.change(&name, at, out, |_| {});
        }
    }

    /// Does one change and tells what became different by it.
    fn change(&mut self, agent: &str, at: Timestamp, out: &mut Emit, change: impl FnOnce(&mut Standing)) {
        let name = self.rules.aliases.get(agent).map_or(agent, String::as_str);
        if !self.agents.contains_key(name) {
            self.agents.insert(name.to_owned(), Standing::default());
        }
        let Some(standing) = self.agents.get_mut(name) else { return };
        let told = standing.told();
        change(standing);
        standing.settle(at, OTHER_CALL_AFTER_MS, &self.rules.wrap_up_reasons);
        if let Some(done) = standing.done_wrap_up.take() {
            let wrap_up_ms = at.since(done.since).max(0);
            out.push(at, Body::CallWrappedUp(CallWrappedUp { call: done.call.into(), agent: name.to_owned().into(), wrap_up_ms }));
        }
        let now = standing.told();
        if now == told {
            return;
        }
        match (told.0, now.0) {
            (_, AgentState::Offline) => out.push(at, Body::AgentLoggedOut(AgentOnly { agent: name.to_owned().into() })),
            (before, state) => {
                if before == AgentState::Offline {
                    out.push(at, Body::AgentLoggedIn(AgentLoggedIn { agent: name.to_owned().into(), name: None, team: None }));
                }
                let reason = now.1.map(Into::into);
                out.push(at, Body::AgentState(AgentStateChanged { agent: name.to_owned().into(), state, reason }));
            }
        }
    }
}

#[cfg(test)]
mod tests;
