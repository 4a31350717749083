//! History in ClickHouse: the same commits as the Parquet one, without files of our own.
//!
//! ClickHouse commits one insert into one partition at a time, so a commit is written in an order that survives a
//! crash anywhere: what will be inserted, the rows under tokens, the engine's state, and last one row that makes it
//! whole. Rows carry their commit's number; a reader sees those of whole commits only.

mod ddl;
mod find;
mod kept;
mod ledger;
mod link;
mod migrate;
mod opening;
mod streams;
mod tls;
mod visible;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use arrow::error::ArrowError;
use callboard_domain::Timestamp;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::runtime::Handle;
use xxhash_rust::xxh3::xxh3_64;

use super::find::Search;
use super::{Action, Commit, Day, Error, History, Manifest, Sought, StateFile, cut, merge, wait};
use crate::{Snapshots, Table};
use ledger::{Cut, Ledger, Pending, Piece, Whole};
pub use link::ClickHouse;
use migrate::Shape;
pub use streams::{ClickHouseStreams, Committed, stream_of};
pub use visible::Visible;
use visible::{Part, Replaced, text};

/// Rows of one insert.
const PIECE_ROWS: usize = 100_000;
/// Inserts of one commit that are under way at once.
const IN_FLIGHT: usize = 3;

/// Where ClickHouse is, and what part of it is ours.
#[derive(Debug, Clone)]
pub struct Options {
    /// `http://host:port` or `https://host:port`.
    pub url: String,
    /// File with the certificates of authorities that are trusted over TLS; the system's where there is none.
    pub ca: Option<PathBuf>,
    /// The database; it must exist.
    pub database: String,
    /// User; the server's default where there is none.
    pub user: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// Name of the cluster that the tables lie on; none for one node.
    pub cluster: Option<String>,
    /// Name of the log that is folded, for instance topic and partition: positions of different logs do not mix.
    pub stream: String,
    /// Who writes, unique among processes; whoever opens last may write.
    pub writer: String,
    /// Days that rows are kept; for ever where there is no number.
    pub keep_days: Option<u32>,
    /// How long one statement may take.
    pub timeout: Duration,
    /// How long rows that newer versions replaced stay for readers in other processes, who may show an older state, ms.
    pub held_ms: i64,
    /// Where commits are kept beside ClickHouse, for whoever starts next.
    pub snapshots: Option<Snapshots>,
}

impl Options {
    /// One node at `url`, the database `default`, half a minute a statement.
    #[must_use]
    pub fn new(url: impl Into<String>, stream: impl Into<String>, writer: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ca: None,
            database: "default".into(),
            user: None,
            password: None,
            cluster: None,
            stream: stream.into(),
            writer: writer.into(),
            keep_days: None,
            timeout: Duration::from_secs(30),
            held_ms: 0,
            snapshots: None,
        }
    }
}

/// History in a ClickHouse database.
#[derive(Debug)]
pub struct ClickHouseHistory {
    link: ClickHouse,
    ledger: Ledger,
    shape: Shape,
    runtime: Handle,
    options: Options,
    current: Mutex<Arc<Manifest>>,
    work: Mutex<Work>,
}

/// What only the one who commits touches.
#[derive(Debug, Default)]
struct Work {
    /// Whether ClickHouse has said what it holds; until then nothing is written.
    connected: bool,
    /// It holds another commit than the one that was gone on from: nobody may go on from there.
    moved: bool,
    /// The engine's state of a commit that was found beside ClickHouse.
    recalled: Option<Vec<u8>>,
    /// A commit that was begun and is not whole.
    pending: Option<Pending>,
    /// Manifests that readers may still hold.
    past: Vec<Past>,
}

/// A manifest that is no longer the newest.
#[derive(Debug)]
struct Past {
    number: u64,
    manifest: Weak<Manifest>,
    /// Since when there is a newer one.
    until: Timestamp,
}

/// A commit's rows, cut.
struct Rows {
    tables: Vec<(Table, RecordBatch)>,
    cut: Cut,
}

impl ClickHouseHistory {
    /// The connection, for questions.
    #[must_use]
    pub const fn link(&self) -> &ClickHouse {
        &self.link
    }

    /// The position at which an interrupted commit was cut. Who folds the log to exactly there and commits sends the same
    /// inserts under the same tokens, so that nothing is sent in vain; another cut is right too.
    #[must_use]
    pub fn interrupted(&self) -> Option<u64> {
        self.lock().pending.as_ref().map(|p| p.cut.last)
    }

