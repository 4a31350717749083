//! One agent: the two axes, and the state that they give.

use std::collections::BTreeMap;

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use hashbrown::HashSet;

/// What a call does to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// The telephone rings for it.
    Ringing,
    /// In conversation.
    Talking,
    /// In conversation, the caller on hold.
    Hold,
}

/// Work after a call.
#[derive(Debug, Clone)]
pub(super) struct WrapUp {
    pub call: String,
    pub since: Timestamp,
    /// When the queue's time for it is over; none while a pause with a reason says so.
    pub until: Option<Timestamp>,
}

/// One agent.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// What a sign-in without a queue said; none where only memberships count.
    pub signed: Option<bool>,
    /// Queues of which calls are taken, each with the reason of a pause there.
    queues: BTreeMap<String, Option<String>>,
    /// Queues once left by word: only a word brings the agent back.
    left: HashSet<String>,
    /// Paused everywhere, in queues not yet heard of too.
    paused_everywhere: Option<String>,
    calls: Vec<(String, Activity)>,
    /// The call last talked with and its end; its work may still be to do.
    last_talk: Option<(String, Timestamp)>,
    pub wrap_up: Option<WrapUp>,
    /// Work that is finished and not yet told.
    pub done_wrap_up: Option<WrapUp>,
    busy_since: Option<Timestamp>,
    unreachable: bool,
    told: Option<(AgentState, Option<String>)>,
}

/// A pause for after-call work counts as that only when it begins so soon after the conversation, ms.
const WRAP_UP_WITHIN_MS: i64 = 30_000;

impl Standing {
    /// State and reason as last settled.
    pub fn told(&self) -> (AgentState, Option<String>) {
        self.told.clone().unwrap_or((AgentState::Offline, None))
    }

    /// As it was told before; `paused` with its reason, empty for none.
    pub fn resume(&mut self, queues: &[String], state: AgentState, paused: Option<&str>) {
        self.queues.extend(queues.iter().map(|queue| (queue.clone(), paused.map(str::to_owned))));
        self.told = Some((state, paused.filter(|reason| !reason.is_empty()).map(str::to_owned)));
    }

    /// By word, so not paused there; false where the agent was in the queue already.
    pub fn join(&mut self, queue: &str) -> bool {
        self.left.remove(queue);
        if self.queues.contains_key(queue) {
            return false;
        }
        self.queues.insert(queue.to_owned(), None);
        true
    }

    /// Was in the queue all along, so a pause in every queue holds there too.
    pub fn found_in(&mut self, queue: &str) {
        self.queues.insert(queue.to_owned(), self.paused_everywhere.clone());
    }

    pub fn leave(&mut self, queue: &str) -> bool {
        self.left.insert(queue.to_owned());
        let was = self.queues.remove(queue).is_some();
        if self.queues.is_empty() {
            self.paused_everywhere = None;
        }
        was
    }

    pub fn is_in(&self, queue: &str) -> bool {
        self.queues.contains_key(queue)
    }

    pub fn knows(&self, queue: &str) -> bool {
        self.queues.contains_key(queue) || self.left.contains(queue) || self.signed == Some(false)
    }

    pub fn pause(&mut self, queue: Option<&str>, reason: Option<&str>) {
        let reason = reason.map(str::to_owned);
        match queue {
            None => {
                for paused in self.queues.values_mut() {
                    paused.clone_from(&reason);
                }
                self.paused_everywhere = reason;
            }
            Some(queue) => {
                if reason.is_none() {
                    self.paused_everywhere = None;
                }
                if let Some(paused) = self.queues.get_mut(queue) {
                    *paused = reason;
                }
            }
        }
    }

    pub fn active(&mut self, call: &str, activity: Activity) {
        match self.calls.iter_mut().find(|(known, _)| known == call) {
            Some(known) => known.1 = activity,
            None => self.calls.push((call.to_owned(), activity)),
        }
        if activity == Activity::Talking {
            self.end_wrap_up();
        }
    }

    pub fn ring_over(&mut self, call: &str) {
        self.calls.retain(|(known, activity)| known != call || *activity != Activity::Ringing);
    }

    /// Ends a conversation; false where none was open.
    pub fn over(&mut self, call: &str, at: Timestamp) -> bool {
        let before = self.calls.len();
        self.calls.retain(|(known, _)| known != call);
        let was = self.calls.len() < before;
        if was {
            self.last_talk = Some((call.to_owned(), at));
            self.busy_since = self.busy_since.map(|_| at);
        }
        was
    }

    pub fn telephone(&mut self, busy: bool, reachable: bool, at: Timestamp) {
        self.unreachable = !reachable;
        self.busy_since = if busy { self.busy_since.or(Some(at)) } else { None };
    }

    pub fn put_down(&mut self) {
        self.busy_since = None;
    }

    pub fn calls_lost(&mut self) {
        self.calls.clear();
        self.busy_since = None;
        self.last_talk = None;
        self.wrap_up = None;
    }

    /// Works out the state at an instant.
    pub fn settle(&mut self, at: Timestamp, other_call_after_ms: i64, wrap_up_reasons: &[String]) {
        if self.wrap_up.as_ref().is_some_and(|w| w.until.is_some_and(|until| until <= at)) {
            self.end_wrap_up();
        }
        let logged_in = self.signed.unwrap_or(!self.queues.is_empty());
        let pause = self.pause_reason().cloned();
        let working = pause.as_ref().is_some_and(|reason| wrap_up_reasons.iter().any(|known| known.eq_ignore_ascii_case(reason)));
        if working && self.wrap_up.is_none() && self.calls.is_empty() {
            self.wrap_up = self.last_talk.take().filter(|(_, ended_at)| at.since(*ended_at) <= WRAP_UP_WITHIN_MS).map(|(call, _)| WrapUp {
                call,
                since: at,
                until: None,
            });
        }
        if !working && self.wrap_up.as_ref().is_some_and(|w| w.until.is_none()) {
            self.end_wrap_up();
        }
        let other_call = self.busy_since.is_some_and(|since| at.since(since) >= other_call_after_ms);
        let has = |wanted| self.calls.iter().any(|(_, activity)| *activity == wanted);
        let state = if self.unreachable && logged_in {
            AgentState::NotResponding
        } else if has(Activity::Talking) {
            AgentState::Talking
        } else if has(Activity::Hold) {
            AgentState::Hold
        } else if !logged_in {
            AgentState::Offline
        } else if has(Activity::Ringing) {
            AgentState::Ringing
        } else if self.wrap_up.is_some() {
            AgentState::WrapUp
        } else if other_call {
            AgentState::OtherCall
        } else if pause.is_some() {
            AgentState::Paused
        } else {
            AgentState::Ready
        };
        let reason = pause.filter(|reason| state == AgentState::Paused && !reason.is_empty());
        self.told = Some((state, reason));
    }

    /// The reason of a pause that holds in every queue; a queue where calls are still taken makes the agent ready.
    fn pause_reason(&self) -> Option<&String> {
        if self.queues.is_empty() {
            return self.paused_everywhere.as_ref();
        }
        if self.queues.values().all(Option::is_some) { self.queues.values().flatten().next() } else { None }
    }

    fn end_wrap_up(&mut self) {
        if let Some(done) = self.wrap_up.take() {
            self.done_wrap_up = Some(done);
        }
    }
}
