//! Members of queues: who takes calls, who is paused, whose telephone is busy or gone.
//!
//! Events name an agent `MemberName` and `Interface`, lists `Name` and `Location`; figures are kept by the name.

use std::collections::BTreeSet;

use callboard_domain::Timestamp;
use hashbrown::HashSet;

use super::Message;
use crate::agents::{AgentBook, Member};
use crate::dialect::Emit;

/// What the list that is being read has named so far.
#[derive(Debug, Default)]
pub(super) struct Members {
    queues: HashSet<String>,
    known: BTreeSet<String>,
    listed: HashSet<(String, String)>,
}

/// The name of the agent that a message is about.
pub(super) fn agent_of(m: &Message<'_>, agents: &AgentBook) -> Option<String> {
    let interface = || m.filled("Interface").or_else(|| m.filled("Location"));
    let name = m.filled("MemberName").or_else(|| m.filled("Name")).or_else(interface)?;
    // An alias may be given for the interface as well as for the name.
    let known = agents.name(name);
    let by_interface = interface().map(|text| (text, agents.name(text))).filter(|(text, other)| text != other);
    Some(by_interface.map_or(known, |(_, other)| other).to_owned())
}

impl Members {
    pub fn event(&self, event: &str, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let wanted = matches!(event, "QueueMemberStatus" | "QueueMemberPause" | "QueueMemberAdded" | "QueueMemberRemoved");
        let (true, Some(queue), Some(agent)) = (wanted, m.filled("Queue"), agent_of(m, agents)) else { return };
        if event == "QueueMemberRemoved" {
            return agents.left(&agent, queue, at, out);
        }
        agents.member(&agent, queue, &member(m, event == "QueueMemberAdded"), at, out);
    }

    pub fn listed_queue(&mut self, m: &Message<'_>) {
        if let Some(queue) = m.filled("Queue") {
            self.queues.insert(queue.to_owned());
            self.known.insert(queue.to_owned());
        }
    }

    /// Every queue ever listed.
    pub fn known_queues(&self) -> Vec<String> {
        self.known.iter().cloned().collect()
    }

    pub fn listed(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (Some(queue), Some(agent)) = (m.filled("Queue"), agent_of(m, agents)) else { return };
        agents.member(&agent, queue, &member(m, true), at, out);
        self.listed.insert((queue.to_owned(), agent));
    }

    /// The list is complete: who is in a queue that it names and not in the list has left it.
    pub fn sweep(&mut self, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        for queue in self.queues.drain() {
            for agent in agents.members(&queue) {
                if !self.listed.contains(&(queue.clone(), agent.clone())) {
                    agents.left(&agent, &queue, at, out);
                }
            }
        }
        self.listed.clear();
    }
}

/// Pause and telephone, which every message about a member repeats.
fn member<'a>(m: &'a Message<'_>, by_word: bool) -> Member<'a> {
    // The reason is still there after an unpause: only the flag counts.
    let paused = (m.get("Paused") == Some("1")).then(|| m.get("PausedReason").unwrap_or_default());
    // AST_DEVICE_*: 2 in use, 3 busy, 7 in use and ringing, 8 on hold; 4 invalid, 5 unavailable.
    let status = m.number("Status").unwrap_or(0);
    Member { by_word, paused, busy: matches!(status, 2 | 3 | 7 | 8), reachable: !matches!(status, 4 | 5) }
}
