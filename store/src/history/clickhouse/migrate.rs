//! Numbered migrations, and the check at start that the tables are those that this version writes.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::UInt32Type;

use super::super::Error;
use super::ddl;
use super::link::ClickHouse;
use super::visible::text;
use crate::Table;

/// Number, name, text, and whether only a cluster has it.
const MIGRATIONS: [(u32, &str, &str, bool); 3] = [
    (1, "tables", include_str!("../../../../sql/clickhouse/0001_tables.sql"), false),
    (2, "ledger", include_str!("../../../../sql/clickhouse/0002_ledger.sql"), false),
    (3, "cluster", include_str!("../../../../sql/clickhouse/0003_cluster.sql"), true),
];
const DONE: &str = "CREATE TABLE IF NOT EXISTS callboard_migrations$on_cluster (version UInt32, name String, \
                    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = $ledger(MergeTree, callboard_migrations) ORDER BY version";

/// How one node and a cluster differ.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) cluster: Option<String>,
}

impl Shape {
    /// ` ON CLUSTER ...` of a statement that every node must run.
    pub(super) fn everywhere(&self) -> String {
        self.cluster.as_ref().map_or(String::new(), |c| format!(" ON CLUSTER {}", text(c)))
    }

    /// The name of the table that holds the rows.
    pub(super) fn local(&self, table: Table) -> String {
        format!("{}{}", table.name(), if self.cluster.is_some() { "_local" } else { "" })
    }

    /// The statements of a migration.
    fn statements(&self, sql: &str) -> Vec<String> {
        let is_statement = |text: &&str| text.lines().any(|l| !l.starts_with("--") && !l.is_empty());
        self.fill(sql).split(";\n").map(str::trim).filter(is_statement).map(str::to_owned).collect()
    }

    /// Fills the places of a migration's text.
    fn fill(&self, sql: &str) -> String {
        let (local, replicated) = if self.cluster.is_some() { ("_local", "Replicated") } else { ("", "") };
        let mut out = String::with_capacity(sql.len());
        let mut rest = sql;
        // $ledger(Engine, table[, argument])
        while let Some((before, after)) = rest.split_once("$ledger(") {
            let (inside, after) = after.split_once(')').unwrap_or((after, ""));
            let mut words = inside.split(", ");
            let (engine, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let mut arguments: Vec<String> = words.map(str::to_owned).collect();
            if self.cluster.is_some() {
                // No {shard} in the path: all nodes hold one ledger.
                arguments.splice(0..0, [text(&format!("/clickhouse/callboard/{{database}}/{table}")), text("{shard}-{replica}")]);
            }
            out += &format!("{before}{replicated}{engine}({})", arguments.join(", "));
            rest = after;
        }
        out += rest;
        out.replace("$local", local)
            .replace("$on_cluster", &self.everywhere())
            .replace("$replicated", replicated)
            .replace("'$cluster'", &text(self.cluster.as_deref().unwrap_or_default()))
    }
}

/// Runs the migrations that have not run yet. Each statement may run twice, so a crash in between does no harm.
pub(super) async fn run(link: &ClickHouse, shape: &Shape) -> Result<(), Error> {
    link.execute(&shape.fill(DONE)).await?;
    let done: Vec<u32> = link
        .rows("SELECT version FROM callboard_migrations")
        .await?
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<UInt32Type>().values().to_vec())
        .collect();
    if let Some(found) = done.iter().max().filter(|found| MIGRATIONS.iter().all(|m| m.0 < **found)) {
        let known = MIGRATIONS.iter().map(|m| m.0).max().unwrap_or_default();
        return Err(Error::Foreign { path: link.place().into(), found: *found, known });
    }
    for (version, name, sql, clusters) in MIGRATIONS {
        if done.contains(&version) || (clusters && shape.cluster.is_none()) {
            continue;
        }
        for statement in shape.statements(sql) {
            link.execute(&statement).await?;
        }
        link.execute(&format!("INSERT INTO callboard_migrations (version, name) VALUES ({version}, {})", text(name))).await?;
    }
    Ok(())
}

