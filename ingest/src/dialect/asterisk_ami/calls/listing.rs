//! Snapshots against what is known: found calls are told, missing ones are marked and, unheard of, lost.
//!
//! Rows of a list overtake events that are still on their way, so a row is newer than everything read before it; a call
//! that it lacks may be about to be told over, which is why the mark waits a while.

use callboard_domain::Timestamp;
use hashbrown::HashSet;

use super::{Calls, enter};
use crate::agents::{Activity, AgentBook};
use crate::dialect::Emit;
use crate::dialect::asterisk_ami::Message;
use crate::dialect::asterisk_ami::memory::OpenCall;
use crate::dialect::asterisk_ami::unheard::Unheard;
use crate::dialect::asterisk_ami::visit::{Call, Gone, Missing, Stage, Visit};

/// A caller who has waited less may just have joined, with the event on its way, s.
const FRESH_WAIT_S: i64 = 2;

/// What the lists being read have named so far.
#[derive(Debug, Default)]
pub(super) struct Listing {
    queues: HashSet<String>,
    entries: HashSet<(String, String)>,
    channels: HashSet<String>,
}

impl Calls {
    /// Calls that were told as open before this process started.
    pub fn resume(&mut self, open: &[OpenCall], agents: &mut AgentBook) {
        for told in open {
            for ring in &told.rings {
                agents.resume_call(&ring.agent, &told.call, Activity::Ringing);
            }
            for talk in &told.talks {
                agents.resume_call(&talk.agent, &told.call, if talk.held { Activity::Hold } else { Activity::Talking });
            }
            self.calls.entry(told.call.clone()).or_insert_with(|| Call::known(told));
        }
    }

    /// Any message of a call's channel but a row of a list shows that a snapshot overtook it.
    pub fn heard_of(&mut self, event: &str, m: &Message<'_>) {
        if self.undecided.is_empty() || matches!(event, "QueueEntry" | "CoreShowChannel") {
            return;
        }
        if let Some(known) = m.get("Uniqueid").and_then(|channel| self.calls.get_mut(channel)) {
            known.missing = None;
        }
    }

    pub fn listed_queue(&mut self, m: &Message<'_>) {
        if let Some(queue) = m.filled("Queue") {
            self.listing.queues.insert(queue.to_owned());
        }
    }

    /// A caller in a queue. One not known joined while nobody listened; its wait says when.
    pub fn listed_entry(&mut self, m: &Message<'_>, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(queue)) = (m.filled("Uniqueid"), m.filled("Queue")) else { return };
        self.listing.entries.insert((queue.to_owned(), call.to_owned()));
        if let Some(known) = self.calls.get_mut(call)
            && known.in_queue(queue).is_some()
        {
            known.missing = None;
            return;
        }
        let wait_s = m.number("Wait").unwrap_or(0);
        let queued_at = at.plus(wait_s.saturating_mul(-1_000));
        match self.watched_since {
            Some(_) if wait_s < FRESH_WAIT_S => return,
            Some(since) if queued_at > since => {
                self.unheard.insert(Unheard::Agent);
            }
            // The join may have been told before anybody listened. If it still comes, it finds the visit.
            Some(_) | None => {}
        }
        let position = m.number("Position").and_then(|p| u32::try_from(p).ok());
        let known = self.start(call, m, None, queued_at, out);
        enter(known, call, queue, position, queued_at, out);
    }

    /// The list of queues is complete.
    pub fn sweep_queues(&mut self, at: Timestamp) {
        let Listing { queues, entries, .. } = std::mem::take(&mut self.listing);
        let missing = Missing { noticed_at: at, lost_at: self.unwatched_since.unwrap_or(at), gone: Gone::Waits };
        let mut found = Vec::new();
        for (call, known) in &mut self.calls {
            let is_gone = |visit: &&Visit| {
                visit.stage == Stage::Waiting && queues.contains(&visit.queue) && !entries.contains(&(visit.queue.clone(), call.clone()))
            };
            let gone: Vec<String> = known.visits.iter().filter(is_gone).map(|visit| visit.queue.clone()).collect();
            if !gone.is_empty() && known.missing.is_none() {
                known.missing = Some(missing);
                known.unlisted = gone;
                found.push(call.clone());
            }
        }
        self.undecided.extend(found);
    }

    pub fn listed_channel(&mut self, m: &Message<'_>) {
        if let Some(channel) = m.filled("Uniqueid") {
            self.listing.channels.insert(channel.to_owned());
        }
    }

    /// Nobody listens from now on: what the next snapshot lacks was last there now.
    pub fn unwatched(&mut self, since: Option<Timestamp>) {
        self.unwatched_since = self.unwatched_since.or(since);
        self.watched_since = None;
        self.listing = Listing::default();
    }

    /// The list of channels is complete, and the last of a snapshot: a call without its caller's channel is over.
    pub fn sweep_channels(&mut self, at: Timestamp) {
        let channels = std::mem::take(&mut self.listing.channels);
        let lost_at = self.unwatched_since.unwrap_or(at);
        let mut found = Vec::new();
        for (call, known) in &mut self.calls {
            if channels.contains(call) {
                known.missing.take_if(|missing| missing.gone == Gone::Call);
            } else {
                let missing = known.missing.get_or_insert(Missing { noticed_at: at, lost_at, gone: Gone::Call });
                missing.gone = Gone::Call;
                found.push(call.clone());
            }
        }
        self.undecided.extend(found);
        self.unwatched_since = None;
        self.watched_since = self.watched_since.or(Some(at));
    }
}
