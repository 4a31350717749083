//! The wall of a made-up centre, for looking at the page without events or a query layer:
//! `cargo run -p callboard-wallboard --example fixture -- [live|stale|gap|calm|failed] [PORT]`.
//! Everything below the query is the real thing; only the answers are made here.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, Int64Builder, ListBuilder, RecordBatch, StringArray, TimestampMillisecondArray,
};
use callboard_domain::Timestamp;
use callboard_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use callboard_store::table::Table;
use callboard_wallboard::board::{Head, Words};
use callboard_wallboard::{Board, Error, Evaluate, Hub, Options, Prepared, built_in, router};

const QUEUES: [(&str, &str); 9] = [
    ("信用卡", "Cards"),
    ("账户服务", "Accounts"),
    ("手机银行", "Mobile"),
    ("个人贷款", "Loans"),
    ("挂失止付", "Lost cards"),
    ("对公业务", "Business"),
    ("贵宾专线", "Private"),
    ("投诉建议", "Complaints"),
    ("英语服务", "English"),
];
const WAITING: [i64; 9] = [8, 3, 2, 3, 0, 1, 0, 0, 0];
const OFFERED: [i64; 9] = [1790, 1504, 1163, 751, 430, 377, 288, 175, 91];
const LEVELS: [f64; 9] = [0.712, 0.823, 0.815, 0.836, 0.969, 0.848, 0.981, 0.724, 0.852];
const AGENTS: [(i64, i64); 9] = [(0, 25), (1, 21), (0, 15), (0, 8), (2, 6), (0, 7), (3, 5), (1, 3), (1, 2)];
const WAITS_S: [i64; 10] = [107, 94, 76, 65, 52, 46, 39, 27, 15, 6];
const STATES: [(&str, i64); 9] = [
    ("talking", 53),
    ("hold", 4),
    ("ringing", 3),
    ("wrap_up", 10),
    ("ready", 8),
    ("paused", 11),
    ("other_call", 2),
    ("not_responding", 1),
    ("offline", 4),
];
const HOURS: [i64; 24] = [38, 25, 19, 16, 17, 28, 64, 149, 720, 1065, 1140, 1020, 735, 842, 1004, 978, 930, 861, 566, 402, 330, 251, 170, 92];

/// What there is to see.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Live,
    Stale,
    Gap,
    Calm,
    Failed,
}

#[derive(Debug)]
struct MadeUp {
    boards: Vec<Board>,
    mode: Mode,
    /// The sources were last heard, or are lost, since here.
    start_ms: i64,
}

fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}
fn ints(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Int64Array>())
}
fn some(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    ints(values.into_iter().map(Some))
}
fn floats(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}
fn times(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(TimestampMillisecondArray::from(values))
}

impl MadeUp {
    fn answer(&self, sql: &str, now: i64) -> Option<Vec<(&'static str, ArrayRef)>> {
        let step = (now - self.start_ms) / 1000;
        if sql.contains("FROM live_sources") {
            let lost = self.mode == Mode::Stale;
            let heard = vec![Some(now - 300), Some(now - 400), Some(if lost { self.start_ms - 146_000 } else { now - 200 })];
            return Some(vec![
                ("source", texts(["bj", "hf", "seat"])),
                ("state", texts(["connected", "connected", if lost { "lost" } else { "connected" }])),
                ("heard_at", times(heard)),
                ("lost_at", times(vec![None, None, lost.then_some(self.start_ms - 146_000)])),
                ("calls", some([1, 1, 0])),
                ("agents", some([0, 0, 1])),
                ("open_gaps", some([0, i64::from(self.holed()), 0])),
            ]);
        }
        if sql.contains("FROM gaps") {
            let hole = self.holed().then_some(self.start_ms - 5_000_000);
            return Some(vec![
                ("source", texts(hole.map(|_| "hf"))),
                ("from_at", times(hole.into_iter().map(Some).collect())),
                ("to_at", times(hole.into_iter().map(|at| Some(at + 780_000)).collect())),
            ]);
        }
        let (board, tile) = self.boards.iter().find_map(|b| b.tiles.iter().find(|t| b.sql(t) == sql).map(|t| (b.name.as_str(), t.id.as_str())))?;
        Some(match (board, tile) {
            ("service", "waiting") if self.mode == Mode::Calm => vec![("waiting", some([0])), ("late", some([0]))],
            ("service", "waiting") => vec![("waiting", some([17 + step % 3 / 2])), ("late", some([11]))],
            ("service", "longest") => {
                let rows = usize::from(self.mode != Mode::Calm);
                vec![
                    ("title_zh", texts(["信用卡"].into_iter().take(rows))),
                    ("title_en", texts(["Cards"].into_iter().take(rows))),
                    ("wait", some([107_000 + now - self.start_ms].into_iter().take(rows))),
                ]
            }
            ("service", "queues") => self.queues(now),
            ("service", "calls") => self.calls(now),
            ("service", "hours") => hours(),
            ("service", "aht") => vec![("aht", floats([264_300.0])), ("aht_before", floats([256_000.0]))],
            ("service", "states") | ("agents", "states") => vec![
                ("state", texts(STATES.map(|s| s.0))),
                ("agents", some(STATES.map(|s| s.1))),
                ("online", some([92; 9])),
                ("members", some([96; 9])),
            ],
            ("agents", "agents") => agents(now - self.start_ms),
            _ => vec![
                ("offered", some([6569 + step / 2])),
                ("answered", some([6218 + step / 2])),
                ("abandoned", some([243])),
                ("timed_out", some([91])),
                ("answer_rate", floats([0.9466])),
                ("abandon_rate", floats([0.037])),
                ("asa", floats([14_900.0])),
                ("asa_before", floats([13_300.0])),
                ("service_level", floats([0.8093])),
                ("service_level_before", floats([0.825])),
                ("offered_change", floats([0.028])),
            ],
        })
    }