    /// Looks again at what is stored, for a process that only reads.
    ///
    /// # Errors
    /// When ClickHouse is away.
    pub fn refresh(&self) -> Result<Arc<Manifest>, Error> {
        let mut work = self.lock();
        let read = wait(&self.runtime, read(&self.ledger))?;
        Ok(self.settle(&mut work, read))
    }

    fn kept_as(&self) -> String {
        kept::name(&self.options.database, &self.options.stream)
    }

    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, work: &mut Work, next: Manifest) -> Arc<Manifest> {
        let next = Arc::new(next);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        work.past.push(Past { number: current.number, manifest: Arc::downgrade(&current), until: next.committed_at });
        *current = Arc::clone(&next);
        next
    }

    /// The number of the oldest manifest in anyone's hands.
    fn oldest(&self, work: &mut Work) -> u64 {
        let present = self.manifest();
        work.past.retain(|p| p.manifest.strong_count() > 0 || present.committed_at.since(p.until) < self.options.held_ms);
        work.past.iter().map(|p| p.number).min().unwrap_or(present.number)
    }

    async fn write(&self, pending: &mut Option<Pending>, rows: &Rows, commit: &Commit) -> Result<Manifest, Error> {
        let present = self.manifest();
        let mut part = self.part(&present);
        let begun = match pending.take() {
            // The same rows of the same range: what has arrived already is known by its token.
            Some(same) if same.cut == rows.cut => same,
            other => {
                let number = other.as_ref().map_or(present.number, |o| o.number) + 1;
                Pending { number, cut: rows.cut.clone() }
            }
        };
        // Numbers between two whole commits belong to cuts that were given up.
        part.void.extend(present.number + 1..begun.number);
        part.number = begun.number;
        let begun = pending.insert(begun);
        self.ledger.check_writer().await?;
        self.ledger.begin(begun).await?;
        self.send(begun, rows).await?;
        self.ledger.keep_state(begun, &commit.engine_state).await?;
        for (table, batch) in &rows.tables {
            part.replaced.note(*table, batch, begun.number).map_err(|source| Error::Rows { table: table.name(), source })?;
        }
        let whole = Whole {
            number: begun.number,
            first: begun.cut.first,
            last: begun.cut.last,
            at: commit.at,
            state_bytes: commit.engine_state.len() as u64,
            state_xxh3: xxh3_64(&commit.engine_state),
            replaced: part.replaced.clone(),
        };
        self.ledger.check_writer().await?;
        self.ledger.end(&whole, &begun.cut).await?;
        *pending = None;
        Ok(manifest(&self.link, &whole, part))
    }

    /// What readers of that state see of this stream.
    fn part(&self, manifest: &Manifest) -> Part {
        let part = manifest.visible.as_ref().and_then(|v| v.streams.first()).cloned();
        part.unwrap_or_else(|| Part::none(self.ledger.stream.clone()))
    }

    /// Sends all pieces, a few beside each other: while one is inserted the next is encoded. They count once the commit is whole,
    /// so their order means nothing.
    async fn send(&self, begun: &Pending, rows: &Rows) -> Result<(), Error> {
        let pieces = begun.cut.pieces.iter().map(|piece| self.send_one(begun, rows, piece));
        stream::iter(pieces).buffer_unordered(IN_FLIGHT).try_collect().await
    }

    async fn send_one(&self, begun: &Pending, rows: &Rows, piece: &Piece) -> Result<(), Error> {
        let Some((table, all)) = rows.tables.iter().find(|(table, _)| *table == piece.table) else { return Ok(()) };
        let slice = all.slice(piece.place * PIECE_ROWS, piece.rows);
        let marked = self.mark(&slice, begun.number).map_err(|source| Error::Rows { table: table.name(), source })?;
        let token = self.ledger.token(begun.number, &begun.cut, &format!("{}/{}", table.name(), piece.place));
        self.link.insert(table.name(), &marked, &token).await
    }

    /// Rows with the two columns that say which commit brought them.
    fn mark(&self, rows: &RecordBatch, number: u64) -> Result<RecordBatch, ArrowError> {
        let schema = rows.schema();
        let mut fields: Vec<Arc<Field>> = schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(ddl::STREAM, DataType::Utf8, false)));
        fields.push(Arc::new(Field::new(ddl::NUMBER, DataType::UInt64, false)));
        let mut columns = rows.columns().to_vec();
        columns.push(Arc::new(StringArray::from(vec![self.ledger.stream.as_str(); rows.num_rows()])) as ArrayRef);
        columns.push(Arc::new(UInt64Array::from(vec![number; rows.num_rows()])));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// Deletes the older versions of rows that nobody can see any more, up to commit `newest`: rows of a commit that is
    /// under way stay, since they would not be taken a second time.
    async fn sweep(&self, gone: &Replaced, newest: u64) -> Result<(), Error> {
        for table in gone.0.keys() {
            if let Some(condition) = gone.condition(*table) {
                let (local, everywhere) = (self.shape.local(*table), self.shape.everywhere());
                let stream = text(&self.ledger.stream);
                let ours = format!("{} = {stream} AND {} <= {newest}", ddl::STREAM, ddl::NUMBER);
                self.link.execute(&format!("DELETE FROM {local}{everywhere} WHERE {ours} AND {condition}")).await?;
            }
        }
        Ok(())
    }
}