/// Compares every table with its definition, and looks whether repeated inserts are noticed.
pub(super) async fn check(link: &ClickHouse, shape: &Shape) -> Result<(), Error> {
    let sql = "SELECT concat(table, '.', name), type FROM system.columns WHERE database = currentDatabase()";
    let columns: BTreeMap<String, String> = link.rows(sql).await?.iter().flat_map(pairs).collect();
    let tables = made(link).await?;
    for table in Table::STORED {
        let local = shape.local(table);
        let wrong = |what: String| Error::Shape { table: local.clone(), place: link.place().to_owned(), what };
        for field in table.schema().fields() {
            let want = ddl::column_type(field);
            match columns.get(&format!("{local}.{}", field.name())) {
                Some(have) if *have == want => {}
                Some(have) => return Err(wrong(format!("column {} is {have} instead of {want}", field.name()))),
                None => return Err(wrong(format!("column {} is missing", field.name()))),
            }
        }
        let text = tables.get(&local).map_or("", String::as_str);
        let setting = if shape.cluster.is_some() { " replicated_deduplication_window = " } else { "non_replicated_deduplication_window = " };
        let window = text.split_once(setting).map_or("", |(_, rest)| rest);
        let window: u64 = window.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
        if window < ddl::WINDOW {
            return Err(wrong(format!("{} is {window} instead of {}: an insert that is sent twice would count twice", setting.trim(), ddl::WINDOW)));
        }
    }
    Ok(())
}

/// Every table and the statement that makes it as it is.
async fn made(link: &ClickHouse) -> Result<BTreeMap<String, String>, Error> {
    let sql = "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()";
    Ok(link.rows(sql).await?.iter().flat_map(pairs).collect())
}

/// Sets how long rows are kept, where it is not so already.
pub(super) async fn keep(link: &ClickHouse, shape: &Shape, days: u32) -> Result<(), Error> {
    let tables = made(link).await?;
    for table in Table::STORED {
        let local = shape.local(table);
        let ttl = format!("toDateTime({}) + toIntervalDay({days})", table.info().time);
        let text = tables.get(&local).map_or("", String::as_str);
        if !text.contains(&format!("TTL {ttl}")) {
            link.execute(&format!("ALTER TABLE {local}{} MODIFY TTL {ttl} SETTINGS materialize_ttl_after_modify = 0", shape.everywhere())).await?;
        }
    }
    Ok(())
}

fn pairs(batch: &RecordBatch) -> Vec<(String, String)> {
    let (names, values) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
    (0..batch.num_rows()).filter(|i| !names.is_null(*i)).map(|i| (names.value(i).to_owned(), values.value(i).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use callboard_engines::ClickHouse as Engine;

    use super::*;

    /// No cluster can be had here, but ClickHouse's own parser can.
    #[test]
    fn every_statement_for_a_cluster_is_in_clickhouses_words() {
        let engine = Engine::start().unwrap();
        let shape = Shape { cluster: Some("it's main".into()) };
        let all = MIGRATIONS.iter().flat_map(|(_, _, sql, _)| shape.statements(sql)).chain([shape.fill(DONE)]);
        let mut seen = 0;
        for statement in all {
            assert!(!statement.contains('$') && statement.contains(" ON CLUSTER 'it\\'s main'"), "{statement}");
            let parsed = engine.query(&format!("EXPLAIN AST {statement}")).unwrap_or_else(|e| panic!("{e}: {statement}"));
            assert!(parsed.starts_with("CreateQuery"), "{parsed}");
            seen += 1;
        }
        assert_eq!(seen, 2 * Table::STORED.len() + 4 + 1);
    }

    #[test]
    fn one_node_and_a_cluster_differ_in_few_places() {
        let text =
            "CREATE TABLE t$local$on_cluster (a Int64) ENGINE = $replicatedMergeTree; x$on_cluster ENGINE = $ledger(ReplacingMergeTree, x, number);";
        let one = Shape { cluster: None };
        assert_eq!(one.fill(text), "CREATE TABLE t (a Int64) ENGINE = MergeTree; x ENGINE = ReplacingMergeTree(number);");
        let many = Shape { cluster: Some("main".into()) };
        assert_eq!(
            many.fill(text),
            "CREATE TABLE t_local ON CLUSTER 'main' (a Int64) ENGINE = ReplicatedMergeTree; x ON CLUSTER 'main' ENGINE = \
             ReplicatedReplacingMergeTree('/clickhouse/callboard/{database}/x', '{shard}-{replica}', number);"
        );
    }
}
