//! The streams of one log, for a process that only reads: each partition of the log is folded and committed by a
//! worker of its own, and readers see all of them together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use callboard_domain::Timestamp;
use tokio::runtime::Handle;

use super::ledger::Ledger;
use super::link::ClickHouse;
use super::migrate::{self, Shape};
use super::visible::{Visible, text};
use super::{Error, Manifest, Options, read, wait};

/// What the workers of a log have committed, by partition, at one moment.
#[derive(Debug, Clone)]
pub struct Committed {
    /// All of it as one state. Number and position are sums, which grow with every commit of any partition.
    pub manifest: Arc<Manifest>,
    parts: BTreeMap<usize, Manifest>,
}

/// All streams of one log in a ClickHouse database, read only.
#[derive(Debug)]
pub struct ClickHouseStreams {
    link: ClickHouse,
    name: String,
    shape: Shape,
    runtime: Handle,
    seen: Mutex<Arc<Committed>>,
}

/// The stream of one partition of a log.
#[must_use]
pub fn stream_of(log: &str, partition: usize) -> String {
    format!("{log}/{partition}")
}

impl Committed {
    fn new(link: &ClickHouse, parts: BTreeMap<usize, Manifest>) -> Self {
        let streams = parts.values().filter_map(|m| m.visible.as_ref()).flat_map(|v| v.streams.iter().cloned()).collect();
        let manifest = Manifest {
            number: parts.values().map(|m| m.number).sum(),
            position: parts.values().map(|m| m.position).sum(),
            committed_at: parts.values().map(|m| m.committed_at).max().unwrap_or(Timestamp::from_millis(0)),
            visible: Some(Visible { link: link.clone(), streams }),
            ..Manifest::default()
        };
        Self { manifest: Arc::new(manifest), parts }
    }

    /// The next offset of each partition of which something is committed.
    pub fn offsets(&self) -> impl Iterator<Item = (usize, u64)> {
        self.parts.iter().map(|(partition, manifest)| (*partition, manifest.position))
    }
}

impl ClickHouseStreams {
    /// Connects, makes or migrates the tables and looks at what is committed. `Options::stream` is the log's name; the
    /// streams of its partitions begin with it. Blocks as all calls do.
    ///
    /// # Errors
    /// When ClickHouse is away or refuses, a newer version wrote it, or a table is not as it must be.
    pub fn open(options: &Options, runtime: Handle) -> Result<Self, Error> {
        let link = ClickHouse::new(options);
        let shape = Shape { cluster: options.cluster.clone() };
        wait(&runtime, async {
            migrate::run(&link, &shape).await?;
            migrate::check(&link, &shape).await
        })?;
        let nothing = Arc::new(Committed::new(&link, BTreeMap::new()));
        let streams = Self { link, name: options.stream.clone(), shape, runtime, seen: Mutex::new(nothing) };
        streams.look()?;
        Ok(streams)
    }

    /// What was committed when somebody looked last.
    #[must_use]
    pub fn committed(&self) -> Arc<Committed> {
        Arc::clone(&self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks again.
    ///
    /// # Errors
    /// When ClickHouse is away.
    pub fn look(&self) -> Result<Arc<Committed>, Error> {
        let before = self.committed();
        let newest = wait(&self.runtime, self.newest())?;
        let is_new = |partition: &usize, number: u64| before.parts.get(partition).is_none_or(|m| m.number != number);
        if !newest.iter().any(|(partition, number)| is_new(partition, *number)) {
            return Ok(before);
        }
        let mut parts = before.parts.clone();
        for (partition, _) in newest.iter().filter(|(partition, number)| is_new(partition, **number)) {
            parts.insert(*partition, wait(&self.runtime, read(&self.ledger(*partition)))?.0);
        }
        let now = Arc::new(Committed::new(&self.link, parts));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&now);
        Ok(now)
    }

    /// The engine's state of each partition.
    ///
    /// # Errors
    /// When ClickHouse is away, or a state is gone because newer ones took its place: look again.
    pub fn states(&self, committed: &Committed) -> Result<Vec<(usize, Vec<u8>)>, Error> {
        let of = |(partition, manifest): (&usize, &Manifest)| {
            let state = manifest.engine_state.as_ref()?;
            let bytes = wait(&self.runtime, self.ledger(*partition).state(manifest.number, state.bytes, state.xxh3));
            Some(bytes.map(|bytes| (*partition, bytes)))
        };
        committed.parts.iter().filter_map(of).collect()
    }

    /// Looks whether the tables are still as they must be.
    ///
    /// # Errors
    /// When they are not, or ClickHouse is away.
    pub fn check(&self) -> Result<(), Error> {
        wait(&self.runtime, migrate::check(&self.link, &self.shape))
    }

    /// The last commit of every partition.
    async fn newest(&self) -> Result<BTreeMap<usize, u64>, Error> {
        let prefix = stream_of(&self.name, 0);
        let prefix = prefix.strip_suffix('0').unwrap_or(&prefix);
        let sql = format!("SELECT stream, max(number) FROM callboard_commits WHERE startsWith(stream, {}) GROUP BY stream", text(prefix));
        let mut newest = BTreeMap::new();
        for batch in self.link.rows(&sql).await? {
            let (streams, numbers) = (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<UInt64Type>());
            let partition = |stream: &str| stream.strip_prefix(prefix).and_then(|p| p.parse().ok());
            newest.extend(streams.iter().zip(numbers.values()).filter_map(|(stream, number)| Some((partition(stream?)?, *number))));
        }
        Ok(newest)
    }

    fn ledger(&self, partition: usize) -> Ledger {
        Ledger { link: self.link.clone(), stream: stream_of(&self.name, partition), writer: String::new() }
    }
}
