//! Sessions: what a query can see and use, made anew for each.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_store::Table;
use callboard_store::table::COMMENT;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, SchemaError, TableReference};
use datafusion::datasource::{MemTable, ViewTable};
use datafusion::execution::SessionState;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, GreedyMemoryPool, MemoryPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::SessionConfig;
use datafusion::sql::parser::Statement as DfStatement;
use futures::FutureExt;

use super::{Options, Question};
use crate::catalogue::{self, CATALOG, SCHEMA, Source};
use crate::error::Error;
use crate::function::{self, AsOf};
use crate::measure::{self, Head, Measures, texts};
use crate::sight::{Fenced, Sight, TableHelp, Within};

/// What all queries share: definitions, functions, the cache of file footers.
#[derive(Debug)]
pub(crate) struct Layer {
    options: Options,
    measures: Measures,
    base: SessionState,
    runtime: Arc<RuntimeEnv>,
    views: Vec<catalogue::ViewHelp>,
    help: Arc<dyn SchemaProvider>,
}

/// A planned question.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) plan: LogicalPlan,
    /// The tables it reads, below its views too.
    pub(crate) tables: Vec<Table>,
    /// Whether the answer changes as time goes on without any new row.
    pub(crate) follows_time: bool,
}

/// Functions that make a value of any size out of a number, past every memory limit.
const UNBOUNDED: [&str; 7] = ["repeat", "lpad", "rpad", "array_repeat", "array_resize", "range", "generate_series"];

fn config(partitions: usize) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false)
        .with_target_partitions(partitions.max(1));
    let options = config.options_mut();
    // Text is Utf8 in every table and stays so.
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.parquet.schema_force_view_types = false;
    config
}

impl Layer {
    pub(crate) fn new(options: Options) -> Result<Self, Error> {
        let measures = Measures::embedded()?;
        let runtime = RuntimeEnvBuilder::new().with_disk_manager_builder(disk(&options)).build_arc().map_err(|e| Error::plan(&e))?;
        let mut base = SessionStateBuilder::new()
            .with_config(config(options.partitions))
            .with_default_features()
            .with_file_formats(vec![])
            .with_table_factories(Default::default())
            .with_runtime_env(Arc::clone(&runtime))
            .build();
        for name in UNBOUNDED {
            datafusion::execution::FunctionRegistry::deregister_udf(&mut base, name).map_err(|e| Error::plan(&e))?;
        }
        let empty: Arc<dyn SchemaProvider> = Arc::new(datafusion::catalog::MemorySchemaProvider::new());
        let mut layer = Self { options, measures, base, runtime, views: vec![], help: empty };
        layer.views = layer.view_schemas()?;
        layer.help = catalogue::information_schema(&layer.measures, &layer.views, &layer.options.elsewhere).map_err(|e| Error::plan(&e))?;
        Ok(layer)
    }

    pub(crate) const fn measures(&self) -> &Measures {
        &self.measures
    }

