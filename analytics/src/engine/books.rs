//! The sums that live beside calls and agents: kept right with every change of a fact.

use callboard_domain::Timestamp;
use callboard_store::table::AgentStateRow;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::call::{Leg, Tally, Visit};
use crate::names::Name;
use crate::rollup::Rollup;
use crate::sums::{AgentSums, QUARTER_MS, QueueSums, Sums as _, quarters};

/// Queue minutes, agent quarters, and each agent's business day so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Books {
    pub(crate) queues: Rollup<QueueSums>,
    pub(crate) agents: Rollup<AgentSums>,
    today_start: Timestamp,
    today: HashMap<Name, AgentSums>,
}

impl Books {
    /// Takes in (`sign` 1) or out (`sign` -1) an interval of an agent, cut at quarter borders.
    pub(crate) fn state(&mut self, source: Name, agent: Name, row: &AgentStateRow, sign: i64) {
        let until = row.began_at.plus(row.duration_ms);
        for (at, ms) in quarters(row.began_at, until) {
            self.agents.edit(source, agent, at, |sums| sums.add(&AgentSums::in_state(row.state, sign * ms)));
        }
        let in_day_ms = until.since(row.began_at.max(self.today_start));
        if in_day_ms > 0 {
            self.today.entry(agent).or_default().add(&AgentSums::in_state(row.state, sign * in_day_ms));
        }
    }

    /// Takes in (`sign` 1) or out (`sign` -1) what counts of a leg of that time.
    pub(crate) fn count_leg(&mut self, source: Name, agent: Name, at: Timestamp, counters: &AgentSums, sign: i64) {
        self.leg_at(source, agent, at, |sums| sums.count(counters, sign));
    }

    /// Changes the sums in which a leg of that time counts: its agent's quarter, and the agent's day if it is of today.
    fn leg_at(&mut self, source: Name, agent: Name, at: Timestamp, change: impl Fn(&mut AgentSums)) {
        self.agents.edit(source, agent, at, &change);
        if self.is_today(at) {
            change(self.today.entry(agent).or_default());
        }
    }

    /// Takes in the sums of other partitions.
    pub(crate) fn add(&mut self, part: &Self) {
        self.queues.add(&part.queues);
        self.agents.add(&part.agents);
        // Summed up anew when somebody asks.
        self.today_start = Timestamp::default();
        self.today.clear();
    }

    /// Each agent's sums since `day_start`.
    pub(crate) fn today(&mut self, day_start: Timestamp) -> &HashMap<Name, AgentSums> {
        if day_start != self.today_start {
            self.today_start = day_start;
            self.today.clear();
            for quarter in self.agents.since(day_start).filter(|quarter| quarter.start >= day_start) {
                self.today.entry(quarter.name).or_default().add(quarter.sums);
            }
        }
        &self.today
    }

    fn is_today(&self, at: Timestamp) -> bool {
        at >= self.today_start
    }
}

impl Tally for Books {
    fn visit(&mut self, source: Name, was: Option<&Visit>, is: Option<&Visit>) {
        let Some(visit) = is.or(was) else { return };
        let counters = |visit: Option<&Visit>| visit.map(Visit::counters).unwrap_or_default();
        let (was, is) = (counters(was), counters(is));
        self.queues.edit(source, visit.queue, visit.entered_at, |sums| sums.change(&was, &is));
    }

    fn leg(&mut self, source: Name, was: Option<&Leg>, is: Option<&Leg>) {
        if let (Some(was), Some(is)) = (was, is) {
            let (was_at, is_at) = (was.counts_at(), is.counts_at());
            if was_at.floor(QUARTER_MS) == is_at.floor(QUARTER_MS) && self.is_today(was_at) == self.is_today(is_at) {
                let (was, agent, is) = (was.counters(), is.agent, is.counters());
                return self.leg_at(source, agent, is_at, |sums| sums.change(&was, &is));
            }
        }
        for (leg, sign) in was.map(|leg| (leg, -1)).into_iter().chain(is.map(|leg| (leg, 1))) {
            self.count_leg(source, leg.agent, leg.counts_at(), &leg.counters(), sign);
        }
    }
}
