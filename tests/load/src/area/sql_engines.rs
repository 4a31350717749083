//! Row 2: the common job, Callboard with per-call state against SQL engines that get the wait on the line.
//!
//! Everyone reads the NDJSON on one thread. `datafusion` is the engine that Callboard's own query layer uses, here
//! without Callboard.

use std::path::Path;

use anyhow::{Context, Result, bail};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit};
use datafusion::prelude::{JsonReadOptions, SessionConfig, SessionContext};

use crate::area::Play;
use crate::contest::{Contest, Sample};
use crate::input::{Input, Shape};
use crate::meter::{Meter, Plant};
use crate::process::{digest, peers, play, python};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Contestants in processes of their own.
pub const PLAYS: &[Play] = &[("datafusion", data_fusion)];

/// Runs the row.
///
/// # Errors
/// When the input cannot be written.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let input = Input::write(session, Shape::Two)?;
    let file = input.path.to_string_lossy().into_owned();
    let scratch = session.scratch()?;
    let answer = scratch.path().join("answer");
    let results = Contest::new(format!("the common job by SQL: {}", input.describe()))
        .truth(&input.truth)
        .contestant("callboard", || play("live-path", "live", &[&file], session.plant()))
        .contestant("duckdb", || python(session, "duckdb", "duckdb_job.py", &[&file], Some(&answer)))
        .contestant("datafusion", || play("sql-engines", "datafusion", &[&file], Plant::none()))
        .contestant("chdb", || python(session, "chdb", "chdb_job.py", &[&file], Some(&answer)))
        .run(session);
    let cell = |peer, goal| Cell::against("2", format!("callboard against {peer}"), "cpu_s", "callboard", peer, goal);
    report.add(results, [cell("duckdb", Goal::FasterBy(1.5)), cell("datafusion", Goal::None), cell("chdb", Goal::None)]);
    report.note("row 2: the SQL engines are told each wait by the line and keep no calls; Callboard works it out from the call's events");
    Ok(())
}

fn data_fusion(arguments: &[String]) -> Result<Sample> {
    let [file] = arguments else { bail!("datafusion FILE") };
    let sql = std::fs::read_to_string(peers().join("datafusion.sql")).context("could not read datafusion.sql")?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(query(file, &sql))
}

async fn query(file: &str, sql: &str) -> Result<Sample> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let time = Field::new("entered_at", DataType::Timestamp(TimeUnit::Millisecond, None), true);
    let schema = Schema::new(vec![text("type"), text("in_queue"), time, Field::new("wait_ms", DataType::Int64, true)]);
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let meter = Meter::start();
    let options = JsonReadOptions::default().schema(&schema).file_extension(".ndjson");
    context.register_json("lines", Path::new(file).to_string_lossy(), options).await?;
    let batches = context.sql(sql).await?.collect().await?;
    let sample = meter.stop();
    let mut lines = Vec::new();
    for batch in &batches {
        let queues = datafusion::arrow::compute::cast(batch.column(0), &DataType::Utf8)?;
        for (row, queue) in queues.as_string::<i32>().iter().enumerate() {
            let figures = batch.columns().iter().skip(1).map(|c| c.as_primitive::<Int64Type>().value(row).to_string());
            lines.push(format!("{},{}", queue.unwrap_or_default(), figures.collect::<Vec<_>>().join(",")));
        }
    }
    Ok(sample.answering(digest(lines)))
}
