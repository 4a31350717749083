//! The sums that live beside calls and agents: kept right with every change of a fact.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::{AgentInterval, AgentLeg, AgentStateRow, QueueInterval, QueueVisit};
use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;
use serde::{Deserialize, Serialize};

use crate::call::Sums;
use crate::rollup::{LegCounters, Rollup, Sums as _, add_agent, add_leg, add_state, add_visit, quarters};

/// Queue minutes, agent quarters, and each agent's business day so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Books {
    pub(crate) queues: Rollup<QueueInterval>,
    pub(crate) agents: Rollup<AgentInterval>,
    today_start: Timestamp,
    today: HashMap<Arc<str>, AgentInterval>,
}

impl Books {
    /// Takes in (`sign` 1) or out (`sign` -1) a settled interval of an agent, cut at quarter borders.
    pub(crate) fn state(&mut self, row: &AgentStateRow, sign: i64) {
        for (at, ms) in quarters(row.began_at, row.began_at.plus(row.duration_ms)) {
            add_state(self.agents.row(&row.source, &row.agent, at), row.state, sign * ms);
        }
        let in_day_ms = row.began_at.plus(row.duration_ms).since(row.began_at.max(self.today_start));
        if in_day_ms > 0 {
            add_state(self.today_of(&row.source, &row.agent), row.state, sign * in_day_ms);
        }
    }

    /// Each agent's sums since `day_start`.
    pub(crate) fn today(&mut self, day_start: Timestamp) -> &HashMap<Arc<str>, AgentInterval> {
        if day_start != self.today_start {
            self.today_start = day_start;
            self.today.clear();
            let rows: Vec<AgentInterval> = self.agents.rows().filter(|r| r.quarter_at >= day_start).cloned().collect();
            for row in rows {
                add_agent(self.today_of(&row.source, &row.agent), &row);
            }
        }
        &self.today
    }

    fn today_of(&mut self, source: &Arc<str>, agent: &Arc<str>) -> &mut AgentInterval {
        let start = self.today_start;
        match self.today.entry_ref(agent) {
            EntryRef::Occupied(row) => row.into_mut(),
            EntryRef::Vacant(place) => place.insert_with_key(Arc::clone(agent), AgentInterval::zero(source, agent, start)),
        }
    }

    /// Changes the sums in which a leg of that time counts: its agent's quarter, and the agent's day if it is of today.
    fn leg_at(&mut self, leg: &AgentLeg, at: Timestamp, change: impl Fn(&mut AgentInterval)) {
        change(self.agents.row(&leg.source, &leg.agent, at));
        if at >= self.today_start {
            change(self.today_of(&leg.source, &leg.agent));
        }
    }
}

fn counts_at(leg: &AgentLeg) -> Timestamp {
    leg.answered_at.unwrap_or(leg.began_at)
}

impl Sums for Books {
    fn visit(&mut self, visit: &QueueVisit, sign: i64) {
        add_visit(self.queues.row(&visit.source, &visit.queue, visit.entered_at), visit, sign);
    }

    fn edit_visit(&mut self, visit: &mut QueueVisit, change: impl FnOnce(&mut QueueVisit)) {
        let sum = self.queues.row(&visit.source, &visit.queue, visit.entered_at);
        add_visit(sum, visit, -1);
        change(visit);
        add_visit(sum, visit, 1);
    }

    fn leg(&mut self, leg: &AgentLeg, sign: i64) {
        self.leg_at(leg, counts_at(leg), |sum| add_leg(sum, leg, sign));
    }

    fn edit_leg(&mut self, leg: &mut AgentLeg, change: impl FnOnce(&mut AgentLeg)) {
        let (was, was_at) = (LegCounters::of(leg), counts_at(leg));
        change(leg);
        let (is, is_at) = (LegCounters::of(leg), counts_at(leg));
        let day = |at: Timestamp| at >= self.today_start;
        if was_at.floor(AgentInterval::WIDTH_MS) == is_at.floor(AgentInterval::WIDTH_MS) && day(was_at) == day(is_at) {
            self.leg_at(leg, is_at, |sum| {
                was.add(sum, -1);
                is.add(sum, 1);
            });
        } else {
            self.leg_at(leg, was_at, |sum| was.add(sum, -1));
            self.leg_at(leg, is_at, |sum| is.add(sum, 1));
        }
    }
}