impl History for ClickHouseHistory {
    fn connect(&self) -> Result<Arc<Manifest>, Error> {
        let mut work = self.lock();
        if work.connected && !work.moved {
            return Ok(self.manifest());
        }
        let read = wait(&self.runtime, self.prepare())?;
        Ok(self.settle(&mut work, read))
    }

    fn is_connected(&self) -> bool {
        self.lock().connected
    }

    fn reach(&self) -> Result<(), Error> {
        self.hold(&mut self.lock())
    }

    fn commit(&self, commit: Commit) -> Result<Arc<Manifest>, Error> {
        let mut work = self.lock();
        self.hold(&mut work)?;
        let stored = self.manifest().position;
        if commit.position <= stored {
            return Err(Error::Stale { position: commit.position, stored });
        }
        let rows = arrange(&commit, stored)?;
        let mut pending = work.pending.take();
        let next = wait(&self.runtime, self.write(&mut pending, &rows, &commit));
        work.pending = pending;
        let next = self.publish(&mut work, next?);
        drop(work);
        if let Some(snapshots) = &self.options.snapshots {
            kept::keep(snapshots, &self.kept_as(), &next, &commit.engine_state);
        }
        Ok(next)
    }

    fn manifest(&self) -> Arc<Manifest> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn engine_state(&self) -> Result<Option<Vec<u8>>, Error> {
        let manifest = self.manifest();
        let Some(state) = &manifest.engine_state else { return Ok(None) };
        if let Some(recalled) = &self.lock().recalled {
            return Ok(Some(recalled.clone()));
        }
        let kept = self.options.snapshots.as_ref().and_then(|s| kept::state(s, &self.kept_as(), &manifest));
        kept.map_or_else(|| wait(&self.runtime, self.ledger.state(manifest.number, state.bytes, state.xxh3)), Ok).map(Some)
    }

    fn find(&self, table: Table, sought: &[Sought]) -> Result<Vec<RecordBatch>, Error> {
        self.hold(&mut self.lock())?;
        // Held while it is asked for: what it shows is not deleted meanwhile.
        let manifest = self.manifest();
        let Some(visible) = &manifest.visible else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for sought in sought.chunks(find::AT_ONCE) {
            let mut search = Search::of(table, sought);
            for batch in wait(&self.runtime, self.link.rows(&find::question(table, sought, visible)))? {
                // All calls are asked for over one span of time; each has its own.
                let rows = cut::gather(table, &[batch]).and_then(|rows| search.take(&rows));
                let rows = rows.map_err(|source| Error::Rows { table: table.name(), source })?;
                found.extend(Some(rows).filter(|rows| rows.num_rows() > 0));
            }
        }
        Ok(found)
    }

    /// Looks whether the tables are still as they must be, and compares the engine's state with its checksum. Those of
    /// rows ClickHouse keeps itself, and compares them whenever it reads.
    fn check(&self) -> Result<(), Error> {
        wait(&self.runtime, migrate::check(&self.link, &self.shape))?;
        self.engine_state().map(|_| ())
    }

    fn should_compact(&self) -> Option<(Table, Day)> {
        if !self.lock().connected {
            return None;
        }
        let manifest = self.manifest();
        let part = self.part(&manifest);
        let table = part.replaced.0.iter().find(|(_, rows)| !rows.is_empty())?.0;
        Some((*table, Day::of(manifest.committed_at)))
    }

    fn compact(&self, _: Table, _: Day) -> Result<Arc<Manifest>, Error> {
        let mut work = self.lock();
        self.hold(&mut work)?;
        let oldest = self.oldest(&mut work);
        let present = self.manifest();
        let part = self.part(&present);
        let (gone, rest) = part.replaced.until(oldest);
        if gone == Replaced::default() {
            return Ok(present);
        }
        wait(&self.runtime, self.sweep(&gone, present.number))?;
        let visible = Visible::of(self.link.clone(), Part { replaced: rest, ..part });
        let next = Manifest { visible: Some(visible), ..(*present).clone() };
        Ok(self.publish(&mut work, next))
    }

