//! History that the workers of any number of nodes write, each that of its partitions: the log is in Kafka, history in
//! ClickHouse.

use std::path::PathBuf;
use std::sync::Arc;

use callboard_domain::Clock;
use callboard_domain::time::MINUTE_MS;
use callboard_ingest::log::Kafka;
use callboard_store::history::clickhouse::ClickHouseStreams;

use crate::fold::workers::Group;
use crate::fold::{Parts, SettingsNow, follower};
use crate::place;
use crate::records::LogRecords;
use crate::telemetry::Telemetry;

/// The partition whose worker keeps the gaps of sources, of which every partition is told.
const KEEPS_GAPS: usize = 0;
/// How long a node may show a state that is no longer the newest: it is renewed every few seconds while ClickHouse answers.
const HELD_MS: i64 = 10 * MINUTE_MS;
/// How the groups of history workers are called, before the log's name.
const GROUP: &str = "callboard-history";

/// A log and its history, both on other machines.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) kafka: Kafka,
    pub(crate) streams: Arc<ClickHouseStreams>,
    pub(crate) settings: SettingsNow,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) commit_every_ms: i64,
    pub(crate) telemetry: Arc<Telemetry>,
}

impl Shared {
    /// What a view of what workers commit works on.
    pub(crate) fn followed(&self) -> follower::Parts {
        follower::Parts {
            log: Arc::new(self.kafka.clone()),
            streams: Arc::clone(&self.streams),
            records: self.records(),
            clock: Arc::clone(&self.clock),
            settings: self.settings.clone(),
            telemetry: Arc::clone(&self.telemetry),
        }
    }

    /// What the fold of one partition works on. Its history is taken over from whoever wrote it.
    pub(crate) fn partition(&self, partition: usize) -> anyhow::Result<Parts> {
        let opened = self.streams.partition(partition, place::writer(&self.clock), HELD_MS);
        match &opened {
            Ok(_) => self.telemetry.history.done(None),
            Err(_) => self.telemetry.history.failed(false),
        }
        Ok(Parts {
            log: self.kafka.partition(partition),
            history: Arc::new(opened?),
            history_folder: PathBuf::new(),
            records: self.records(),
            clock: Arc::clone(&self.clock),
            settings: self.settings.clone(),
            commit_every_ms: self.commit_every_ms,
            keeps_gaps: partition == KEEPS_GAPS,
            telemetry: Arc::clone(&self.telemetry),
        })
    }

    /// Joins the group of history workers under a node's name, and makes its part of them.
    pub(crate) fn join(&self, node: &str, runtime: tokio::runtime::Handle) -> anyhow::Result<Group> {
        let prepare = self.clone();
        let group = format!("{GROUP}-{}", self.streams.log());
        let join = |before_revoke| Ok(self.kafka.join(&group, node, before_revoke)?);
        Group::join(join, Arc::new(move |partition| prepare.partition(partition)), runtime)
    }

    fn records(&self) -> Arc<LogRecords> {
        Arc::new(LogRecords(Arc::new(self.kafka.clone())))
    }
}