    pub(crate) fn views(&self) -> &[catalogue::ViewHelp] {
        &self.views
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    /// A runtime whose operators together hold at most `memory_bytes`; footers are cached for all.
    pub(crate) fn runtime(&self, memory_bytes: usize) -> Result<Arc<RuntimeEnv>, Error> {
        let memory_pool: Arc<dyn MemoryPool> = match self.options.spill {
            Some(_) => Arc::new(FairSpillPool::new(memory_bytes)),
            None => Arc::new(GreedyMemoryPool::new(memory_bytes)),
        };
        Ok(Arc::new(RuntimeEnv { memory_pool, ..self.runtime.as_ref().clone() }))
    }

    /// A session over `source` whose time is `as_of`.
    pub(crate) fn session(&self, source: &Source, as_of: &AsOf, runtime: Arc<RuntimeEnv>, partitions: usize) -> Result<SessionState, Error> {
        let mut config = config(partitions);
        if matches!(source, Source::AtExecution) {
            // A filter that one run learnt must not be there in the next.
            config.options_mut().optimizer.enable_dynamic_filter_pushdown = false;
            config.options_mut().optimizer.enable_topk_dynamic_filter_pushdown = false;
            config.options_mut().optimizer.enable_join_dynamic_filter_pushdown = false;
            config.options_mut().optimizer.enable_aggregate_dynamic_filter_pushdown = false;
        }
        let remote = match source {
            Source::Fixed(snapshot) => snapshot.stored.remote.is_some(),
            Source::AtExecution => self.options.remote,
        };
        let tables = catalogue::catalogue(source, &self.help).map_err(|e| Error::plan(&e))?;
        let mut rules = PhysicalOptimizer::new().rules;
        if remote {
            rules.insert(0, Arc::new(catalogue::Split));
        }
        let mut state = SessionStateBuilder::new_from_existing(self.base.clone())
            .with_config(config)
            .with_physical_optimizer_rules(rules)
            .with_catalog_list(tables)
            .with_runtime_env(runtime)
            .build();
        for function in function::functions(as_of, &self.options.zone) {
            let function = Arc::new(function);
            datafusion::execution::FunctionRegistry::register_udf(&mut state, function).map_err(|e| Error::plan(&e))?;
        }
        Ok(state)
    }

    /// Plans `question`: measures replaced, views put in, what is out of sight left out.
    pub(crate) async fn plan(&self, state: &SessionState, mut question: Question, sight: &Sight) -> Result<Planned, Error> {
        let used = question.expand(&self.measures)?;
        let mut mentions = question.mentions();
        for (name, text) in texts::VIEWS {
            if mentions.relations.contains(*name) {
                let (view, inner) = view(state, name, text).await?;
                let shown: Arc<dyn TableProvider> = if sight.is_limited() { sight.view(view.logical_plan().clone()) } else { Arc::new(view) };
                register(state, name, shown)?;
                mentions.relations.extend(inner.relations);
                mentions.functions.extend(inner.functions);
            }
        }
        // Views are over everything: fences are put up once they are planned.
        for table in Table::ALL {
            if let Some(within) = sight.within(table) {
                fence(state, table, within)?;
            }
        }
        for table in self.options.elsewhere.iter().filter(|table| mentions.relations.contains(&table.name)) {
            register(state, &table.name, Arc::new(fetched(table, sight).await?))?;
        }
        let statement = DfStatement::Statement(Box::new(question.statement));
        let plan = state.statement_to_plan(statement).await.map_err(|e| self.explain(&e, &used))?;
        let plan = sight.over(plan, state).map_err(|e| Error::plan(&e))?;
        let tables = mentions.relations.iter().filter_map(|r| Table::by_name(r)).collect();
        let follows_time =
            ["now", "current_timestamp", "current_date", "today", "last", "random", "uuid"].iter().any(|f| mentions.functions.contains(*f));
        Ok(Planned { plan, tables, follows_time })
    }

    /// An error of planning; when it is about a measure's column, it says so.
    fn explain(&self, error: &DataFusionError, used: &[String]) -> Error {
        if let DataFusionError::SchemaError(schema, _) = error.find_root() {
            let (SchemaError::FieldNotFound { field, .. } | SchemaError::AmbiguousReference { field }) = schema.as_ref() else {
                return Error::plan(error);
            };
            let owner = used.iter().filter_map(|u| self.measures.get(u).ok()).find(|m| m.columns.contains(&field.name));
            if let Some(measure) = owner {
                let (name, column) = (measure.name.clone(), field.name.clone());
                return Error::Measure(match schema.as_ref() {
                    SchemaError::AmbiguousReference { .. } => measure::Error::Ambiguous { name, column },
                    _ => measure::Error::Columns { name, column, on: measure.on.join(", ") },
                });
            }
        }
        Error::plan(error)
    }

    /// Name, comment and columns of each view.
    fn view_schemas(&self) -> Result<Vec<catalogue::ViewHelp>, Error> {
        let as_of = AsOf::unset();
        let state = self.session(&Source::AtExecution, &as_of, Arc::clone(&self.runtime), 1)?;
        texts::VIEWS
            .iter()
            .map(|(name, text)| {
                let wrong = |problem: String| measure::Error::Definition { file: format!("views/{name}.sql"), problem };
                let head = Head::parse(text).map_err(wrong)?;
                // All tables are in memory, so planning never waits.
                let planned = view(&state, name, text).now_or_never();
                let (view, mentions) = planned.unwrap_or_else(|| Err(wrong("planning had to wait".to_owned()).into()))?;
                // A column that the head does not explain comes from one of the tables below.
                let mut comments = HashMap::new();
                for field in mentions.relations.iter().filter_map(|r| Table::by_name(r)).flat_map(|t| t.schema().fields().to_vec()) {
                    comments.insert(field.name().clone(), field.metadata().get(COMMENT).cloned().unwrap_or_default());
                }
                comments.extend(head.with_prefix("column ").map(|(c, text)| (c.to_owned(), text.to_owned())));
                Ok(catalogue::ViewHelp {
                    name: (*name).to_owned(),
                    comment: head.value("comment").map_err(wrong)?.to_owned(),
                    schema: datafusion::catalog::TableProvider::schema(&view),
                    comments,
                })
            })
            .collect()
    }
}

/// A view's plan, and what it mentions.
async fn view(state: &SessionState, name: &str, text: &str) -> Result<(ViewTable, super::statement::Mentions), Error> {
    let wrong = |problem: String| measure::Error::Definition { file: format!("views/{name}.sql"), problem };
    let head = Head::parse(text).map_err(wrong)?;
    let question = Question::parse(head.body)?;
    let mentions = question.mentions();
    let plan = state.statement_to_plan(DfStatement::Statement(Box::new(question.statement))).await.map_err(|e| Error::plan(&e))?;
    Ok((ViewTable::new(plan, Some(head.body.to_owned())), mentions))
}

/// The rows of a table that lies elsewhere.
async fn fetched(table: &TableHelp, sight: &Sight) -> Result<MemTable, Error> {
    let nobody = || Error::Plan { message: format!("the table {} is read on the server only", table.name) };
    let reader = sight.elsewhere.as_ref().ok_or_else(nobody)?;
    let rows = reader.read(&table.name).await.map_err(|message| Error::Plan { message })?;
    let plain = catalogue::without_comments(&table.schema);
    let rows = RecordBatch::try_new(Arc::clone(&plain), rows.columns().to_vec()).map_err(|e| Error::plan(&e.into()))?;
    MemTable::try_new(plain, vec![vec![rows]]).map_err(|e| Error::plan(&e))
}

/// Shows what is within of a table.
fn fence(state: &SessionState, table: Table, within: Within) -> Result<(), Error> {
    let schema = state.schema_for_ref(TableReference::bare(table.name())).map_err(|e| Error::plan(&e))?;
    let Some(whole) = schema.deregister_table(table.name()).map_err(|e| Error::plan(&e))? else { return Ok(()) };
    register(state, table.name(), Arc::new(Fenced::new(whole, within)))
}

fn register(state: &SessionState, name: &str, table: Arc<dyn datafusion::catalog::TableProvider>) -> Result<(), Error> {
    let schema = state.schema_for_ref(TableReference::bare(name)).map_err(|e| Error::plan(&e))?;
    schema.register_table(name.to_owned(), table).map_err(|e| Error::plan(&e))?;
    Ok(())
}

fn disk(options: &Options) -> DiskManagerBuilder {
    DiskManagerBuilder::default().with_mode(match &options.spill {
        Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
        None => DiskManagerMode::Disabled,
    })
}
