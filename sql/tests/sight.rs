//! What is out of sight is neither shown nor counted, however the question is put and wherever the rows lie.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use callboard_domain::state::VisitOutcome;
use callboard_sql::{CancellationToken, Elsewhere, Error, Limits, Options, QueryLayer, Reach, Sight, Snapshot, TableHelp};
use callboard_store::Table;
use callboard_store::table::{QueueVisit, TableRow};

use crate::fixture::{Layout, NOON, at, centre, layer, rows, text, visit};

async fn seen(sight: &Sight, snapshot: &Arc<Snapshot>, sql: &str) -> Result<String, Error> {
    let layer = layer();
    let answer = layer.query_within(sight, sql, Arc::clone(snapshot), Limits::default(), CancellationToken::new()).await?;
    Ok(text(&answer.collect().await?))
}

fn within(agents: &[&str], queues: &[&str]) -> Sight {
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
    Sight { reach: Some(Reach { agents: names(agents), queues: names(queues) }), ..Sight::default() }
}

fn masked() -> Sight {
    Sight { masked: true, ..Sight::default() }
}

const LAYOUTS: [Layout; 4] = [Layout::Live, Layout::Stored, Layout::Half, Layout::HalfRemote];

#[tokio::test(flavor = "multi_thread")]
async fn rows_out_of_reach_are_in_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    for layout in LAYOUTS {
        let snapshot = centre(layout, folder.path());
        let (sales, agent, nobody) = (within(&[], &["sales"]), within(&["8002"], &[]), within(&[], &[]));
        for (sight, sql, expected) in [
            (&sales, "SELECT DISTINCT queue FROM queue_visits", "sales\n"),
            (&sales, "SELECT COUNT(*) FROM queue_visits", "10\n"),
            (&sales, "SELECT MEASURE(offered) FROM queue_intervals", "10\n"),
            (&sales, "SELECT COUNT(*) FROM (SELECT queue AS q FROM public.queue_visits v WHERE v.queue <> 'sales') t", "0\n"),
            (&sales, "WITH sales AS (SELECT * FROM queue_visits) SELECT COUNT(*) FROM sales s JOIN sales t ON s.call = t.call", "10\n"),
            (&sales, "SELECT COALESCE((SELECT MAX(wait_ms) FROM queue_visits WHERE queue = 'example'), -1)", "-1\n"),
            (
                &sales,
                "SELECT COUNT(*) FROM gaps WHERE EXISTS (SELECT 1 FROM queue_visits v WHERE v.queue = 'example' AND v.source = gaps.source)",
                "0\n",
            ),
            (&sales, "SELECT queue FROM live_queues UNION ALL SELECT agent FROM agent_legs", "sales\n"),
            (&agent, "SELECT COUNT(*), MIN(agent) FROM agent_legs", "2,8002\n"),
            (&agent, "SELECT DISTINCT agent FROM agent_states", "8002\n"),
            (&agent, "SELECT agent FROM live_agents", "8002\n"),
            (&agent, "SELECT COUNT(*) FROM queue_visits", "0\n"),
            (&within(&["8001"], &[]), "SELECT COUNT(*) = SUM(answered) AND COUNT(*) > 1000 FROM queue_visits", "true\n"),
            (&agent, "SELECT COUNT(*) FROM events", "0\n"),
            (&nobody, "SELECT COUNT(*) FROM calls", "0\n"),
            (&nobody, "SELECT COUNT(*) FROM live_queues", "0\n"),
            (&nobody, "SELECT COUNT(*) FROM gaps", "1\n"),
        ] {
            assert_eq!(seen(sight, &snapshot, sql).await.unwrap(), expected, "{layout:?}: {sql}");
        }
        assert_eq!(seen(&Sight::default(), &snapshot, "SELECT COUNT(*) FROM queue_visits").await.unwrap(), "1071\n", "{layout:?}");
        let refused = seen(&nobody, &snapshot, "EXPLAIN ANALYZE SELECT * FROM calls").await.unwrap_err();
        assert!(refused.to_string().contains("EXPLAIN"), "{refused}");
        // An expression that fails tells of the row on which it failed: none is out of reach.
        for (sql, expected) in [
            ("SELECT COUNT(*) FROM queue_visits WHERE CASE WHEN queue = 'example' THEN CAST(call AS bigint) ELSE 1 END = 1", "10\n"),
            ("SELECT COUNT(*) FROM queue_visits WHERE 1 / (CASE WHEN queue = 'example' THEN 0 ELSE 1 END) = 1", "10\n"),
            ("SELECT COUNT(*) FROM queue_visits WHERE wait_ms > 0 AND CAST(replace(queue, 'sales', '1') AS bigint) = 1", "7\n"),
            ("SELECT COUNT(*) FROM queue_visits v JOIN gaps g ON CAST(replace(v.queue, 'sales', '1') AS bigint) = length(g.source) - 2", "10\n"),
            ("SELECT SUM(CAST(replace(queue, 'sales', '1') AS bigint)) FROM queue_visits", "10\n"),
            ("SELECT COUNT(*) FROM live_queues WHERE CAST(replace(queue, 'sales', '1') AS bigint) = 1", "1\n"),
        ] {
            assert_eq!(seen(&sales, &snapshot, sql).await.unwrap_or_else(|error| error.to_string()), expected, "{layout:?}: {sql}");
        }
        let repeated = "SELECT COUNT(*) FROM repeat_visits WHERE CAST(replace(queue, 'sales', '1') AS bigint) = 1";
        assert_eq!(seen(&sales, &snapshot, repeated).await.unwrap(), "4\n", "{layout:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn masked_numbers_can_neither_be_read_nor_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    for layout in LAYOUTS {
        let snapshot = centre(layout, folder.path());
        for (sql, expected) in [
            ("SELECT DISTINCT from_number FROM calls", "138****5678\n"),
            ("SELECT COUNT(*) FROM calls WHERE from_number = '13812345678'", "0\n"),
            ("SELECT COUNT(*) FROM calls WHERE from_number LIKE '1381%'", "0\n"),
            ("SELECT DISTINCT regexp_replace(c.from_number, '(.)', '\\1', 'g') FROM calls AS c", "138****5678\n"),
            ("SELECT COUNT(*) FROM queue_visits WHERE from_number IN (SELECT '13900000009')", "0\n"),
            ("SELECT outcome, COUNT(*) FROM calls GROUP BY outcome ORDER BY outcome", "abandoned,1\nanswered,4\n"),
            ("SELECT DISTINCT path FROM calls", "[]\n"),
            ("SELECT COUNT(*) FROM events", "0\n"),
        ] {
            assert_eq!(seen(&masked(), &snapshot, sql).await.unwrap(), expected, "{layout:?}: {sql}");
        }
    }
}

