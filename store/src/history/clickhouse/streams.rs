//! The streams of one log, for a process that writes none of them: each partition of the log is folded and committed by a
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
use super::{Action, ClickHouseHistory, Day, Error, Manifest, Options, kept, read, wait};

/// What the workers of a log have committed, by partition, at one moment.
#[derive(Debug, Clone)]
pub struct Committed {
    /// All of it as one state. Number and position are sums, which grow with every commit of any partition.
    pub manifest: Arc<Manifest>,
    parts: BTreeMap<usize, Manifest>,
}

/// All streams of one log in a ClickHouse database: read, and what is old dropped.
#[derive(Debug)]
pub struct ClickHouseStreams {
    link: ClickHouse,
    /// The stream is the log's name.
    options: Options,
    shape: Shape,
    runtime: Handle,
    /// Held while that is done.
    made: Mutex<Made>,
    seen: Mutex<Arc<Committed>>,
}

/// What this process has made of the database.
#[derive(Debug, Default)]
struct Made {
    /// The tables are there and were checked.
    tables: bool,
    /// How long rows are kept was set.
    kept: bool,
    /// What is committed was read there.
    seen: bool,
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
        let streams = Self::apart(options, runtime)?;
        streams.look()?;
        Ok(streams)
    }

    /// As `open`; but while ClickHouse is away it knows what snapshots say.
    ///
    /// # Errors
    /// As `open`, except when ClickHouse is away.
    pub fn begin(options: &Options, runtime: Handle) -> Result<Self, Error> {
        let streams = Self::apart(options, runtime)?;
        if let Err(error) = streams.look() {
            if error.action() != Action::Retry {
                return Err(error);
            }
            tracing::error!("history waits: {error}");
            streams.recall();
        }
        Ok(streams)
    }

    fn apart(options: &Options, runtime: Handle) -> Result<Self, Error> {
        let link = ClickHouse::new(options)?;
        let seen = Mutex::new(Arc::new(Committed::new(&link, BTreeMap::new())));
        Ok(Self { link, options: options.clone(), shape: Shape { cluster: options.cluster.clone() }, runtime, made: Mutex::default(), seen })
    }

    /// What snapshots say was committed.
    fn recall(&self) {
        let Some(snapshots) = &self.options.snapshots else { return };
        let below = snapshots.below(&kept::name(&self.options.database, &self.options.stream));
        let found = below.inspect_err(|error| tracing::warn!("{error}")).unwrap_or_default();
        let part = |partition: usize| {
            let stream = stream_of(&self.options.stream, partition);
            Some((partition, kept::newest(snapshots, &self.options.database, &stream, &self.link)?.manifest))
        };
        let parts = found.iter().filter_map(|word| part(word.parse().ok()?)).collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(Committed::new(&self.link, parts));
    }

    /// The history of one partition, to be written by `writer`, who takes over from whoever wrote it. `held_ms` as in
    /// `Options`.
    ///
    /// # Errors
    /// When ClickHouse is away or refuses, or a table is not as it must be.
    pub fn partition(&self, partition: usize, writer: String, held_ms: i64) -> Result<ClickHouseHistory, Error> {
        self.make()?;
        self.limit()?;
        let stream = stream_of(&self.options.stream, partition);
        let options = Options { stream, writer, held_ms, ..self.options.clone() };
        ClickHouseHistory::of_made(&options, self.link.clone(), self.shape.clone(), self.runtime.clone())
    }

    /// Drops the rows of all days before one, of every partition.
    ///
    /// # Errors
    /// When ClickHouse is away or refuses, or a table is not as it must be.
    pub fn retain(&self, day: Day) -> Result<(), Error> {
        self.make()?;
        wait(&self.runtime, super::drop_before(&self.link, &self.shape, day))
    }

    /// Makes or migrates the tables and checks them, once.
    fn make(&self) -> Result<(), Error> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if !made.tables {
            wait(&self.runtime, async {
                migrate::run(&self.link, &self.shape).await?;
                migrate::check(&self.link, &self.shape).await
            })?;
            made.tables = true;
        }
        Ok(())
    }

    /// Sets how long rows are kept, once.
    fn limit(&self) -> Result<(), Error> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(days) = self.options.keep_days.filter(|_| !made.kept) {
            wait(&self.runtime, migrate::keep(&self.link, &self.shape, days))?;
            made.kept = true;
        }
        Ok(())
    }

    /// The log's name.
    #[must_use]
    pub fn log(&self) -> &str {
        &self.options.stream
    }

    /// Whether ClickHouse has said what it holds; until then it is what snapshots say.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).seen
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
        self.make()?;
        let before = self.committed();
        let newest = wait(&self.runtime, self.newest())?;
        let was_seen = self.is_connected();
        // What snapshots said is read anew: it may be of a database that is gone.
        let mut parts = if was_seen { before.parts.clone() } else { BTreeMap::new() };
        let is_new = |partition: &usize, number: u64| parts.get(partition).is_none_or(|m| m.number != number);
        let fresh: Vec<usize> = newest.iter().filter(|(partition, number)| is_new(partition, **number)).map(|(partition, _)| *partition).collect();
        if was_seen && fresh.is_empty() {
            return Ok(before);
        }
        for partition in fresh {
            parts.insert(partition, wait(&self.runtime, read(&self.ledger(partition)))?.0);
        }
        let now = Arc::new(Committed::new(&self.link, parts));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&now);
        self.made.lock().unwrap_or_else(PoisonError::into_inner).seen = true;
        Ok(now)
    }

    /// The engine's state of each partition.
    ///
    /// # Errors
    /// When ClickHouse is away, or a state is gone because newer ones took its place: look again.
    pub fn states(&self, committed: &Committed) -> Result<Vec<(usize, Vec<u8>)>, Error> {
        let of = |(partition, manifest): (&usize, &Manifest)| Some(self.state(*partition, manifest)?.map(|state| (*partition, state)));
        committed.parts.iter().filter_map(of).collect()
    }

    /// The engine's state of one commit: a snapshot where there is one, which spares ClickHouse the work.
    fn state(&self, partition: usize, manifest: &Manifest) -> Option<Result<Vec<u8>, Error>> {
        let state = manifest.engine_state.as_ref()?;
        let name = kept::name(&self.options.database, &stream_of(&self.options.stream, partition));
        let snapshots = self.options.snapshots.as_ref();
        if let Some(kept) = snapshots.and_then(|s| kept::state(s, &name, manifest)) {
            return Some(Ok(kept));
        }
        let read = wait(&self.runtime, self.ledger(partition).state(manifest.number, state.bytes, state.xxh3));
        if let (Some(snapshots), Ok(state)) = (snapshots, &read) {
            kept::keep(snapshots, &name, manifest, state);
        }
        Some(read)
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
        let prefix = stream_of(&self.options.stream, 0);
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
        Ledger { link: self.link.clone(), stream: stream_of(&self.options.stream, partition), writer: String::new() }
    }
}
