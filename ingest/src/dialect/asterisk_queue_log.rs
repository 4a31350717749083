//! Asterisk's `queue_log`: `epoch|callid|queue|agent|EVENT|data...`, one line an event.
//!
//! The file tells of queues only: a call begins where it enters one and ends where the last one lets it go. Where the
//! dialplan may send the caller on (time-out, key, transfer), the end waits a few seconds for the next `ENTERQUEUE` of
//! the same callid and is then told with the time at which the queue let go; a later one opens the call again.

mod calls;
mod presence;
mod row;

use callboard_domain::event::{Body, SourceRestarted};
use callboard_domain::state::{EndedBy, LeaveReason, MissReason, TransferKind};
use callboard_domain::{Event, Timestamp};

use crate::agents::{Activity, AgentBook, AgentRules};
use crate::dialect::{Dialect, Emit, Reject};
use calls::{Calls, Visit};
pub(crate) use presence::Presence;
use row::Row;
pub(crate) use row::line_at;

/// The dialect's name in the ids of its events.
pub(crate) const TELLER: &str = "ql";

/// What a queue_log tells of a time in which a live source heard nothing.
#[derive(Debug, Default)]
pub(crate) struct Missed {
    /// What happened to calls, and restarts, in order.
    pub(crate) events: Vec<Event<'static>>,
    /// Who came, went and paused, in order: what that means for an agent's state depends on what the live source knows.
    pub(crate) presence: Vec<Presence>,
}

/// A queue_log, read line by line.
#[derive(Debug)]
pub struct AsteriskQueueLog {
    out: Emit,
    agents: AgentBook,
    calls: Calls,
    last_at: Option<Timestamp>,
}

impl AsteriskQueueLog {
    /// For the file of one PBX; `source` is its name in every event.
    #[must_use]
    pub fn new(source: &str, rules: AgentRules) -> Self {
        Self { out: Emit::new(TELLER, source), agents: AgentBook::new(rules), calls: Calls::default(), last_at: None }
    }

    /// The newest time of any line.
    #[must_use]
    pub const fn last_seen_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    fn advance(&mut self, now: Timestamp) {
        self.calls.settle(Some(now), &mut self.out);
        self.agents.tick(now, &mut self.out);
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        match row.event.as_ref() {
            "ENTERQUEUE" | "CONNECT" | "ABANDON" | "RINGNOANSWER" | "RINGCANCELED" | "AGENTDUMP" | "SYSCOMPAT" => self.waiting(row),
            "COMPLETECALLER" | "COMPLETEAGENT" | "BLINDTRANSFER" | "TRANSFER" | "ATTENDEDTRANSFER" => self.talking(row),
            "EXITWITHTIMEOUT" => self.exit(row, 3, LeaveReason::TimedOut),
            "EXITWITHKEY" => self.exit(row, 4, LeaveReason::Key),
            "EXITEMPTY" => self.exit(row, 3, LeaveReason::Overflow),
            "WITHDRAW" => self.exit(row, 4, LeaveReason::Overflow),
            "ADDMEMBER" | "REMOVEMEMBER" | "PAUSE" | "UNPAUSE" | "PAUSEALL" | "UNPAUSEALL" => self.presence(row),
            "AGENTLOGIN" | "AGENTCALLBACKLOGIN" => {
                row.data(1)?;
                self.agents.signed_in(row.agent()?, row.at, &mut self.out);
                Ok(())
            }
            "AGENTLOGOFF" | "AGENTCALLBACKLOGOFF" => {
                row.data(1)?;
                self.agents.signed_out(row.agent()?, row.at, &mut self.out);
                Ok(())
            }
            "QUEUESTART" => {
                self.restarted(row.at);
                Ok(())
            }
            // Settings (PENALTY and RINGINUSE name an interface, not an agent), and whatever a dialplan writes by QueueLog().
            _ => Ok(()),
        }
    }

