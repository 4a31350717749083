//! The sums that live beside calls and agents: kept right with every change of a fact.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::{AgentInterval, AgentLeg, AgentStateRow, QueueInterval, QueueVisit};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::call::Sums;
use crate::rollup::{Rollup, Sums as _, Whose, add_agent, add_leg, add_state, add_visit, quarters};

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
        let whose = (Arc::clone(&row.source), Arc::clone(&row.agent));
        for (at, ms) in quarters(row.began_at, row.began_at.plus(row.duration_ms)) {
            add_state(self.agents.row(&whose, at), row.state, sign * ms);
        }
        let in_day_ms = row.began_at.plus(row.duration_ms).since(row.began_at.max(self.today_start));
        if in_day_ms > 0 {
            add_state(self.today_of(&whose), row.state, sign * in_day_ms);
        }
    }

    /// Each agent's sums since `day_start`.
    pub(crate) fn today(&mut self, day_start: Timestamp) -> &HashMap<Arc<str>, AgentInterval> {
        if day_start != self.today_start {
            self.today_start = day_start;
            self.today.clear();
            let rows: Vec<AgentInterval> = self.agents.rows().filter(|r| r.quarter_at >= day_start).cloned().collect();
            for row in rows {
                add_agent(self.today_of(&(Arc::clone(&row.source), Arc::clone(&row.agent))), &row);
            }
        }
        &self.today
    }

    fn today_of(&mut self, whose: &Whose) -> &mut AgentInterval {
        let start = self.today_start;
        self.today.entry(Arc::clone(&whose.1)).or_insert_with(|| AgentInterval::zero(whose, start))
    }
}

impl Sums for Books {
    fn visit(&mut self, visit: &QueueVisit, sign: i64) {
        let whose = (Arc::clone(&visit.source), Arc::clone(&visit.queue));
        add_visit(self.queues.row(&whose, visit.entered_at), visit, sign);
    }

    fn leg(&mut self, leg: &AgentLeg, sign: i64) {
        let whose = (Arc::clone(&leg.source), Arc::clone(&leg.agent));
        let at = leg.answered_at.unwrap_or(leg.began_at);
        add_leg(self.agents.row(&whose, at), leg, sign);
        if at >= self.today_start {
            add_leg(self.today_of(&whose), leg, sign);
        }
    }
}