    fn holed(&self) -> bool {
        matches!(self.mode, Mode::Stale | Mode::Gap)
    }

    fn queues(&self, now: i64) -> Vec<(&'static str, ArrayRef)> {
        let since = now - self.start_ms;
        let waiting = WAITING.map(|n| if self.mode == Mode::Calm { 0 } else { n });
        let longest = [107, 76, 52, 18, 0, 14, 0, 0, 0].map(|s| s * 1000 + since);
        let mut trend = ListBuilder::new(Int64Builder::new());
        for (q, offered) in OFFERED.iter().enumerate() {
            for slot in 0..12 {
                let wave = (i64::try_from(q).unwrap_or(0) * 7 + slot * 5) % 11;
                trend.values().append_value(offered / 60 + wave * offered / 900 + slot);
            }
            trend.append(true);
        }
        vec![
            ("title_zh", texts(QUEUES.map(|q| q.0))),
            ("title_en", texts(QUEUES.map(|q| q.1))),
            ("waiting", some(waiting)),
            ("longest", ints(longest.into_iter().zip(waiting).map(|(ms, n)| (n > 0).then_some(ms)))),
            ("offered", some(OFFERED)),
            ("abandoned", some(OFFERED.map(|n| n / 27))),
            ("answer_rate", floats(LEVELS.map(|l| l / 5.0 + 0.79))),
            ("service_level", floats(LEVELS)),
            ("ready", some(AGENTS.map(|a| a.0))),
            ("agents", some(AGENTS.map(|a| a.1))),
            ("trend", Arc::new(trend.finish())),
        ]
    }

    fn calls(&self, now: i64) -> Vec<(&'static str, ArrayRef)> {
        let waits: Vec<i64> = if self.mode == Mode::Calm { Vec::new() } else { WAITS_S.iter().map(|s| s * 1000 + now - self.start_ms).collect() };
        let queue = |i: usize| QUEUES.get(i * 5 % 4).copied().unwrap_or_default();
        let ids: Vec<String> = (0..waits.len()).map(|i| format!("c{i}")).collect();
        let numbers: Vec<String> = (0..waits.len()).map(|i| format!("1390000{:04}", 1207 + i * 587)).collect();
        vec![
            ("call", texts(ids.iter().map(String::as_str))),
            ("wait", some(waits.iter().copied())),
            ("title_zh", texts((0..waits.len()).map(|i| queue(i).0))),
            ("title_en", texts((0..waits.len()).map(|i| queue(i).1))),
            ("from_number", texts(numbers.iter().map(String::as_str))),
            ("state", texts((0..waits.len()).map(|i| if i < 2 { "ringing" } else { "waiting" }))),
            ("callers", some(waits.iter().map(|_| 17))),
        ]
    }
}

fn hours() -> Vec<(&'static str, ArrayRef)> {
    const RUNNING: i64 = 14;
    let today = (0..).zip(HOURS).map(|(h, n)| (h <= RUNNING).then_some(if h == RUNNING { 613 } else { n * (98 + h % 7) / 100 }));
    vec![
        ("hour", some(0..24)),
        ("today", ints(today)),
        ("before", some(HOURS)),
        ("running", Arc::new((0..24).map(|h| Some(h == RUNNING)).collect::<BooleanArray>())),
    ]
}