    fn retain(&self, day: Day) -> Result<Arc<Manifest>, Error> {
        let _work = self.lock();
        wait(&self.runtime, drop_before(&self.link, &self.shape, day))?;
        Ok(self.manifest())
    }
}

/// Drops the rows of all days before one, whichever log they are from.
async fn drop_before(link: &ClickHouse, shape: &Shape, day: Day) -> Result<(), Error> {
    let month: u32 = day.to_string().split('-').take(2).collect::<String>().parse().unwrap_or(0);
    for table in Table::STORED {
        let (local, everywhere) = (shape.local(table), shape.everywhere());
        let parts = shape.cluster.as_ref().map_or("system.parts".to_owned(), |c| format!("cluster({}, system.parts)", text(c)));
        let sql = format!(
            "SELECT DISTINCT toUInt32(partition) FROM {parts} WHERE database = currentDatabase() AND table = {} AND active AND toUInt32(partition) < {month}",
            text(&local)
        );
        for batch in link.rows(&sql).await? {
            for partition in batch.column(0).as_primitive::<UInt32Type>().values() {
                link.execute(&format!("ALTER TABLE {local}{everywhere} DROP PARTITION {partition}")).await?;
            }
        }
        let (time, before) = (table.info().time, day.start().as_millis());
        link.execute(&format!("DELETE FROM {local}{everywhere} WHERE {time} < fromUnixTimestamp64Milli({before}, 'UTC')")).await?;
    }
    Ok(())
}

/// The migrations that are made from the tables: file name and text.
#[must_use]
pub fn definitions() -> [(&'static str, String); 2] {
    [("0001_tables.sql", ddl::tables()), ("0003_cluster.sql", ddl::distributed())]
}

/// What the ledger says: the state of history, and a commit that was begun after it.
async fn read(ledger: &Ledger) -> Result<(Manifest, Option<Pending>), Error> {
    let mut unfinished = ledger.unfinished().await?;
    let Some(whole) = ledger.last().await? else {
        let visible = Visible::of(ledger.link.clone(), Part::none(ledger.stream.clone()));
        return Ok((Manifest { visible: Some(visible), ..Manifest::default() }, unfinished.pop()));
    };
    let void = unfinished.iter().map(|p| p.number).filter(|number| *number < whole.number).collect();
    let pending = unfinished.pop().filter(|p| p.number > whole.number);
    let part = Part { stream: ledger.stream.clone(), number: whole.number, void, replaced: whole.replaced.clone() };
    Ok((manifest(&ledger.link, &whole, part), pending))
}

fn manifest(link: &ClickHouse, whole: &Whole, part: Part) -> Manifest {
    let state = StateFile { path: format!("callboard_states/{}", whole.number), bytes: whole.state_bytes, xxh3: whole.state_xxh3 };
    Manifest {
        number: whole.number,
        position: whole.last,
        committed_at: whole.at,
        engine_state: Some(state),
        visible: Some(Visible::of(link.clone(), part)),
        ..Manifest::default()
    }
}

/// A commit's rows in an order that depends on nothing but the rows, and cut.
fn arrange(commit: &Commit, first: u64) -> Result<Rows, Error> {
    let mut by_table: BTreeMap<Table, Vec<RecordBatch>> = BTreeMap::new();
    for (table, batch) in &commit.batches {
        if !Table::STORED.contains(table) {
            return Err(Error::NotStored { table: table.name() });
        }
        by_table.entry(*table).or_default().push(batch.clone());
    }
    let mut rows = Rows { tables: Vec::new(), cut: Cut { first, last: commit.position, pieces: Vec::new() } };
    for (table, batches) in by_table {
        let wrong = |source| Error::Rows { table: table.name(), source };
        let all =
            cut::gather(table, &batches).and_then(|rows| merge::merge(table, rows)).and_then(|rows| cut::sorted(table, &rows)).map_err(wrong)?;
        for (place, begin) in (0..all.num_rows()).step_by(PIECE_ROWS).enumerate() {
            let slice = all.slice(begin, PIECE_ROWS.min(all.num_rows() - begin));
            let xxh3 = xxh3_64(&link::encode(&slice).map_err(wrong)?);
            rows.cut.pieces.push(Piece { table, place, rows: slice.num_rows(), xxh3 });
        }
        rows.tables.push((table, all));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