    /// From joining the queue to an agent's answer or the caller's end.
    fn waiting(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        let visit = Visit { call: row.call()?, queue: row.queue()?, at: row.at };
        match row.event.as_ref() {
            "ENTERQUEUE" => {
                row.data(3)?;
                let position = u32::try_from(row.number(2, "position")?).unwrap_or(0);
                self.calls.queued(visit, row.caller(), Some(position).filter(|p| *p > 0), &mut self.out);
            }
            "CONNECT" => {
                row.data(3)?;
                let ring_ms = row.number(2, "ring time")?.saturating_mul(1_000);
                let agent = self.at_work(row)?;
                self.agents.active(&agent, visit.call, Activity::Talking, row.at, &mut self.out);
                self.calls.answered(visit, &agent, ring_ms, &mut self.out);
            }
            "ABANDON" => {
                row.data(3)?;
                let ringing = row.agent_or_none().map(|name| self.agents.name(name).to_owned());
                self.calls.abandoned(visit, ringing.as_deref(), &mut self.out);
            }
            "RINGNOANSWER" => {
                row.data(1)?;
                let ring_ms = row.number(0, "ring time")?;
                let agent = self.at_work(row)?;
                self.calls.missed(visit, &agent, Some(ring_ms), MissReason::NoAnswer, &mut self.out);
            }
            "RINGCANCELED" => {
                row.data(1)?;
                let ring_ms = row.number(0, "ring time")?;
                let agent = self.at_work(row)?;
                self.calls.canceled(visit, &agent, ring_ms);
            }
            _ => {
                let agent = self.at_work(row)?;
                self.calls.missed(visit, &agent, None, MissReason::Failed, &mut self.out);
            }
        }
        Ok(())
    }

    /// The end of a conversation.
    fn talking(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        let visit = Visit { call: row.call()?, queue: row.queue()?, at: row.at };
        let event = row.event.as_ref();
        row.data(if event.starts_with("COMPLETE") { 3 } else { 5 })?;
        let agent = self.at_work(row)?;
        match event {
            "COMPLETECALLER" => self.calls.completed(visit, &agent, EndedBy::Caller, &mut self.out),
            "COMPLETEAGENT" => self.calls.completed(visit, &agent, EndedBy::Agent, &mut self.out),
            "ATTENDEDTRANSFER" => {
                // A bridge has no name that says anything; an application has.
                let to = row.text(1).filter(|_| row.text(0).as_deref() == Some("APP"));
                self.calls.transferred(visit, &agent, to, TransferKind::Attended, &mut self.out);
            }
            _ => self.calls.transferred(visit, &agent, row.text(0), TransferKind::Blind, &mut self.out),
        }
        self.agents.talk_over(&agent, visit.call, Some(visit.queue), row.at, &mut self.out);
        Ok(())
    }

    fn exit(&mut self, row: &Row<'_>, columns: usize, reason: LeaveReason) -> Result<(), Reject> {
        row.data(columns)?;
        self.calls.left(Visit { call: row.call()?, queue: row.queue()?, at: row.at }, reason, &mut self.out);
        Ok(())
    }

    fn presence(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        if let Some(presence) = Presence::of(row)? {
            presence.apply(&mut self.agents, &mut self.out);
        }
        Ok(())
    }

    fn restarted(&mut self, at: Timestamp) {
        let last_seen_at = self.last_at;
        self.calls.settle(None, &mut self.out);
        self.calls.forget();
        self.agents.calls_lost(last_seen_at.unwrap_or(at), &mut self.out);
        self.out.push(at, Body::SourceRestarted(SourceRestarted { last_seen_at }));
    }

    /// The agent of a line that shows it at work: static members log no ADDMEMBER.
    fn at_work(&mut self, row: &Row<'_>) -> Result<String, Reject> {
        let agent = self.agents.name(row.agent()?).to_owned();
        self.agents.seen(&agent, row.queue()?, row.at, &mut self.out);
        Ok(agent)
    }
}

impl Dialect for AsteriskQueueLog {
    fn line(&mut self, line: &[u8]) -> Result<Vec<Event<'static>>, Reject> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok(Vec::new());
        }
        let row = Row::parse(line)?;
        self.advance(row.at);
        // What the line's time decided stays collected when the line itself is refused, and comes with the next one.
        self.row(&row)?;
        self.last_at = Some(self.last_at.map_or(row.at, |last| last.max(row.at)));
        Ok(self.out.take())
    }

    fn tick(&mut self, now: Timestamp) -> Vec<Event<'static>> {
        self.advance(now);
        self.out.take()
    }

    fn finish(&mut self) -> Vec<Event<'static>> {
        self.calls.settle(None, &mut self.out);
        self.out.take()
    }
}

#[cfg(test)]
mod tests;
