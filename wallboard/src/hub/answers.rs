//! Each distinct query's plan and latest answer, shared by every tile that asks the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::RecordBatch;

use crate::counts::Counts;
use crate::evaluate::{Evaluate, Prepared};
use crate::frame::Feed;
use crate::freshness::feed_of;

/// A query that could not be planned or run is tried again after this long.
const RETRY_MS: i64 = 10_000;
/// A query that depends on the time alone is asked at most this often: its steps are minutes.
const NOW_MS: i64 = 1_000;

/// Plans and answers by query text.
pub struct Answers<E: Evaluate> {
    evaluate: E,
    by_sql: HashMap<String, Answer<E>>,
    counts: Arc<Counts>,
}

/// A query's plan and latest answer.
pub struct Answer<E: Evaluate> {
    prepared: Option<Prepared<E::Query>>,
    version: Option<E::Version>,
    failed_at_ms: Option<i64>,
    /// The rows; none when the query failed.
    pub batches: Option<Vec<RecordBatch>>,
    /// The instant for which the rows are true.
    pub as_of_ms: i64,
}

impl<E: Evaluate> Answer<E> {
    const fn new() -> Self {
        Self { prepared: None, version: None, failed_at_ms: None, batches: None, as_of_ms: 0 }
    }

    /// Which events the rows are made from.
    pub fn feed(&self) -> Feed {
        self.prepared.as_ref().map_or_else(Feed::default, |p| feed_of(&p.reads))
    }
}

impl<E: Evaluate> Answers<E> {
    /// No plans yet.
    pub fn new(evaluate: E, counts: Arc<Counts>) -> Self {
        Self { evaluate, by_sql: HashMap::new(), counts }
    }

    /// The query layer.
    pub const fn evaluate(&self) -> &E {
        &self.evaluate
    }

    /// The latest answer.
    pub fn get(&self, sql: &str) -> Option<&Answer<E>> {
        self.by_sql.get(sql)
    }

    /// Brings every wanted query up to the snapshot and forgets the others.
    pub async fn refresh(&mut self, wanted: impl Iterator<Item = &str>, snapshot: &E::Snapshot, as_of_ms: i64) {
        let wanted: HashSet<&str> = wanted.collect();
        self.by_sql.retain(|sql, _| wanted.contains(sql.as_str()));
        for sql in wanted {
            let answer = match self.by_sql.get_mut(sql) {
                Some(answer) => answer,
                None => self.by_sql.entry(sql.to_owned()).or_insert_with(Answer::new),
            };
            let waits = answer.failed_at_ms.is_some_and(|at| (0..RETRY_MS).contains(&as_of_ms.saturating_sub(at)));
            if waits {
                continue;
            }
            match refreshed(&self.evaluate, answer, sql, snapshot, as_of_ms).await {
                Ok(true) => self.counts.evaluated.add(1),
                Ok(false) => self.counts.unchanged.add(1),
                Err(error) => {
                    self.counts.failed.add(1);
                    if answer.failed_at_ms.is_none() {
                        tracing::warn!(sql, error = &error as &dyn std::error::Error, "live query failed");
                    }
                    answer.failed_at_ms = Some(as_of_ms);
                    answer.batches = None;
                }
            }
        }
    }
}

/// Brings one answer up to the snapshot; whether it had to be asked for.
async fn refreshed<E: Evaluate>(
    evaluate: &E,
    answer: &mut Answer<E>,
    sql: &str,
    snapshot: &E::Snapshot,
    as_of_ms: i64,
) -> Result<bool, crate::Error> {
    let prepared = match answer.prepared.take() {
        Some(prepared) => prepared,
        None => evaluate.prepare(sql).await?,
    };
    let prepared = answer.prepared.insert(prepared);
    let version = Some(evaluate.version(&prepared.query, snapshot));
    let passed_ms = as_of_ms.saturating_sub(answer.as_of_ms);
    let due = prepared.depends_on_now && !(0..NOW_MS).contains(&passed_ms);
    if answer.batches.is_some() && version == answer.version && !due {
        // The same rows are true again: an age in them is one of now, such as that of the next caller in line.
        if !prepared.depends_on_now {
            answer.as_of_ms = as_of_ms;
        }
        return Ok(false);
    }
    answer.batches = Some(evaluate.run(&prepared.query, snapshot).await?);
    answer.version = version;
    answer.as_of_ms = as_of_ms;
    answer.failed_at_ms = None;
    Ok(true)
}
