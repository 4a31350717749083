//! The built-in boards against the real query layer.

use std::collections::HashMap;
use std::sync::Mutex;

use callboard_domain::state::{AgentState, Direction};
use callboard_sql::Options as QueryOptions;
use callboard_store::table::{AgentInterval, LiveAgent, LiveCall, LiveQueue, LiveSource, QueueInterval, TableRow};

use super::*;
use crate::board::{Board, built_in};
use crate::cell;
use crate::frame::Cell;

/// 2025-11-18 14:32:07 in Shanghai.
const NOW: i64 = 1_763_447_527_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn live() -> Live {
    Live::new(Arc::new(QueryLayer::new(QueryOptions::default()).unwrap()))
}

/// Rows of a type as live rows of its table, from JSON that names only what differs from zero.
fn rows<T: TableRow + serde::de::DeserializeOwned>(snapshot: Snapshot, differing: Vec<serde_json::Value>) -> Snapshot {
    let schema = T::schema();
    let table = Table::by_name(T::INFO.name).unwrap();
    let rows: Vec<T> = differing
        .into_iter()
        .map(|mut row| {
            for field in schema.fields() {
                let value = match field.data_type() {
                    _ if field.is_nullable() => serde_json::Value::Null,
                    arrow::datatypes::DataType::Int64 => 0.into(),
                    arrow::datatypes::DataType::Timestamp(..) => at(NOW).to_string().into(),
                    _ => "".into(),
                };
                row.as_object_mut().unwrap().entry(field.name()).or_insert(value);
            }
            serde_json::from_value(row).unwrap()
        })
        .collect();
    snapshot.with_live(table, vec![T::batch(&rows)])
}

fn centre() -> Arc<Snapshot> {
    let minute = |queue: &str, ago: i64, offered: i64| {
        serde_json::json!({ "source": "pbx", "queue": queue, "minute_at": at(NOW - ago).floor(MINUTE).to_string(), "offered": offered,
            "answered": offered - 1, "answered_in_target": offered - 2, "abandoned": 1, "answered_wait_ms": 9_000 })
    };
    let s = Snapshot::new(at(NOW));
    let s = rows::<QueueInterval>(
        s,
        vec![minute("cards", MINUTE, 10), minute("cards", 2 * 3_600_000, 5), minute("loans", 12 * MINUTE, 4), minute("cards", DAY + MINUTE, 8)],
    );
    let quarter = at(NOW).floor(15 * MINUTE).to_string();
    let s = rows::<AgentInterval>(
        s,
        vec![
            serde_json::json!({ "agent": "1001", "quarter_at": quarter, "handled": 2, "talk_ms": 100_000, "hold_ms": 20_000, "wrap_up_ms": 40_000 }),
        ],
    );
    let queue = |queue: &str, zh: &str, ordinal: i64, waiting: i64, longest: Option<i64>| {
        serde_json::json!({ "queue": queue, "title_zh": zh, "title_en": queue, "ordinal": ordinal, "waiting": waiting, "waiting_past_target": 1,
            "longest_waiting_ms": longest, "target_ms": 20_000, "agents": 6, "agents_ready": 2 })
    };
    let s = rows::<LiveQueue>(s, vec![queue("cards", "信用卡", 1, 2, Some(108_000)), queue("loans", "贷款", 2, 0, None)]);
    let call = |call: &str, since: i64, state: &str| {
        serde_json::json!({ "source": "pbx", "call": call, "direction": Direction::Inbound, "from_number": "13900001207", "state": state, "queue": "cards",
            "since_at": at(NOW - since).to_string(), "state_ms": since })
    };
    let s = rows::<LiveCall>(s, vec![call("c2", 30_000, "ringing"), call("c1", 108_000, "waiting"), call("c3", 5_000, "talking")]);
    let agent = |agent: &str, state: AgentState, queue: Option<&str>| serde_json::json!({ "agent": agent, "name": agent, "team": "A", "state": state, "state_ms": 60_000, "call_queue": queue });
    let s = rows::<LiveAgent>(
        s,
        vec![agent("1001", AgentState::Talking, Some("cards")), agent("1002", AgentState::Ready, None), agent("1003", AgentState::Offline, None)],
    );
    Arc::new(rows::<LiveSource>(s, vec![serde_json::json!({ "source": "pbx", "state": "connected", "calls": 1, "agents": 1 })]))
}