#[tokio::test]
async fn whether_a_caller_called_again_does_not_depend_on_who_asks() {
    // Two callers whose masked numbers are the same, and one who called again in a queue out of reach.
    let visits = [
        visit("sales", 1, Some("13800015678"), at("2025-11-10T02:00:00.000Z"), VisitOutcome::Answered, 1_000),
        visit("sales", 2, Some("13800025678"), at("2025-11-10T03:00:00.000Z"), VisitOutcome::Answered, 1_000),
        visit("loans", 3, Some("13800015678"), at("2025-11-10T04:00:00.000Z"), VisitOutcome::Answered, 1_000),
    ];
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_live(Table::QueueVisits, vec![QueueVisit::batch(&visits)]));
    let sql = "SELECT queue, from_number, repeated_24h FROM repeat_visits WHERE queue = 'sales' ORDER BY entered_at LIMIT 5";
    let sight = Sight { masked: true, ..within(&[], &["sales"]) };
    assert_eq!(seen(&sight, &snapshot, sql).await.unwrap(), "sales,138****5678,1\nsales,138****5678,0\n");
    assert_eq!(seen(&sight, &snapshot, "SELECT COUNT(*) FROM repeat_visits").await.unwrap(), "2\n");
    assert_eq!(text(&rows(&layer(), &snapshot, sql).await.unwrap()), "sales,13800015678,1\nsales,13800025678,0\n");
}

/// Two users; a table that may not be read.
#[derive(Debug)]
struct Office;

fn users() -> Arc<Schema> {
    let column = |name: &str| Field::new(name, DataType::Utf8, true).with_metadata(HashMap::from([("comment".to_owned(), format!("The {name}."))]));
    Arc::new(Schema::new(vec![column("agent"), column("name")]))
}

#[async_trait::async_trait]
impl Elsewhere for Office {
    async fn read(&self, table: &str) -> Result<RecordBatch, String> {
        if table != "users" {
            return Err(format!("you have not the right {table}.read"));
        }
        let text = |cells: [&str; 2]| Arc::new(StringArray::from(cells.to_vec())) as _;
        RecordBatch::try_new(users(), vec![text(["8001", "8002"]), text(["Li", "Wang"])]).map_err(|e| e.to_string())
    }
}

#[tokio::test]
async fn tables_that_lie_elsewhere_join_and_are_explained() {
    let help = |name: &str| TableHelp { name: name.into(), comment: format!("All {name}."), schema: users() };
    let layer = QueryLayer::new(Options { elsewhere: vec![help("users"), help("roles")], ..Options::default() }).unwrap();
    let snapshot = centre(Layout::Live, std::path::Path::new("unused"));
    let ask = async |sight: Sight, sql: &str| {
        let answer = layer.query_within(&sight, sql, Arc::clone(&snapshot), Limits::default(), CancellationToken::new()).await?;
        Ok::<_, Error>(text(&answer.collect().await?))
    };
    let sight = || Sight { elsewhere: Some(Arc::new(Office)), ..within(&["8001"], &[]) };
    let joined = "SELECT u.name, COUNT(*) FROM agent_legs l JOIN users u ON u.agent = l.agent GROUP BY u.name";
    assert_eq!(ask(sight(), joined).await.unwrap(), "Li,2\n");
    assert_eq!(
        ask(sight(), "SELECT column_name, comment FROM information_schema.columns WHERE table_name = 'users' ORDER BY ordinal_position")
            .await
            .unwrap(),
        "agent,The agent.\nname,The name.\n"
    );
    assert_eq!(ask(sight(), "SELECT comment FROM information_schema.tables WHERE table_name = 'roles'").await.unwrap(), "All roles.\n");
    let refused = ask(sight(), "SELECT * FROM roles").await.unwrap_err();
    assert!(refused.to_string().ends_with("you have not the right roles.read"), "{refused}");
    let alone = ask(Sight::default(), "SELECT * FROM users").await.unwrap_err();
    assert!(alone.to_string().contains("read on the server only"), "{alone}");
}
