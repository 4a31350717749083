//! What the server tells about itself: every metric, the registry that holds them, and `GET /metrics`.
//!
//! Parts of the server hold the handles of their group and count as things happen; lower crates only hand out plain
//! numbers. What is a state, such as an offset or an age, is looked up when somebody asks (`look.rs`), so that nothing
//! runs for telemetry while nobody does. The reference and the checks of `deploy/` are made from the same list.

mod book;
mod hooks;
mod inlet;
mod look;
mod process;
mod reference;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::clock::Stopwatch;
use book::Book;
pub use book::Listed;
pub(crate) use inlet::Inlet;
pub(crate) use look::Looks;
use look::State;
pub use reference::reference;

/// A metric's labels: as many pairs as the metric has.
type Labels<const N: usize> = [(&'static str, String); N];
/// An offset or a number of bytes.
type Whole = Gauge<u64, AtomicU64>;
/// A number that may have a fraction.
type Real = Gauge<f64, AtomicU64>;

/// Bounds of buckets, seconds. An append is a sync of the disk or an answer of brokers.
const APPEND: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const COMMIT: [f64; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// A tick has 0.25 s.
const TICK: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
const SQL: [f64; 13] = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0];

/// All metrics of one server.
pub(crate) struct Telemetry {
    registry: Registry,
    listed: Vec<Listed>,
    pub(crate) ingest: Ingest,
    pub(crate) fold: Folding,
    pub(crate) history: Committing,
    pub(crate) wall: Wall,
    pub(crate) sql: Questions,
    state: State,
}

/// What comes in.
pub(crate) struct Ingest {
    events: Family<Labels<2>, Counter>,
    append: Histogram,
    failed: Counter,
}

/// How the log is folded; written by the engine's thread.
pub(crate) struct Folding {
    pub(crate) folded: Whole,
    pub(crate) waiting_rows: Gauge,
    pub(crate) late: Counter,
    pub(crate) late_waiting: Gauge,
    pub(crate) unreadable: Counter,
    /// Whether everything was folded once that the log held at the start.
    caught_up: AtomicBool,
    caught_up_shown: Gauge,
}

/// How history is written.
pub(crate) struct Committing {
    done: Counter,
    failed: Counter,
    duration: Histogram,
    unavailable: Gauge,
    pub(crate) damaged: Counter,
    /// Whether nothing can be folded before it answers.
    awaited: AtomicBool,
}

/// How the wall is evaluated.
pub(crate) struct Wall {
    tick: Histogram,
}

/// What is asked in SQL.
pub(crate) struct Questions {
    queries: Family<Labels<1>, Counter>,
    duration: Histogram,
}

/// Every metric, as `GET /metrics` has it.
#[must_use]
pub fn listed() -> Vec<Listed> {
    Telemetry::new().listed
}

impl Telemetry {
    pub(crate) fn new() -> Self {
        let mut book = Book::default();
        book.info("callboard_build", "The running version; always 1", ("version", env!("CARGO_PKG_VERSION")));
        let (ingest, fold) = (Ingest::new(&mut book), Folding::new(&mut book));
        let (history, wall, sql) = (Committing::new(&mut book), Wall::new(&mut book), Questions::new(&mut book));
        let state = State::new(&mut book);
        let (registry, listed) = book.close();
        Self { registry, listed, ingest, fold, history, wall, sql, state }
    }

    /// What is waited for before this server may be asked; none when it is ready. History may be left out: the wall
    /// goes on without it.
    pub(crate) fn waits_for(&self, also_history: bool) -> Option<String> {
        if let Some(awaited) = self.history.awaited() {
            return Some(awaited.to_owned());
        }
        if !self.fold.is_caught_up() {
            return Some(format!("the log is being folded and has come to event {}", self.fold.folded.get()));
        }
        (also_history && self.history.is_unavailable()).then(|| "history does not answer; closed rows wait in memory".to_owned())
    }

    /// All metrics as OpenMetrics text.
    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::with_capacity(16 * 1024);
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}

impl Ingest {
    fn new(book: &mut Book) -> Self {
        Self {
            events: book.add(
                "callboard_ingest_events",
                &["kind", "outcome"],
                "Events and lines that came in, by the kind of their source; accepted are new and durable, duplicate were known, rejected are no events"),
            append: book.histogram("callboard_log_append_duration_seconds", "How long an append took until it was durable, waiting for other appends included", APPEND),
            failed: book.add(
                "callboard_log_append_failures",
                &[],
                "Appends that the log did not take; nothing of them was acknowledged and senders send them again"),
        }
    }
}

impl Folding {
    fn new(book: &mut Book) -> Self {
        Self {
            folded: book.add("callboard_log_folded_offset", &[], "How far the log is folded into rows; the sum over partitions"),
            waiting_rows: book.add("callboard_history_waiting_rows", &[], "Closed rows in memory that wait for history"),
            late: book.add("callboard_fold_late_events", &[], "Events that came after their rows were closed; they are added at the next commit"),
            late_waiting: book.add(
                "callboard_fold_late_waiting_events",
                &[],
                "Late events that are not added yet: they wait for a commit, or for a call that nobody knows",
            ),
            unreadable: book.add(
                "callboard_fold_unreadable_events",
                &[],
                "Events of the log that this version cannot read and has left out; should be 0",
            ),
            caught_up: AtomicBool::new(false),
            caught_up_shown: book.add("callboard_fold_caught_up", &[], "1 once everything is folded that the log held when the server started"),
        }
    }

    /// Everything is folded that the log held at the start.
    pub(crate) fn catch_up(&self) {
        if !self.is_caught_up() {
            self.caught_up.store(true, Ordering::Release);
            self.caught_up_shown.set(1);
        }
    }

    pub(crate) fn is_caught_up(&self) -> bool {
        self.caught_up.load(Ordering::Acquire)
    }
}

impl Committing {
    fn new(book: &mut Book) -> Self {
        let commits: Family<Labels<1>, Counter> =
            book.add("callboard_history_commits", &["outcome"], "Attempts to write closed rows to history; a failed one is made again");
        let outcome = |name: &str| commits.get_or_create_owned(&[("outcome", name.to_owned())]);
        Self {
            done: outcome("done"),
            failed: outcome("failed"),
            duration: book.histogram("callboard_history_commit_duration_seconds", "How long a commit took that was done", COMMIT),
            unavailable: book.add(
                "callboard_history_unavailable",
                &[],
                "1 while history refuses or does not answer; the wall goes on and closed rows wait",
            ),
            damaged: book.add(
                "callboard_history_check_failures",
                &[],
                "Comparisons of history with its checksums, made at the start and once a day, that found a difference",
            ),
            awaited: AtomicBool::new(false),
        }
    }

    /// History did as asked; `commit` when that was a commit.
    pub(crate) fn done(&self, commit: Option<Stopwatch>) {
        self.unavailable.set(0);
        if let Some(watch) = commit {
            self.done.inc();
            self.duration.observe(watch.seconds());
        }
    }

    /// History refused or did not answer.
    pub(crate) fn failed(&self, commit: bool) {
        self.unavailable.set(1);
        if commit {
            self.failed.inc();
        }
    }

    /// Whether the log can only be folded once history answers.
    pub(crate) fn await_it(&self, awaited: bool) {
        self.awaited.store(awaited, Ordering::Release);
    }

    /// What is waited for when nothing can be shown before history answers.
    pub(crate) fn awaited(&self) -> Option<&'static str> {
        let text = "history does not answer, and only it knows where to go on; events are taken, figures come once it answers";
        self.awaited.load(Ordering::Acquire).then_some(text)
    }

    pub(crate) fn is_unavailable(&self) -> bool {
        self.unavailable.get() != 0
    }
}

impl Wall {
    fn new(book: &mut Book) -> Self {
        let help = "How long it took to evaluate all boards that somebody looks at once; there are four ticks a second";
        Self { tick: book.histogram("callboard_wall_tick_duration_seconds", help, TICK) }
    }

    pub(crate) fn ticked(&self, watch: &Stopwatch) {
        self.tick.observe(watch.seconds());
    }
}

impl Questions {
    fn new(book: &mut Book) -> Self {
        let queries: Family<Labels<1>, Counter> =
            book.add("callboard_sql_queries", &["outcome"], "Questions asked in SQL through the API, by how they ended");
        for outcome in ["ok", "refused", "failed", "timeout", "memory", "rows", "cancelled"] {
            drop(queries.get_or_create(&[("outcome", outcome.to_owned())]));
        }
        let duration =
            book.histogram("callboard_sql_query_duration_seconds", "How long a question took, however it ended, until its rows were text", SQL);
        Self { queries, duration }
    }

    /// A question has ended.
    pub(crate) fn asked<T>(&self, watch: &Stopwatch, answer: &Result<T, callboard_sql::Error>) {
        use callboard_sql::Error;
        let outcome = match answer {
            Ok(_) => "ok",
            Err(Error::Timeout { .. }) => "timeout",
            Err(Error::Memory { .. }) => "memory",
            Err(Error::Rows { .. }) => "rows",
            Err(Error::Cancelled) => "cancelled",
            Err(Error::Syntax { .. } | Error::NotAllowed { .. } | Error::Measure(_) | Error::Plan { .. }) => "refused",
            Err(Error::Run { .. } | Error::Output { .. }) => "failed",
        };
        self.queries.get_or_create(&[("outcome", outcome.to_owned())]).inc();
        self.duration.observe(watch.seconds());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_once_the_log_is_folded_and_while_history_answers() {
        let telemetry = Telemetry::new();
        telemetry.fold.folded.set(42);
        assert!(telemetry.waits_for(false).unwrap().contains("has come to event 42"));
        telemetry.fold.catch_up();
        assert_eq!(telemetry.waits_for(true), None);
        telemetry.history.failed(true);
        assert!(telemetry.waits_for(true).unwrap().contains("history does not answer"));
        assert_eq!(telemetry.waits_for(false), None, "the wall goes on without history");
        telemetry.history.await_it(true);
        assert!(telemetry.waits_for(false).unwrap().contains("where to go on"), "nothing can be shown");
        telemetry.history.await_it(false);
        telemetry.history.done(None);
        assert_eq!(telemetry.waits_for(true), None);
    }
}