async fn answer(live: &Live, board: &Board, id: &str, snapshot: &Arc<Snapshot>) -> Vec<Vec<Cell>> {
    let tile = board.tiles.iter().find(|t| t.id == id).unwrap();
    let prepared = live.prepare(&board.sql(tile)).await.unwrap();
    cell::rows(tile, &live.run(&prepared.query, snapshot).await.unwrap()).unwrap()
}

fn text(cells: &[Cell]) -> String {
    serde_json::to_string(cells).unwrap()
}

#[tokio::test]
async fn every_tile_has_an_answer_when_nothing_ever_happened() {
    let live = live();
    let nothing = Arc::new(Snapshot::new(at(NOW)));
    for board in built_in().unwrap() {
        for tile in &board.tiles {
            let rows = answer(&live, &board, &tile.id, &nothing).await;
            assert!(rows.iter().all(|row| row.len() == tile.columns.len()), "{}", tile.id);
        }
    }
    for sql in [crate::freshness::SOURCES_SQL, crate::freshness::GAPS_SQL] {
        live.prepare(sql).await.unwrap();
    }
}

#[tokio::test]
async fn the_service_board_shows_the_centre() {
    let (live, service, centre) = (live(), built_in().unwrap().remove(0), centre());
    let show = async |id: &str| answer(&live, &service, id, &centre).await.iter().map(|row| text(row)).collect::<Vec<_>>();
    assert_eq!(show("waiting").await, ["[2,2]"]);
    assert_eq!(show("longest").await, [r#"["信用卡","cards",108000]"#]);
    assert_eq!(show("offered").await[0], format!("[19,{}]", 19.0 / 8.0 - 1.0));
    assert_eq!(show("asa").await, ["[1687.5,1285.7142857142858]"]);
    assert_eq!(show("aht").await, ["[80000.0,null]"]);
    assert_eq!(show("states").await, [r#"["offline",1,2]"#, r#"["ready",1,2]"#, r#"["talking",1,2]"#]);
    assert_eq!(
        show("calls").await,
        [r#"["c1",108000,"信用卡","cards","13900001207","waiting",2]"#, r#"["c2",30000,"信用卡","cards","13900001207","ringing",2]"#]
    );
}

#[tokio::test]
async fn a_skill_group_shows_its_hour_and_an_empty_one_no_rate() {
    let (live, service, centre) = (live(), built_in().unwrap().remove(0), centre());
    let rows = answer(&live, &service, "queues", &centre).await;
    assert_eq!(text(&rows[0][..6]), r#"["信用卡","cards",2,108000,15,2]"#);
    // 14:31 lies in the five minutes before the running ones only when the clock says so: 14:32 belongs to 14:30 too.
    assert_eq!(text(&rows[0][8..]), "[2,6,[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,10.0]]");
    assert_eq!(text(&rows[1][..5]), r#"["贷款","loans",0,null,4]"#);
    assert_eq!(text(&rows[1][10..]), "[[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,4.0,0.0,0.0]]");
}

#[tokio::test]
async fn the_day_is_cut_into_hours_of_the_boards_zone() {
    let (live, service, centre) = (live(), built_in().unwrap().remove(0), centre());
    let rows = answer(&live, &service, "hours", &centre).await;
    assert_eq!(rows.len(), 24);
    assert_eq!(text(&rows[12]), "[12,5,null,false]");
    assert_eq!(text(&rows[14]), "[14,14,8,true]");
    assert_eq!(text(&rows[15]), "[15,null,null,false]");
}

#[tokio::test]
async fn the_agents_board_shows_a_row_an_agent() {
    let (live, agents, centre) = (live(), built_in().unwrap().remove(1), centre());
    let rows = answer(&live, &agents, "agents", &centre).await;
    assert_eq!(text(&rows[0]), r#"["1001","A","1001","talking",null,null,60000,"信用卡","cards",1,2]"#);
    assert_eq!(rows.len(), 3);
}

#[tokio::test]
async fn an_answer_is_old_when_a_column_that_it_reads_has_changed() {
    let (live, first) = (live(), centre());
    let (mut later, mut busier) = (first.as_ref().clone(), first.as_ref().clone());
    let aged = |state_ms: i64| serde_json::json!({ "agent": "1", "name": "Li", "state": AgentState::Ready, "state_ms": state_ms });
    let base = rows::<LiveAgent>(first.as_ref().clone(), vec![aged(1_000)]);
    later = rows::<LiveAgent>(later, vec![aged(1_250)]).sharing(&base);
    busier = rows::<LiveAgent>(busier, vec![aged(1_000), aged(0)]).sharing(&base);
    let (base, later, busier) = (Arc::new(base), Arc::new(later), Arc::new(busier));
    let same = async |sql: &str, other: &Arc<Snapshot>| {
        let query = live.prepare(sql).await.unwrap().query;
        live.version(&query, &base) == live.version(&query, other)
    };
    assert!(same("SELECT state, count(*) FROM live_agents GROUP BY state", &later).await);
    assert!(!same("SELECT state, count(*) FROM live_agents GROUP BY state", &busier).await);
    assert!(same("SELECT count(*) FROM live_agents", &later).await);
    assert!(!same("SELECT count(*) FROM live_agents", &busier).await);
    assert!(!same("SELECT state_ms FROM live_agents", &later).await);
    assert!(!same("SELECT count(*) FROM live_agents WHERE state_ms > 1100", &later).await, "a filter reads too");
    assert!(!same("SELECT name, (SELECT max(state_ms) FROM live_agents) FROM live_queues CROSS JOIN live_agents", &later).await);
    assert!(same("SELECT waiting FROM live_queues", &busier).await);
}

#[tokio::test]
async fn a_query_over_the_log_is_asked_at_every_instant() {
    let live = live();
    let query = live.prepare("SELECT count(*) FROM events").await.unwrap().query;
    let at = |ms| Arc::new(Snapshot::new(at(ms)));
    assert!(live.version(&query, &at(1)) != live.version(&query, &at(2)));
}

/// The real thing, and how often it ran which query.
struct Counting {
    live: Live,
    runs: Arc<Mutex<HashMap<String, usize>>>,
}

impl Evaluate for Counting {
    type Snapshot = Arc<Snapshot>;
    type Query = Arc<LiveQuery>;
    type Version = Rows;

    async fn prepare(&self, sql: &str) -> Result<Prepared<Self::Query>, Error> {
        self.live.prepare(sql).await
    }

    async fn run(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Result<Vec<RecordBatch>, Error> {
        *self.runs.lock().unwrap().entry(query.sql().to_owned()).or_default() += 1;
        self.live.run(query, snapshot).await
    }

    fn as_of(&self, snapshot: &Self::Snapshot) -> Timestamp {
        self.live.as_of(snapshot)
    }

    fn version(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Rows {
        self.live.version(query, snapshot)
    }
}

/// A centre in which nothing happens but time: one caller waits, one agent talks.
fn still(elapsed_ms: i64, state: AgentState) -> Snapshot {
    let s = Snapshot::new(at(NOW + elapsed_ms));
    let s = rows::<LiveQueue>(s, vec![serde_json::json!({ "queue": "cards", "waiting": 1, "longest_waiting_ms": elapsed_ms, "agents": 1 })]);
    let s = rows::<LiveAgent>(s, vec![serde_json::json!({ "agent": "1001", "name": "Li", "state": state, "state_ms": elapsed_ms })]);
    rows::<LiveSource>(s, vec![serde_json::json!({ "source": "pbx", "state": "connected", "calls": 1, "agents": 1 })])
}

#[tokio::test]
async fn while_only_time_goes_by_a_query_runs_only_when_it_reads_what_grows() {
    let runs = Arc::new(Mutex::new(HashMap::new()));
    let service = built_in().unwrap().remove(0);
    let sql = |id: &str| service.sql(service.tiles.iter().find(|t| t.id == id).unwrap()).trim().to_owned();
    let mut hub = crate::Hub::new(Counting { live: live(), runs: Arc::clone(&runs) }, vec![service.clone()], crate::Options::default());
    let _screen = hub.stage().seat("service").unwrap().frames.subscribe();
    let mut before = Snapshot::new(at(NOW));
    let mut tick = async |elapsed_ms: i64, state: AgentState| {
        before = still(elapsed_ms, state).sharing(&before);
        hub.tick(&Arc::new(before.clone())).await;
    };
    for quarter in 1..=20 {
        tick(250 * quarter, AgentState::Talking).await;
    }
    let ran = |id: &str| runs.lock().unwrap()[&sql(id)];
    assert_eq!(ran("states"), 1, "how many agents are in which state did not change");
    assert_eq!(ran("waiting"), 1, "nor how many callers wait");
    assert_eq!(ran("longest"), 20, "the longest wait grows");
    assert_eq!(ran("asa"), 5, "a question that asks for the time is asked once a second");
    tick(5_250, AgentState::Ready).await;
    assert_eq!((ran("states"), ran("waiting"), ran("longest")), (2, 1, 21));
}
