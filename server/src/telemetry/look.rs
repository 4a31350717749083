//! What is looked up when somebody asks for metrics.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use callboard_admin::Admin;
use callboard_domain::{Clock, Timestamp};
use callboard_hooks::Hooks;
use callboard_hooks::counts::{Standing, standing};
use callboard_ingest::log::{Embedded, Log};
use callboard_sql::Snapshot;
use callboard_store::history::Manifest;
use callboard_store::table::LiveSource;
use callboard_store::{Table, TableRow};
use callboard_wallboard::counts::{Counts, Reason};
use callboard_wallboard::hub::Stage;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::watch;

use super::book::Book;
use super::hooks::Posting;
use super::{Labels, Real, Telemetry, Whole, process};
use crate::data::Data;

/// How long the log may take to say where it ends, and the store how web hooks stand. Who is away must not hold up an answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Sources that are told, those heard last first: a label must not grow with what senders write.
const MOST_SOURCES: usize = 200;

/// Where to look.
pub(crate) struct Looks {
    pub(crate) telemetry: Arc<Telemetry>,
    snapshot: watch::Receiver<Arc<Snapshot>>,
    /// None where no walls are shown.
    stage: Option<Arc<Stage>>,
    // Weak: a connection that lingers must not keep the data folder to itself once the server has stopped.
    log: Weak<dyn Log>,
    embedded: Weak<Embedded>,
    admin: Arc<Admin>,
    /// What history holds; it may ask another machine.
    committed: Arc<dyn Fn() -> Option<Arc<Manifest>> + Send + Sync>,
    clock: Arc<dyn Clock>,
    started_at: Timestamp,
    /// Whether somebody waits for the log already.
    asking: Arc<AtomicBool>,
    /// One answer at a time: values of labels that are gone are taken out before the new ones come.
    turn: Mutex<()>,
}

/// The metrics that are set here.
pub(super) struct State {
    log_end: Whole,
    log_lag: Whole,
    log_unavailable: Gauge,
    log_bytes: Whole,
    open_calls: Gauge,
    watermark: Family<Labels<1>, Real>,
    age: Family<Labels<1>, Real>,
    up: Family<Labels<1>, Gauge>,
    gaps: Family<Labels<1>, Gauge>,
    committed: Whole,
    committed_at: Real,
    screens: Family<Labels<1>, Gauge>,
    queries: Family<Labels<1>, Counter>,
    sent: Counter,
    skipped: Counter,
    closed: Family<Labels<1>, Counter>,
    posting: Posting,
    memory: Whole,
    cpu: Counter<f64, std::sync::atomic::AtomicU64>,
    files: Gauge,
    started_at: Real,
}

impl State {
    pub(super) fn new(book: &mut Book) -> Self {
        let (source, outcome) = (&["source"][..], &["outcome"][..]);
        Self {
            log_end: book.add("callboard_log_end_offset", &[], "Where the log ends; the sum over partitions. Kafka counts duplicates too"),
            log_lag: book.add("callboard_log_lag_events", &[], "Events of the log that are not folded yet"),
            log_unavailable: book.add("callboard_log_unavailable", &[], "1 when the log did not say within a second where it ends"),
            log_bytes: book.add("callboard_log_bytes", &[], "Bytes of the embedded log's blocks; 0 for a log in Kafka"),
            open_calls: book.add("callboard_open_calls", &[], "Calls that go on now"),
            watermark: book.add("callboard_source_watermark_timestamp_seconds", source, "The newest event time heard from a source"),
            age: book.add("callboard_source_age_seconds", source, "How old a source's newest event time is by the server's clock"),
            up: book.add("callboard_source_up", source, "1 while a source has its connection, 0 when it is lost; none for sources without one"),
            gaps: book.add("callboard_source_open_gaps", source, "Known holes in what a source told that are not filled"),
            committed: book.add(
                "callboard_history_committed_offset",
                &[],
                "Up to where history holds everything of the log; the sum over partitions",
            ),
            committed_at: book.add(
                "callboard_history_last_commit_timestamp_seconds",
                &[],
                "When history was last written; the server's start when it never was",
            ),
            screens: book.add("callboard_wall_screens", &["board"], "Screens that look at a board now"),
            queries: book.add(
                "callboard_wall_queries",
                outcome,
                "Tiles' queries at ticks; unchanged are those skipped because what they read was as before",
            ),
            sent: book.add("callboard_wall_frames_sent", &[], "Frames that were written to screens"),
            skipped: book.add("callboard_wall_frames_skipped", &[], "Frames that slow screens never saw, because newer ones replaced them"),
            closed: book.add(
                "callboard_wall_screens_closed",
                &["reason"],
                "Screens whose socket ended: left, gone (it broke), slow, silent, refused, stopped (by us)",
            ),
            posting: Posting::new(book),
            memory: book.add("process_resident_memory_bytes", &[], "Memory of the process that is in use"),
            cpu: book.add("process_cpu_seconds", &[], "CPU time of the process"),
            files: book.add("process_open_fds", &[], "Open files and sockets of the process"),
            started_at: book.add("process_start_time_seconds", &[], "When the server started"),
        }
    }

