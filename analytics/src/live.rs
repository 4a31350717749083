//! What stands on a screen: every table's rows that history does not have, as of one instant.

mod agents;
mod calls;
mod queues;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::table::{AgentInterval, AgentStateRow, Gap, LiveSource, QueueInterval};
use callboard_store::{Table, TableRow};

use crate::engine::Engine;
use crate::rollup::{Sums as _, add_state, quarters};

impl Engine {
    /// The live rows of every table as of `now`, to be united with history.
    pub fn live(&mut self, now: Timestamp) -> Vec<(Table, Vec<RecordBatch>)> {
        let mut tables = vec![
            (Table::LiveSources, vec![LiveSource::batch(&self.state.sources.values().map(|s| s.row(now)).collect::<Vec<_>>())]),
            (Table::LiveCalls, vec![calls::live(self, now)]),
            (Table::LiveQueues, vec![queues::live(self, now)]),
            (Table::LiveAgents, vec![agents::live(self, now)]),
            (Table::QueueIntervals, self.queue_intervals(now)),
        ];
        let states: Vec<AgentStateRow> = self.state.agents.values().flat_map(|a| a.pending(self.known_until(&a.source, now))).collect();
        tables.push((Table::AgentIntervals, self.agent_intervals(&states)));
        tables.push((Table::AgentStates, self.closed.states.batches(&states)));
        let open: Vec<_> = self.state.calls.values().map(|call| call.rows()).collect();
        tables.push((Table::Calls, self.closed.calls.batches(open.iter().map(|r| &r.call))));
        let visits: Vec<_> = open.iter().flat_map(|r| r.visits).map(|v| calls::as_of(v, now)).collect();
        tables.push((Table::QueueVisits, self.closed.visits.batches(&visits)));
        tables.push((Table::AgentLegs, self.closed.legs.batches(open.iter().flat_map(|r| r.legs))));
        let gaps: Vec<Gap> = self.state.sources.values().flat_map(|s| s.gaps()).cloned().collect();
        tables.push((Table::Gaps, self.closed.gaps.batches(&gaps)));
        let (queues, agents) = self.amended.unseen();
        for (table, more) in [(Table::QueueIntervals, queues), (Table::AgentIntervals, agents)] {
            tables.iter_mut().filter(|(t, _)| *t == table).for_each(|(_, batches)| batches.extend(more.iter().cloned()));
        }
        for (table, batch) in &self.committing {
            if let Some((_, batches)) = tables.iter_mut().find(|(t, _)| t == table) {
                batches.push(batch.clone());
            }
        }
        tables
    }

    /// Until when the states that a source tells of are known to last.
    pub(crate) fn known_until(&self, source: &str, now: Timestamp) -> Timestamp {
        self.state.sources.get(source).map_or(now, |s| s.known_until(now))
    }

    /// Minutes in memory, and one more row for each where a caller waits past the target now: rows add up.
    fn queue_intervals(&mut self, now: Timestamp) -> Vec<RecordBatch> {
        let mut past = Vec::new();
        for visit in self.state.calls.values().flat_map(|c| c.record().visits()) {
            if calls::is_past_target(visit, now) {
                let minute_at = visit.entered_at.floor(QueueInterval::WIDTH_MS);
                past.push(QueueInterval { waiting_past_target: 1, ..QueueInterval::zero(&visit.source, &visit.queue, minute_at) });
            }
        }
        let mut batches = self.state.books.queues.batches();
        if !past.is_empty() {
            batches.push(QueueInterval::batch(&past));
        }
        batches
    }

    /// Quarters in memory, and the pieces of intervals that are not settled yet: rows add up.
    fn agent_intervals(&mut self, states: &[AgentStateRow]) -> Vec<RecordBatch> {
        let mut pieces = Vec::with_capacity(states.len());
        for row in states {
            for (at, ms) in quarters(row.began_at, row.began_at.plus(row.duration_ms)) {
                let mut piece = AgentInterval::zero(&row.source, &row.agent, at.floor(AgentInterval::WIDTH_MS));
                add_state(&mut piece, row.state, ms);
                pieces.push(piece);
            }
        }
        let mut batches = self.state.books.agents.batches();
        batches.push(AgentInterval::batch(&pieces));
        batches
    }
}
