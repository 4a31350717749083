//! Our tables in ClickHouse's words: types, codecs, order, made from `store::table`, so that each is defined once.
//!
//! The text of the first migration is made here (`gen-store`) and lies in `sql/clickhouse/`, where people read it.
//! `$name` are the places that one node and a cluster fill differently.

use std::fmt::Write as _;

use arrow::datatypes::{DataType, Field};

use super::super::adds_up;
use crate::Table;
use crate::table::COMMENT;

/// Columns that ClickHouse has beyond those of `store::table`: which commit brought a row.
pub(super) const STREAM: &str = "stream";
/// See `STREAM`.
pub(super) const NUMBER: &str = "commit_number";
/// Tokens of inserts that a table remembers, a block each. A commit has at most some hundred; one can be in flight.
pub(super) const WINDOW: u64 = 10_000;
/// Texts that repeat: kept as numbers into a dictionary.
const REPEATS: [&str; 8] = ["source", "queue", "agent", "direction", "outcome", "ended_by", "state", "reason"];

/// A column's type in ClickHouse.
pub(super) fn column_type(field: &Field) -> String {
    let repeats = REPEATS.contains(&field.name().as_str());
    match (field.data_type(), field.is_nullable(), repeats) {
        (DataType::Timestamp(..), false, _) => "DateTime64(3, 'UTC')".to_owned(),
        (DataType::Timestamp(..), true, _) => "Nullable(DateTime64(3, 'UTC'))".to_owned(),
        (DataType::Int64, false, _) => "Int64".to_owned(),
        (DataType::Int64, true, _) => "Nullable(Int64)".to_owned(),
        (_, false, true) => "LowCardinality(String)".to_owned(),
        (_, true, true) => "LowCardinality(Nullable(String))".to_owned(),
        (_, false, false) => "String".to_owned(),
        (_, true, false) => "Nullable(String)".to_owned(),
    }
}

fn codec(table: Table, field: &Field) -> &'static str {
    match field.data_type() {
        // Starts of intervals have the same distance; other times only lie near each other.
        DataType::Timestamp(..) if adds_up(table) => "DoubleDelta, ZSTD(1)",
        DataType::Timestamp(..) => "Delta, ZSTD(1)",
        DataType::Int64 => "T64, ZSTD(1)",
        _ => "ZSTD(1)",
    }
}

/// What rows of a part are sorted by, so that a queue or an agent and a range of time read few of them; then the key, so
/// that versions of a row lie together.
pub(super) fn order(table: Table) -> Vec<&'static str> {
    let info = table.info();
    let first = match table {
        Table::QueueVisits | Table::QueueIntervals => Some("queue"),
        Table::AgentLegs | Table::AgentStates | Table::AgentIntervals => Some("agent"),
        _ => None,
    };
    let mut order: Vec<&str> = first.into_iter().chain([info.time]).collect();
    for key in info.key {
        if !order.contains(key) {
            order.push(key);
        }
    }
    order.push(STREAM);
    order
}

/// Rows stay as they came. An engine that replaces or adds up merges rows of a commit that is under way into those that
/// readers see.
const ENGINE: &str = "MergeTree";

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// `CREATE TABLE` of one table.
fn create(table: Table) -> String {
    let info = table.info();
    let mut out = format!("CREATE TABLE IF NOT EXISTS {}$local$on_cluster (\n", info.name);
    for field in table.schema().fields() {
        let comment = field.metadata().get(COMMENT).map_or("", String::as_str);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    {} {} COMMENT {} CODEC({}),", field.name(), column_type(field), quoted(comment), codec(table, field));
    }
    let _ = writeln!(out, "    {STREAM} LowCardinality(String) COMMENT 'The log that the row was folded from.',");
    let _ = write!(out, "    {NUMBER} UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1))");
    if table.schema().field_with_name("call").is_ok() {
        let _ = write!(out, ",\n    INDEX by_call call TYPE bloom_filter(0.01) GRANULARITY 4");
    }
    let _ = write!(
        out,
        "\n) ENGINE = $replicated{}\nPARTITION BY toYYYYMM({})\nORDER BY ({})\nSETTINGS non_replicated_deduplication_window = {WINDOW}, \
         replicated_deduplication_window = {WINDOW}, replicated_deduplication_window_seconds = 604800\nCOMMENT {};\n",
        ENGINE,
        info.time,
        order(table).join(", "),
        quoted(info.comment.trim()),
    );
    out
}

/// The first migration: every table that history keeps.
#[must_use]
pub(super) fn tables() -> String {
    let mut out = String::from(
        "-- History's tables. Made from store/src/table by `cargo xtask gen`; a change after a release is a migration of its own.\n\
         -- $local, $on_cluster and $replicated are empty on one node.\n",
    );
    for table in Table::STORED {
        let _ = write!(out, "\n{}", create(table));
    }
    out
}

/// The migration that only a cluster has: one table over all shards. Rows of a call, an agent or a queue stay together.
#[must_use]
pub(super) fn distributed() -> String {
    let mut out = String::from("-- In a cluster: each table over all shards. Made from store/src/table by `cargo xtask gen`.\n");
    for table in Table::STORED {
        let info = table.info();
        let together = match table {
            Table::Calls | Table::QueueVisits | Table::AgentLegs => "call",
            Table::AgentStates | Table::AgentIntervals => "agent",
            Table::QueueIntervals => "queue",
            _ => "source",
        };
        let _ = write!(
            out,
            "\nCREATE TABLE IF NOT EXISTS {0}$on_cluster AS {0}$local\nENGINE = Distributed('$cluster', currentDatabase(), {0}$local, sipHash64({together}))\nCOMMENT {1};\n",
            info.name,
            quoted(info.comment.trim()),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_what_the_tables_say() {
        assert_eq!(tables(), include_str!("../../../../sql/clickhouse/0001_tables.sql"), "run cargo xtask gen");
        assert_eq!(distributed(), include_str!("../../../../sql/clickhouse/0003_cluster.sql"), "run cargo xtask gen");
    }

    #[test]
    fn facts_are_sorted_down_to_their_key() {
        assert_eq!(order(Table::QueueVisits), ["queue", "entered_at", "source", "call", "visit", "stream"]);
        assert_eq!(order(Table::Calls), ["started_at", "source", "call", "stream"]);
        assert_eq!(order(Table::AgentStates), ["agent", "began_at", "source", "stream"]);
    }
}
