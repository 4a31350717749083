//! Lines on who takes calls: log-ins, log-outs and pauses, of one queue or of all.

use callboard_domain::Timestamp;

use super::row::Row;
use crate::agents::AgentBook;
use crate::dialect::{Emit, Reject};

/// What one line says of one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presence {
    pub at: Timestamp,
    pub agent: String,
    /// None: every queue.
    pub queue: Option<String>,
    change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Joined { paused: bool },
    Left,
    Paused { reason: String },
    Unpaused,
}

impl Presence {
    /// Of a line that tells of a call, or of nothing, it is none.
    pub(super) fn of(row: &Row<'_>) -> Result<Option<Self>, Reject> {
        let text = || row.text(0).unwrap_or_default();
        let (all, change) = match row.event.as_ref() {
            "ADDMEMBER" => (false, Change::Joined { paused: text() == "PAUSED" }),
            "REMOVEMEMBER" => (false, Change::Left),
            "PAUSE" => (false, Change::Paused { reason: text() }),
            "UNPAUSE" => (false, Change::Unpaused),
            // One line for each queue follows: those change nothing more.
            "PAUSEALL" => (true, Change::Paused { reason: text() }),
            "UNPAUSEALL" => (true, Change::Unpaused),
            _ => return Ok(None),
        };
        let queue = match change {
            Change::Joined { .. } | Change::Left => Some(row.queue()?),
            Change::Paused { .. } | Change::Unpaused => row.queue_or_none().filter(|_| !all),
        };
        Ok(Some(Self { at: row.at, agent: row.agent()?.to_owned(), queue: queue.map(str::to_owned), change }))
    }

    /// The same of a line of text; none of one that cannot be read.
    pub fn of_line(line: &[u8]) -> Option<Self> {
        Self::of(&Row::parse(line.strip_suffix(b"\r").unwrap_or(line)).ok()?).ok()?
    }

    pub fn apply(&self, agents: &mut AgentBook, out: &mut Emit) {
        let (agent, queue, at) = (self.agent.as_str(), self.queue.as_deref(), self.at);
        match (&self.change, queue) {
            (Change::Joined { paused }, Some(queue)) => {
                agents.joined(agent, queue, at, out);
                if *paused {
                    agents.paused(agent, Some(queue), "", at, out);
                }
            }
            (Change::Left, Some(queue)) => agents.left(agent, queue, at, out),
            // Both name a queue.
            (Change::Joined { .. } | Change::Left, None) => {}
            (Change::Paused { .. } | Change::Unpaused, _) => {
                if let Some(queue) = queue {
                    agents.seen(agent, queue, at, out);
                }
                if let Change::Paused { reason } = &self.change {
                    agents.paused(agent, queue, reason, at, out);
                } else {
                    agents.unpaused(agent, queue, at, out);
                }
            }
        }
    }
}
