//! What must outlive a process: the calls and agents of one Asterisk that were told as there.
//!
//! Nothing ever ends a call of which the teller has forgotten that it is open, and a PBX that was killed names it no more.

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use serde::{Deserialize, Serialize};

/// What was told so far, as the source keeps it or as whoever folds the log knows it better.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmiMemory {
    /// When it last said something.
    pub last_seen_at: Option<Timestamp>,
    /// Calls told as open.
    #[serde(default)]
    pub calls: Vec<OpenCall>,
    /// Agents told as there. The source itself leaves them out: a large centre's would be written down again and again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<KnownAgent>,
}

/// A call that was told as open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCall {
    /// Its id, the Uniqueid of its caller's channel.
    pub call: String,
    /// Queues in which it waits.
    #[serde(default)]
    pub waits: Vec<String>,
    /// Agents whose telephones ring for it.
    #[serde(default)]
    pub rings: Vec<Party>,
    /// Agents it talks with.
    #[serde(default)]
    pub talks: Vec<Party>,
}

/// An agent's part in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The agent.
    pub agent: String,
    /// The queue that the call came from.
    pub queue: String,
    /// The caller is on hold.
    #[serde(default)]
    pub held: bool,
}

/// An agent who was told as there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAgent {
    /// The agent.
    pub agent: String,
    /// Queues whose calls the agent takes.
    pub queues: Vec<String>,
    /// The state told last.
    pub state: AgentState,
    /// Why, for a pause.
    pub reason: Option<String>,
}