    /// One row a source, the newest first.
    fn sources(&self, mut rows: Vec<LiveSource>, now: Timestamp) {
        rows.sort_by_key(|row| std::cmp::Reverse(row.heard_at));
        self.watermark.clear();
        self.age.clear();
        self.up.clear();
        self.gaps.clear();
        for row in rows.iter().take(MOST_SOURCES) {
            let labels = [("source", row.source.to_string())];
            self.watermark.get_or_create(&labels).set(seconds(row.heard_at));
            self.age.get_or_create(&labels).set(now.since(row.heard_at) as f64 / 1e3);
            self.gaps.get_or_create(&labels).set(row.open_gaps);
            match row.state.as_ref() {
                "connected" => drop(self.up.get_or_create(&labels).set(1)),
                "lost" => drop(self.up.get_or_create(&labels).set(0)),
                _ => {}
            }
        }
    }

    fn wall(&self, stage: &Stage) {
        for board in stage.boards() {
            let screens = i64::try_from(stage.screens(board)).unwrap_or(i64::MAX);
            self.screens.get_or_create(&[("board", board.to_owned())]).set(screens);
        }
        let counts: &Counts = stage.counts();
        for (outcome, count) in [("evaluated", &counts.evaluated), ("unchanged", &counts.unchanged), ("failed", &counts.failed)] {
            follow(&self.queries.get_or_create(&[("outcome", outcome.to_owned())]), count.get());
        }
        follow(&self.sent, counts.frames_sent.get());
        follow(&self.skipped, counts.frames_skipped.get());
        for reason in Reason::ALL {
            follow(&self.closed.get_or_create(&[("reason", reason.name().to_owned())]), counts.closed(reason));
        }
    }

    fn process(&self) {
        self.memory.set(process::memory_bytes().unwrap_or_default());
        self.files.set(process::open_files().unwrap_or_default());
        self.cpu.inner().store(process::cpu_seconds().to_bits(), Ordering::Relaxed);
    }
}

impl Looks {
    pub(crate) fn new(
        data: &Data,
        admin: &Arc<Admin>,
        stage: Option<Arc<Stage>>,
        snapshot: watch::Receiver<Arc<Snapshot>>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        Self {
            admin: Arc::clone(admin),
            telemetry: Arc::clone(&data.telemetry),
            snapshot,
            stage,
            log: Arc::downgrade(&data.log),
            embedded: data.embedded().as_ref().map_or_else(Weak::new, Arc::downgrade),
            committed: data.past.committed().into(),
            clock: Arc::clone(clock),
            started_at: clock.now(),
            asking: Arc::default(),
            turn: Mutex::default(),
        }
    }

    /// Looks at everything and tells it as OpenMetrics text.
    pub(crate) async fn text(&self) -> Result<String, std::fmt::Error> {
        let (elsewhere, standing) = tokio::join!(self.elsewhere(), self.hooks());
        let (end, manifest) = elsewhere.unwrap_or_default();
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &self.telemetry.state;
        if let Some(end) = end {
            state.log_end.set(end);
        }
        state.log_unavailable.set(i64::from(end.is_none()));
        state.log_bytes.set(self.embedded.upgrade().map_or(0, |log| log.bytes()));
        if let Some(manifest) = manifest {
            if self.stage.is_none() {
                // Nothing is folded for walls: what history holds is how far this log is.
                self.telemetry.fold.folded.set(manifest.position);
            }
            state.committed.set(manifest.position);
            state.committed_at.set(seconds(if manifest.number == 0 { self.started_at } else { manifest.committed_at }));
        }
        state.log_lag.set(state.log_end.get().saturating_sub(self.telemetry.fold.folded.get()));
        let snapshot = Arc::clone(&self.snapshot.borrow());
        let open: usize = snapshot.live(Table::LiveCalls).iter().map(arrow::array::RecordBatch::num_rows).sum();
        state.open_calls.set(i64::try_from(open).unwrap_or(i64::MAX));
        let sources = snapshot.live(Table::LiveSources).iter().flat_map(|batch| LiveSource::rows(batch).unwrap_or_default()).collect();
        state.sources(sources, self.clock.now());
        if let Some(stage) = &self.stage {
            state.wall(stage);
        }
        if let Some(hooks) = self.admin.given::<Hooks>() {
            state.posting.show(hooks.counts(), standing, self.clock.now());
        }
        state.process();
        state.started_at.set(seconds(self.started_at));
        self.telemetry.text()
    }

    /// How web hooks stand, where the store says so in time; else they are shown as it said last.
    async fn hooks(&self) -> Option<Standing> {
        tokio::time::timeout(PATIENCE, standing(&self.admin)).await.ok()?.ok()
    }

    /// The log's end and what history holds, each where it says so in time. One question at a time, so that none pile up.
    async fn elsewhere(&self) -> Option<(Option<u64>, Option<Arc<Manifest>>)> {
        let log = self.log.upgrade()?;
        if self.asking.swap(true, Ordering::AcqRel) {
            return None;
        }
        let (asking, committed) = (Arc::clone(&self.asking), Arc::clone(&self.committed));
        let ask = tokio::task::spawn_blocking(move || {
            let said = (log.end().ok().map(|end| end.total()), committed());
            asking.store(false, Ordering::Release);
            said
        });
        tokio::time::timeout(PATIENCE, ask).await.ok()?.ok()
    }
}

/// Lets a counter show what a lower crate has counted.
pub(super) fn follow(counter: &Counter, count: u64) {
    counter.inner().store(count, Ordering::Relaxed);
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millis() as f64 / 1e3
}
