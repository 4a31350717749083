//! Asks one question of one snapshot, within limits.
//!
//! Every query gets a session of its own that knows nothing but the product's tables and functions, with its
//! own memory; what a query may be is decided on its text before anything is planned.

mod guard;
mod session;
mod statement;
mod stream;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use datafusion::execution::SessionState;
use datafusion::physical_plan::execute_stream;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

pub(crate) use guard::{Stop, guarded};
pub(crate) use session::{Layer, Planned};
pub(crate) use statement::Question;
pub use stream::QueryStream;

use crate::catalogue::Source;
use crate::error::Error;
use crate::function::AsOf;
use crate::live::LiveQuery;
use crate::measure::Measures;
use crate::sight::{Sight, TableHelp};
use crate::snapshot::Snapshot;

/// How the query layer runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of `today()`, `bucket()` and `business_day()` where a query names none.
    pub zone: TimeZone,
    /// How many cores one query may use.
    pub partitions: usize,
    /// Where a query may put what does not fit into its memory; `None`: it fails instead.
    pub spill: Option<PathBuf>,
    /// Memory for all live queries together, bytes.
    pub live_memory_bytes: usize,
    /// How long one run of a live query may take.
    pub live_timeout: Duration,
    /// Whether history lies in ClickHouse, so that live queries are planned to work there.
    pub remote: bool,
    /// Tables that lie elsewhere; a [`Sight`] says who reads them for whoever asks.
    pub elsewhere: Vec<TableHelp>,
}

impl Default for Options {
    /// UTC, two cores, no spilling, 256 MiB and two seconds a run for live queries.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            partitions: 2,
            spill: None,
            live_memory_bytes: 256 << 20,
            live_timeout: Duration::from_secs(2),
            remote: false,
            elsewhere: Vec::new(),
        }
    }
}

/// What one query may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take, planning included.
    pub timeout: Duration,
    /// How much memory its operators may hold, bytes.
    pub memory_bytes: usize,
    /// How many rows it may return; `None` for no cap.
    pub rows: Option<usize>,
}

impl Default for Limits {
    /// One minute, 512 MiB, no cap on rows.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), memory_bytes: 512 << 20, rows: None }
    }
}

/// Answers questions. One for the whole process; cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct QueryLayer {
    layer: Arc<Layer>,
    // Live queries by text; equal text is planned once. Held only while looking up.
    live: Mutex<HashMap<String, Weak<LiveQuery>>>,
}

impl QueryLayer {
    /// A query layer with the measures and views of this build.
    ///
    /// # Errors
    /// When a definition in the build or the spill folder is not as it must be.
    pub fn new(options: Options) -> Result<Self, Error> {
        // DataFusion's planner takes a new piece of stack when less than this is left. What it calls from there,
        // such as writing an expression as text, recurses without looking: MAX_DEPTH levels must fit.
        recursive::set_minimum_stack_size(1 << 20);
        recursive::set_stack_allocation_size(4 << 20);
        Ok(Self { layer: Arc::new(Layer::new(options)?), live: Mutex::default() })
    }

    /// Every measure.
    #[must_use]
    pub fn measures(&self) -> &Measures {
        self.layer.measures()
    }

    /// Every view, for the reference.
    pub(crate) fn views(&self) -> &[crate::catalogue::ViewHelp] {
        self.layer.views()
    }

    /// Asks `sql` of everything in `snapshot`, see [`QueryLayer::query_within`].
    ///
    /// # Errors
    /// When the text is no question, names what is not there, or exceeds its limits while planned.
    pub async fn query(&self, sql: &str, snapshot: Arc<Snapshot>, limits: Limits, cancel: CancellationToken) -> Result<QueryStream, Error> {
        self.query_within(&Sight::default(), sql, snapshot, limits, cancel).await
    }

    /// Asks `sql` of what `sight` shows of `snapshot`. The answer comes batch by batch and ends with an error when `limits` are
    /// exceeded or `cancel` is cancelled. Planning and running use the CPU of whoever polls.
    ///
    /// # Errors
    /// When the text is no question, names what is not there, or exceeds its limits while planned.
    pub async fn query_within(
        &self,
        sight: &Sight,
        sql: &str,
        snapshot: Arc<Snapshot>,
        limits: Limits,
        cancel: CancellationToken,
    ) -> Result<QueryStream, Error> {
        let stop = Stop::after(limits.timeout, cancel.child_token());
        let deadline = Box::pin(tokio::time::sleep(limits.timeout));
        let question = Question::parse(sql)?;
        if sight.is_limited() && question.is_about_a_plan() {
            // A plan tells how many rows there are and where they lie.
            return Err(Error::Plan { message: "EXPLAIN is answered to those who see every row and number".to_owned() });
        }
        let as_of = AsOf::unset();
        as_of.set(snapshot.as_of);
        let runtime = self.layer.runtime(limits.memory_bytes)?;
        let state = self.layer.session(&Source::Fixed(snapshot), &as_of, runtime, self.layer.options().partitions)?;
        let Planned { plan, .. } = self.layer.plan(&state, question, sight).await?;
        let physical = physical(&state, &plan, &stop).await?;
        // Planning is short work without a pause in it; the limits are looked at once it is done.
        if let Some(reason) = stop.reason() {
            return Err(reason);
        }
        let schema = physical.schema();
        let rows = execute_stream(physical, state.task_ctx()).map_err(|e| Error::run(e, limits.memory_bytes))?;
        Ok(QueryStream::new(schema, rows, limits, stop, deadline, Box::pin(cancel.cancelled_owned())))
    }

    /// Plans `sql` for being asked of one snapshot after the other. Equal texts share one plan.
    ///
    /// # Errors
    /// When the text is no SELECT, or names what is not there.
    pub async fn live(&self, sql: &str) -> Result<Arc<LiveQuery>, Error> {
        let text = sql.trim().trim_end_matches(';').trim_end().to_owned();
        let known = |map: &HashMap<String, Weak<LiveQuery>>| map.get(&text).and_then(Weak::upgrade);
        if let Some(query) = known(&self.live.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(query);
        }
        let query = Arc::new(LiveQuery::new(Arc::clone(&self.layer), &text).await?);
        let mut map = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody may have planned the same text meanwhile: the first one stays.
        if let Some(first) = known(&map) {
            return Ok(first);
        }
        map.retain(|_, q| q.strong_count() > 0);
        map.insert(text, Arc::downgrade(&query));
        Ok(query)
    }
}

/// The physical plan of a logical one, which looks at `stop` while it works.
pub(crate) async fn physical(
    state: &SessionState,
    plan: &datafusion::logical_expr::LogicalPlan,
    stop: &Stop,
) -> Result<Arc<dyn datafusion::physical_plan::ExecutionPlan>, Error> {
    let plan = state.create_physical_plan(plan).await.map_err(|e| Error::plan(&e))?;
    guarded(plan, stop).map_err(|e| Error::plan(&e))
}
