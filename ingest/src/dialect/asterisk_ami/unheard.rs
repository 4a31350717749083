//! What a manager keeps from a user who may not read it: nothing says so, but what happens all the same shows it.

/// A class of events that should have told something and did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unheard {
    /// Somebody waits in a queue who was not heard to join it.
    Agent,
    /// A channel is gone that was not heard to hang up.
    Call,
    /// A queue let somebody go and the variable with the reason did not come.
    Dialplan,
}

impl Unheard {
    /// What the user's `read` in `manager.conf` calls it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Call => "call",
            Self::Dialplan => "dialplan",
        }
    }

    /// What then goes wrong.
    #[must_use]
    pub const fn harm(self) -> &'static str {
        match self {
            Self::Agent => "a caller waits who was not heard to join the queue: calls are missing",
            Self::Call => "a call is gone that was not heard to end: ends are late and lost",
            Self::Dialplan => "a queue let a caller go and did not say why: a queue left empty counts as left by a key",
        }
    }
}