fn agents(since: i64) -> Vec<(&'static str, ArrayRef)> {
    const FAMILY: [&str; 16] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林"];
    const GIVEN: [&str; 13] = ["晨", "雨桐", "子涵", "建国", "慧", "海燕", "俊杰", "静", "明轩", "佳宁", "国栋", "丽", "若曦"];
    const TEAMS: [&str; 8] = ["一组", "二组", "三组", "四组", "五组", "六组", "七组", "八组"];
    let order: Vec<&str> = {
        let mut left = STATES.map(|(state, n)| (state, n));
        let mut all = Vec::new();
        let mut at = 0_usize;
        while all.len() < 96 {
            at = (at * 5 + 3 + all.len()) % 9;
            let most = left.iter().enumerate().max_by_key(|(i, (_, n))| (*n > 0, *i == at, *n)).map_or(0, |(i, _)| i);
            if let Some(entry) = left.get_mut(most) {
                entry.1 -= 1;
                all.push(entry.0);
            }
        }
        all
    };
    let spread = |i: usize| order.get(i * 37 % 96).copied().unwrap_or("talking");
    let all = 0..96_usize;
    let names: Vec<String> =
        all.clone().map(|i| format!("{}{}", FAMILY.get(i % 16).unwrap_or(&""), GIVEN.get((i * 5 + i / 13) % 13).unwrap_or(&""))).collect();
    let ids: Vec<String> = all.clone().map(|i| format!("{:04}", 1001 + i)).collect();
    let reason = |i: usize| match (spread(i), i % 3) {
        ("paused", 0) => Some("用餐"),
        ("paused", 1) => Some("培训"),
        _ => None,
    };
    let seconds = |i: usize| match spread(i) {
        "ringing" => 4 + i % 9,
        "hold" | "wrap_up" => 20 + i * 13 % 110,
        "not_responding" => 34,
        _ => 20 + i * 97 % 950,
    };
    let to_ms = |s: usize| i64::try_from(s).unwrap_or(0) * 1000 + since;
    vec![
        ("agent", texts(ids.iter().map(String::as_str))),
        ("team", texts(all.clone().map(|i| TEAMS.get(i / 12).copied().unwrap_or("")))),
        ("name", texts(names.iter().map(String::as_str))),
        ("state", texts(all.clone().map(spread))),
        ("reason", Arc::new(all.clone().map(reason).collect::<StringArray>())),
        ("since", some(all.clone().map(|i| to_ms(seconds(i))))),
        ("title_zh", texts(all.clone().map(|i| QUEUES.get(i / 16).copied().unwrap_or_default().0))),
        ("title_en", texts(all.clone().map(|i| QUEUES.get(i / 16).copied().unwrap_or_default().1))),
        ("busy", some(all.clone().map(|_| 9))),
        ("online", some(all.map(|_| 11))),
    ]
}

impl Evaluate for MadeUp {
    type Snapshot = Timestamp;
    type Query = String;
    type Version = u64;

    async fn prepare(&self, sql: &str) -> Result<Prepared<String>, Error> {
        let named = |table: &Table| sql.contains(table.name());
        Ok(Prepared { query: sql.to_owned(), reads: Table::ALL.into_iter().filter(named).collect(), depends_on_now: true })
    }

    async fn run(&self, sql: &String, now: &Timestamp) -> Result<Vec<RecordBatch>, Error> {
        if self.mode == Mode::Failed && !sql.contains("live_sources") {
            return Err(Error::Run { source: "this mode shows failures".into() });
        }
        let columns = self.answer(sql, now.as_millis()).ok_or_else(|| Error::Run { source: "no tile asks this".into() })?;
        RecordBatch::try_from_iter(columns).map(|batch| vec![batch]).map_err(|e| Error::Run { source: e.into() })
    }

    fn as_of(&self, now: &Timestamp) -> Timestamp {
        *now
    }

    fn version(&self, _: &String, now: &Timestamp) -> u64 {
        now.as_millis().unsigned_abs()
    }
}

#[expect(clippy::disallowed_methods, reason = "an example has no server to give it a clock")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or_default())
}

/// The made-up day begins in the middle of the afternoon in Shanghai, whenever one looks.
fn afternoon() -> impl Fn() -> Timestamp {
    let start = now();
    let at = start.floor(DAY_MS).plus(6 * HOUR_MS + 31 * MINUTE_MS);
    move || at.plus(now().since(start))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let mut args = std::env::args().skip(1);
    let mode = match args.next().as_deref() {
        Some("stale") => Mode::Stale,
        Some("gap") => Mode::Gap,
        Some("calm") => Mode::Calm,
        Some("failed") => Mode::Failed,
        _ => Mode::Live,
    };
    let port: u16 = args.next().map_or(Ok(0), |port| port.parse())?;
    let mut boards = built_in()?;
    if let Some(service) = boards.first_mut()
        && mode != Mode::Calm
    {
        service.notice = Some(Words {
            zh: "今晚 23:00 网银例行维护，转账请引导至次日".into(),
            en: "Online banking is down for maintenance at 23:00".into(),
        });
    }
    let titled = |source: &str, zh: &str, en: &str| (source.to_owned(), Words { zh: zh.into(), en: en.into() });
    let options = Options {
        head: Head { centre: Words { zh: "海棠银行客户服务中心".into(), en: "Haitang Bank".into() }, notices: Vec::new() },
        source_titles: [titled("bj", "北京", "Beijing"), titled("hf", "合肥", "Hefei"), titled("seat", "座席", "Agents")].into(),
    };
    let afternoon = afternoon();
    let mut hub = Hub::new(MadeUp { boards: boards.clone(), mode, start_ms: afternoon().as_millis() }, boards, options);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/wall/service", listener.local_addr()?);
    let app = router(hub.stage(), std::sync::Arc::new(|screen| drop(tokio::spawn(screen))));
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(250));
        loop {
            ticks.tick().await;
            hub.tick(&afternoon()).await;
        }
    });
    axum::serve(listener, app).await?;
    Ok(())
}
