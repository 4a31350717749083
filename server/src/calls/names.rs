//! Queues, agents and sources by their names, as the snapshot and the configuration have them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use callboard_admin::words::Lang;
use callboard_sql::Snapshot;
use callboard_store::table::Table;
use callboard_wallboard::board::Words;
use serde_json::{Map, Value, json};

/// Names of sources that are configured.
pub(crate) type SourceTitles = Arc<HashMap<String, Words>>;

/// Names in one language; what has none keeps its code.
#[derive(Debug, Default)]
pub(super) struct Names {
    queues: HashMap<String, String>,
    agents: HashMap<String, String>,
    sources: HashMap<String, String>,
}

impl Names {
    pub(super) fn of(snapshot: &Snapshot, sources: &SourceTitles, lang: Lang) -> Self {
        Self {
            queues: pairs(snapshot, Table::LiveQueues, "queue", super::title(lang)),
            agents: pairs(snapshot, Table::LiveAgents, "agent", "name"),
            sources: sources.iter().map(|(name, words)| (name.clone(), title_of(words, lang).to_owned())).collect(),
        }
    }

    /// The row with names beside its codes.
    pub(super) fn label(&self, row: &mut Map<String, Value>) {
        for (name, known) in [("queue", &self.queues), ("agent", &self.agents), ("source", &self.sources)] {
            if let Some(code) = row.get(name) {
                let label = code.as_str().map(|code| known.get(code).map_or(code, String::as_str).to_owned());
                row.insert(format!("{name}_label"), label.into());
            }
        }
    }

    /// Every row of a list with names beside its codes.
    pub(super) fn label_all(&self, rows: &mut [Value]) {
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| self.label(row));
    }

    /// A source to choose.
    pub(super) fn source(&self, code: &str) -> Value {
        json!({ "value": code, "title": self.sources.get(code).map_or(code, String::as_str) })
    }
}

fn title_of(words: &Words, lang: Lang) -> &str {
    match lang {
        Lang::Zh => &words.zh,
        Lang::En => &words.en,
    }
}

/// Two columns of text of a live table.
fn pairs(snapshot: &Snapshot, table: Table, code: &str, name: &str) -> HashMap<String, String> {
    let batches = snapshot.live.get(&table).map(Vec::as_slice).unwrap_or_default();
    batches
        .iter()
        .filter_map(|batch| Some((texts(batch, code)?, texts(batch, name)?)))
        .flat_map(|(codes, names)| codes.into_iter().zip(names))
        .collect()
}

fn texts(batch: &RecordBatch, column: &str) -> Option<Vec<String>> {
    let column = arrow::compute::cast(batch.column_by_name(column)?, &arrow::datatypes::DataType::Utf8).ok()?;
    let texts = column.as_string_opt::<i32>()?;
    Some((0..texts.len()).map(|row| if texts.is_null(row) { String::new() } else { texts.value(row).to_owned() }).collect())
}
