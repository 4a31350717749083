//! What a source has told so far, as the engine knows it once it has folded the log: of that alone nothing is forgotten,
//! whatever became of the source's own memory when the process ended.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::error::ArrowError;
use callboard_domain::state::{AgentState, LegOutcome, VisitOutcome};
use callboard_ingest::source::ami::{AmiMemory, KnownAgent, OpenCall, Party};
use callboard_sql::Snapshot;
use callboard_store::table::{AgentLeg, Call, LiveAgent, LiveSource, QueueVisit};
use callboard_store::{Table, TableRow};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::telemetry::Telemetry;

/// So long a source waits for the engine to have read the log; longer would lose more of the live calls than it mends.
const WITHIN: Duration = Duration::from_secs(60);
/// How often it is looked whether the engine has come to the log's end.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where the engine of this process shows its state; none on a node without one.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) snapshot: watch::Receiver<Arc<Snapshot>>,
    pub(super) telemetry: Arc<Telemetry>,
}

impl Told {
    /// What is open of a source; of what the source itself `kept` only when it was last heard counts beside it.
    pub(super) async fn by(self, source: String, kept: AmiMemory) -> AmiMemory {
        let Self { mut snapshot, telemetry } = self;
        let until = Instant::now() + WITHIN;
        let folded = async {
            while !telemetry.fold.is_caught_up() {
                // A snapshot is shown before it is said that it is complete.
                let _ = timeout(LOOK_EVERY, snapshot.changed()).await;
            }
        };
        if timeout_at(until, folded).await.is_err() {
            tracing::warn!(source, "the log is still being folded: calls that were open before are known only as far as the source wrote them down");
            return kept;
        }
        let now = Arc::clone(&snapshot.borrow());
        match open(&now, &source) {
            Ok(told) => AmiMemory { last_seen_at: told.last_seen_at.max(kept.last_seen_at), ..told },
            Err(error) => {
                tracing::error!(source, %error, "could not read what is open of the source");
                kept
            }
        }
    }
}

fn open(now: &Snapshot, source: &str) -> Result<AmiMemory, ArrowError> {
    let heard = rows::<LiveSource>(now, Table::LiveSources)?.into_iter().find(|s| &*s.source == source);
    let known = rows::<LiveAgent>(now, Table::LiveAgents)?.into_iter().filter(|a| &*a.source == source && a.state != AgentState::Offline);
    let agents: Vec<KnownAgent> = known.map(agent).collect();
    let mut calls: BTreeMap<Arc<str>, OpenCall> = BTreeMap::new();
    for call in rows::<Call>(now, Table::Calls)?.into_iter().filter(|c| &*c.source == source && c.ended_at.is_none()) {
        calls.insert(Arc::clone(&call.call), OpenCall { call: call.call.to_string(), ..OpenCall::default() });
    }
    for visit in rows::<QueueVisit>(now, Table::QueueVisits)?.into_iter().filter(|v| &*v.source == source && v.outcome == VisitOutcome::Waiting) {
        if let Some(call) = calls.get_mut(&visit.call) {
            call.waits.push(visit.queue.to_string());
        }
    }
    for leg in rows::<AgentLeg>(now, Table::AgentLegs)?.into_iter().filter(|l| &*l.source == source) {
        let Some(call) = calls.get_mut(&leg.call) else { continue };
        let held = agents.iter().any(|a| a.agent == *leg.agent && a.state == AgentState::Hold);
        let party = Party { agent: leg.agent.to_string(), queue: leg.queue.as_deref().unwrap_or_default().to_owned(), held };
        match leg.outcome {
            LegOutcome::Ringing => call.rings.push(party),
            LegOutcome::Talking => call.talks.push(party),
            _ => {}
        }
    }
    Ok(AmiMemory { last_seen_at: heard.map(|s| s.heard_at), calls: calls.into_values().collect(), agents })
}

fn agent(row: LiveAgent) -> KnownAgent {
    let queues = row.queues.split(',').filter(|queue| !queue.is_empty()).map(str::to_owned).collect();
    KnownAgent { agent: row.agent.to_string(), queues, state: row.state, reason: row.reason.as_deref().map(str::to_owned) }
}

fn rows<R: TableRow>(now: &Snapshot, table: Table) -> Result<Vec<R>, ArrowError> {
    let mut all = Vec::new();
    for batch in now.live(table) {
        all.extend(R::rows(batch)?);
    }
    Ok(all)
}
