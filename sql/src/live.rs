//! Live queries: planned once, asked of every snapshot.
//!
//! The physical plan's leaves look for their snapshot when they run, and `now()` reads that snapshot's time.
//! A plan that has run is reset and kept for the next run; two runs at once use two plans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use callboard_store::Table;
use datafusion::execution::TaskContext;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::{collect, reset_plan_states};
use datafusion::prelude::SessionConfig;
use tokio_util::sync::CancellationToken;

use crate::catalogue::{self, CurrentSnapshot, Source};
use crate::error::Error;
use crate::function::AsOf;
use crate::query::{Layer, Planned, Question, Stop, physical};
use crate::sight::Sight;
use crate::snapshot::Snapshot;

/// A question that is asked again and again. Get one from `QueryLayer::live`.
#[derive(Debug)]
pub struct LiveQuery {
    layer: Arc<Layer>,
    question: Question,
    sql: String,
    schema: SchemaRef,
    tables: Vec<Table>,
    reads: BTreeMap<Table, BTreeSet<usize>>,
    follows_time: bool,
    runtime: Arc<RuntimeEnv>,
    // Plans that are not running. Held only while taking one out or putting one back.
    idle: Mutex<Vec<Instance>>,
}

/// One plan and its time.
#[derive(Debug)]
struct Instance {
    plan: Arc<dyn ExecutionPlan>,
    as_of: AsOf,
    stop: Stop,
    config: SessionConfig,
}

impl LiveQuery {
    pub(crate) async fn new(layer: Arc<Layer>, sql: &str) -> Result<Self, Error> {
        let question = Question::parse(sql)?;
        if !question.is_select() {
            return Err(Error::NotAllowed { statement: sql.split_whitespace().take(2).collect::<Vec<_>>().join(" ") + " as a live query" });
        }
        let runtime = layer.runtime(layer.options().live_memory_bytes)?;
        let (instance, planned) = instance(&layer, &question, &runtime).await?;
        let schema = instance.plan.schema();
        let mut reads = catalogue::reads(&instance.plan);
        // A table that it names and that no scan of the plan reads counts as read, all of it: rather once too often.
        for table in &planned.tables {
            reads.entry(*table).or_insert_with(|| (0..table.schema().fields().len()).collect());
        }
        Ok(Self {
            layer,
            question,
            sql: sql.to_owned(),
            schema,
            tables: planned.tables,
            reads,
            follows_time: planned.follows_time,
            runtime,
            idle: Mutex::new(vec![instance]),
        })
    }

    /// Its text.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The columns of its answers.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The tables it names, below its views too.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The columns it reads of each table, by place in the table's schema; none where only rows are counted. While neither
    /// these nor the number of rows change, nor does the answer, unless it follows time.
    #[must_use]
    pub const fn reads(&self) -> &BTreeMap<Table, BTreeSet<usize>> {
        &self.reads
    }

    /// Whether it asks for the time, so that its answer changes without any new row.
    #[must_use]
    pub const fn follows_time(&self) -> bool {
        self.follows_time
    }

    /// Asks it of `snapshot`. Runs on the caller's thread; a tile's question is short.
    ///
    /// # Errors
    /// When the plan fails on these rows, or exceeds the memory or the time of live queries.
    pub async fn run(&self, snapshot: &Arc<Snapshot>) -> Result<Vec<RecordBatch>, Error> {
        let memory = self.layer.options().live_memory_bytes;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let instance = match idle {
            Some(instance) => instance,
            None => instance(&self.layer, &self.question, &self.runtime).await?.0,
        };
        instance.as_of.set(snapshot.as_of);
        instance.stop.restart();
        let config = instance.config.clone().with_extension(Arc::new(CurrentSnapshot(Arc::clone(snapshot))));
        // Functions and aggregates are in the plan; the context needs none.
        let context = TaskContext::default().with_session_config(config).with_runtime(Arc::clone(&self.runtime));
        let rows = collect(Arc::clone(&instance.plan), Arc::new(context)).await;
        let rows = rows.map_err(|e| instance.stop.reason().unwrap_or_else(|| Error::run(e, memory)))?;
        let plan = reset_plan_states(Arc::clone(&instance.plan)).map_err(|e| Error::run(e, memory))?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Instance { plan, ..instance });
        Ok(rows)
    }
}

async fn instance(layer: &Layer, question: &Question, runtime: &Arc<RuntimeEnv>) -> Result<(Instance, Planned), Error> {
    let as_of = AsOf::unset();
    let state = layer.session(&Source::AtExecution, &as_of, Arc::clone(runtime), 1)?;
    let planned = layer.plan(&state, question.clone(), &Sight::default()).await?;
    let stop = Stop::after(layer.options().live_timeout, CancellationToken::new());
    let plan = physical(&state, &planned.plan, &stop).await?;
    Ok((Instance { plan, as_of, stop, config: state.config().clone() }, planned))
}
