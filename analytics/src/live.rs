//! What stands on a screen: every table's rows that history does not have, as of one instant.

mod agents;
mod calls;
mod queues;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::table::{AgentInterval, AgentStateRow, Gap, LentCall, LentLeg, LentRow as _, LentVisit, LiveSource, QueueInterval};
use callboard_store::{Table, TableRow};

use crate::call::CallRows;
use crate::engine::Engine;
use crate::names::Name;
use crate::sums::{AgentSums, QueueSums, Sums as _, quarters};

impl Engine {
    /// The live rows of every table as of `now`, to be united with history.
    pub fn live(&mut self, now: Timestamp) -> Vec<(Table, Vec<RecordBatch>)> {
        let sources: Vec<_> = self.state.sources_in_order().into_iter().map(|(_, source)| source.row(now)).collect();
        let mut tables = vec![
            (Table::LiveSources, vec![LiveSource::batch(&sources)]),
            (Table::LiveCalls, vec![calls::live(self, now)]),
            (Table::LiveQueues, vec![queues::live(self, now)]),
            (Table::LiveAgents, vec![agents::live(self, now)]),
            (Table::QueueIntervals, self.queue_intervals(now)),
        ];
        let pending: Vec<_> = self.state.agents.iter().flat_map(|(source, _, agent)| agent.pending(self.known_until(source, now))).collect();
        tables.push((Table::AgentIntervals, self.agent_intervals(&pending)));
        tables.push((Table::AgentStates, self.closed.states.batches(AgentStateRow::batch(&pending))));
        let mut paths = String::new();
        let open = CallRows::of(self.state.calls.values(), Some(now), &self.state.names, &mut paths);
        tables.push((Table::Calls, self.closed.calls.batches(LentCall::batch(&open.calls))));
        tables.push((Table::QueueVisits, self.closed.visits.batches(LentVisit::batch(&open.visits))));
        tables.push((Table::AgentLegs, self.closed.legs.batches(LentLeg::batch(&open.legs))));
        let open_gaps = self.state.sources_in_order().into_iter().flat_map(|(_, source)| source.gaps());
        tables.push((Table::Gaps, vec![Gap::batch(self.closed.gaps.iter().chain(open_gaps))]));
        let (queues, agents) = self.amended.unseen(&self.state.names);
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
    pub(crate) fn known_until(&self, source: Name, now: Timestamp) -> Timestamp {
        self.state.sources.get(&source).map_or(now, |s| s.known_until(now))
    }

    /// Minutes in memory, and one more row for each where a caller waits past the target now: rows add up.
    fn queue_intervals(&mut self, now: Timestamp) -> Vec<RecordBatch> {
        let names = &self.state.names;
        let one_more = QueueSums { waiting_past_target: 1, ..QueueSums::default() };
        let mut past: Vec<QueueInterval> = Vec::new();
        for call in self.state.calls.values() {
            for visit in call.record().visits().iter().filter(|v| v.is_past_target(now)) {
                let minute_at = visit.entered_at.floor(QueueSums::WIDTH_MS);
                past.push(one_more.row(names.text(call.source()), names.text(visit.queue), minute_at));
            }
        }
        let mut batches = self.state.books.queues.batches(names);
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
                pieces.push(AgentSums::in_state(row.state, ms).row(&row.source, &row.agent, at.floor(AgentSums::WIDTH_MS)));
            }
        }
        let mut batches = self.state.books.agents.batches(&self.state.names);
        batches.push(AgentInterval::batch(&pieces));
        batches
    }
}
