//! Closed choices: states, outcomes, directions. Each is one enum with one text form.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that is none of an enum's values.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is none of {allowed}")]
pub struct UnknownChoice {
    /// The text as it came.
    pub text: String,
    /// What would have been read, comma separated.
    pub allowed: String,
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every value, in the order in which screens list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The text form, as in events and tables.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = UnknownChoice;

            fn from_str(text: &str) -> Result<Self, UnknownChoice> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownChoice {
                        text: text.chars().take(64).collect(),
                        allowed: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                    }),
                }
            }
        }
    };
}

choice! {
    /// Who called whom.
    Direction {
        /// A customer called the centre.
        Inbound = "inbound",
        /// The centre called a customer.
        Outbound = "outbound",
        /// Both ends are inside.
        Internal = "internal",
    }
}

choice! {
    /// What an agent is doing, already resolved from presence and activity.
    AgentState {
        /// In conversation with a caller from a queue.
        Talking = "talking",
        /// In conversation, the caller on hold.
        Hold = "hold",
        /// The telephone rings for a queued call.
        Ringing = "ringing",
        /// After-call work.
        WrapUp = "wrap_up",
        /// Free for the next call.
        Ready = "ready",
        /// Not taking calls, with a reason.
        Paused = "paused",
        /// On a call that came from no queue.
        OtherCall = "other_call",
        /// Did not answer, or the telephone is gone.
        NotResponding = "not_responding",
        /// Logged out.
        Offline = "offline",
    }
}

choice! {
    /// How one wait in one queue ended.
    VisitOutcome {
        /// Still in the queue.
        Waiting = "waiting",
        /// An agent answered.
        Answered = "answered",
        /// The caller hung up first.
        Abandoned = "abandoned",
        /// The queue's limit ran out.
        TimedOut = "timed_out",
        /// The caller pressed a key.
        Key = "key",
        /// Sent on because the queue was full, empty or closed.
        Overflow = "overflow",
        /// The source went away and nobody knows.
        Lost = "lost",
    }
}

choice! {
    /// Why a call left a queue without an answer.
    LeaveReason {
        /// The caller hung up.
        Abandoned = "abandoned",
        /// The queue's limit ran out.
        TimedOut = "timed_out",
        /// The caller pressed a key.
        Key = "key",
        /// The queue was full, empty or closed, or somebody took the caller out.
        Overflow = "overflow",
        /// The source went away.
        Lost = "lost",
    }
}

impl From<LeaveReason> for VisitOutcome {
    fn from(reason: LeaveReason) -> Self {
        match reason {
            LeaveReason::Abandoned => Self::Abandoned,
            LeaveReason::TimedOut => Self::TimedOut,
            LeaveReason::Key => Self::Key,
            LeaveReason::Overflow => Self::Overflow,
            LeaveReason::Lost => Self::Lost,
        }
    }
}

choice! {
    /// How a ring or a conversation with an agent ended.
    LegOutcome {
        /// The telephone rings.
        Ringing = "ringing",
        /// The conversation goes on.
        Talking = "talking",
        /// Answered, and ended by a hang-up.
        Completed = "completed",
        /// Answered, and handed on.
        Transferred = "transferred",
        /// Rang, not answered, the caller was still there (RONA).
        Missed = "missed",
        /// The caller left while it rang.
        CallerGaveUp = "caller_gave_up",
        /// Another agent was quicker.
        AnsweredElsewhere = "answered_elsewhere",
        /// Could not be reached: busy, rejected, failed.
        Failed = "failed",
        /// The source went away.
        Lost = "lost",
    }
}

choice! {
    /// Why a ring ended without an answer.
    MissReason {
        /// It rang its full time.
        NoAnswer = "no_answer",
        /// The caller left.
        CallerGaveUp = "caller_gave_up",
        /// Another agent was quicker.
        AnsweredElsewhere = "answered_elsewhere",
        /// Busy, rejected or unreachable.
        Failed = "failed",
    }
}

impl From<MissReason> for LegOutcome {
    fn from(reason: MissReason) -> Self {
        match reason {
            MissReason::NoAnswer => Self::Missed,
            MissReason::CallerGaveUp => Self::CallerGaveUp,
            MissReason::AnsweredElsewhere => Self::AnsweredElsewhere,
            MissReason::Failed => Self::Failed,
        }
    }
}

choice! {
    /// What became of a whole call.
    CallOutcome {
        /// Not over yet.
        Open = "open",
        /// At least one agent spoke with the caller.
        Answered = "answered",
        /// Left a queue by hanging up, never answered.
        Abandoned = "abandoned",
        /// Left its last queue by time-out, never answered.
        TimedOut = "timed_out",
        /// Left its last queue by a key, never answered.
        Key = "key",
        /// Left its last queue by overflow, never answered.
        Overflow = "overflow",
        /// Ended before any queue or agent.
        Unqueued = "unqueued",
        /// The source went away.
        Lost = "lost",
    }
}

choice! {
    /// Who ended it.
    EndedBy {
        /// The customer.
        Caller = "caller",
        /// The agent.
        Agent = "agent",
        /// The PBX or its dialplan.
        System = "system",
        /// Nobody: the source went away.
        Lost = "lost",
    }
}

choice! {
    /// How a call was handed on.
    TransferKind {
        /// Without speaking to the target first.
        Blind = "blind",
        /// After speaking to the target.
        Attended = "attended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_form_reads_back() {
        for state in AgentState::ALL {
            assert_eq!(state.as_str().parse::<AgentState>().unwrap(), *state);
        }
        assert_eq!(
            "dancing".parse::<MissReason>().unwrap_err().to_string(),
            "\"dancing\" is none of no_answer, caller_gave_up, answered_elsewhere, failed"
        );
    }
}
