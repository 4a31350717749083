//! The hub against a query layer that answers with batches made here.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMillisecondArray};
use callboard_domain::Timestamp;
use callboard_store::table::Table;
use futures::FutureExt;
use serde_json::Value;

use super::*;
use crate::board::Notice;
use crate::{Error, Prepared};

/// One state of a made-up centre.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Centre {
    pub as_of: i64,
    pub heard: i64,
    pub version: u64,
    pub waiting: [i64; 2],
    /// Length of the queues' names; above 0 they change with the version.
    pub width: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Canned {
    runs: Arc<AtomicUsize>,
    refused: Refused,
}

impl Evaluate for Canned {
    type Snapshot = Centre;
    type Query = String;
    type Version = u64;

    async fn prepare(&self, sql: &str) -> Result<Prepared<String>, Error> {
        let reads = if sql.contains("live_sources") { vec![Table::LiveSources] } else { vec![Table::QueueIntervals] };
        Ok(Prepared { query: sql.to_owned(), reads, depends_on_now: false })
    }

    async fn run(&self, sql: &String, at: &Centre) -> Result<Vec<RecordBatch>, Error> {
        if self.refused.lock().unwrap().is_some_and(|word| sql.contains(word)) {
            return Err(Error::Run { source: "no".into() });
        }
        let texts = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
        let ints = |values: &[i64]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        let batch = if sql == SOURCES_SQL {
            RecordBatch::try_from_iter([
                ("source", texts(&["pbx"])),
                ("state", texts(&["connected"])),
                ("heard_at", Arc::new(TimestampMillisecondArray::from(vec![at.heard])) as ArrayRef),
                ("lost_at", Arc::new(TimestampMillisecondArray::from(vec![None])) as ArrayRef),
                ("calls", ints(&[1])),
                ("agents", ints(&[1])),
                ("open_gaps", ints(&[0])),
            ])
        } else if sql == GAPS_SQL {
            let none = || Arc::new(TimestampMillisecondArray::from(Vec::<i64>::new())) as ArrayRef;
            RecordBatch::try_from_iter([("source", texts(&[])), ("from_at", none()), ("to_at", none())])
        } else {
            self.runs.fetch_add(1, Ordering::Relaxed);
            let digit = char::from_digit(u32::try_from(at.version % 10).unwrap(), 10).unwrap();
            let long = String::from_iter(std::iter::repeat_n(digit, at.width));
            let names = if at.width == 0 { ["a", "b"] } else { [long.as_str(); 2] };
            RecordBatch::try_from_iter([("queue", texts(&names)), ("waiting", ints(&at.waiting))])
        };
        Ok(vec![batch.unwrap()])
    }

    fn as_of(&self, at: &Centre) -> Timestamp {
        Timestamp::from_millis(at.as_of)
    }

    fn version(&self, sql: &String, at: &Centre) -> u64 {
        if sql == SOURCES_SQL { u64::try_from(at.as_of).unwrap() } else { at.version }
    }
}

fn board(name: &str) -> Board {
    board_of(name, "count")
}

/// A board of two tiles that show what waits in this format.
fn board_of(name: &str, format: &str) -> Board {
    let tile = |id: &str| {
        format!(
            "[[tile]]\nid = '{id}'\ntitle = {{ zh = '组', en = 'group' }}\nkind = 'table'\nsql = 'SELECT queue, waiting FROM queue_intervals'\n\
             x = 0\ny = 0\nw = 4\nh = 6\ncolumns = [{{ name = 'queue' }}, {{ name = 'waiting', format = '{format}' }}]\n\
             thresholds = [{{ column = 'waiting', warning = 10, alarm = true }}]\n"
        )
    };
    Board::parse(name, &format!("title = {{ zh = '板', en = 'board' }}\n{}{}", tile("x"), tile("y"))).unwrap()
}

pub(crate) const START: Centre = Centre { as_of: 100_000, heard: 99_900, version: 1, waiting: [3, 4], width: 0 };

fn later(ms: i64, at: Centre) -> Centre {
    Centre { as_of: at.as_of + ms, heard: at.heard + ms, ..at }
}

/// A screen as its socket sees the hub.
struct Screen {
    frames: watch::Receiver<Arc<Published>>,
    seen: Option<u64>,
}

impl Screen {
    fn at(hub: &Hub<Canned>, board: &str) -> Self {
        Self { frames: hub.stage().seat(board).unwrap().frames.subscribe(), seen: None }
    }

    fn frame(&mut self) -> Option<Value> {
        let published = Arc::clone(&self.frames.borrow_and_update());
        let frame = published.for_screen(self.seen);
        self.seen = Some(published.seq());
        frame.map(|message| serde_json::from_slice(crate::wire::payload(&message)).unwrap())
    }
}

/// The word of queries that are refused for now.
pub(crate) type Refused = Arc<Mutex<Option<&'static str>>>;

pub(crate) fn hub(boards: &[&str]) -> (Hub<Canned>, Arc<AtomicUsize>, Refused) {
    let canned = Canned::default();
    let (runs, refused) = (Arc::clone(&canned.runs), Arc::clone(&canned.refused));
    (Hub::new(canned, boards.iter().map(|name| board(name)).collect(), Options::default()), runs, refused)
}

#[tokio::test]
async fn an_equal_query_is_asked_once_for_all_tiles_boards_and_screens() {
    let (mut hub, runs, _) = hub(&["one", "two"]);
    let screens = [Screen::at(&hub, "one"), Screen::at(&hub, "one"), Screen::at(&hub, "two")];
    hub.tick(&START).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    hub.tick(&later(250, START)).await;
    assert_eq!(runs.load(Ordering::Relaxed), 1, "no table that it reads has changed");
    hub.tick(&Centre { version: 2, ..later(500, START) }).await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(hub.stage().screens("one"), 2);
    drop(screens);
}

#[tokio::test]
async fn a_new_title_comes_with_the_next_frame_also_to_a_board_that_slept() {
    let (mut hub, ..) = hub(&["one", "two"]);
    let mut screen = Screen::at(&hub, "one");
    hub.tick(&START).await;
    assert_eq!(screen.frame().unwrap()["layout"]["centre"], serde_json::json!({ "zh": "", "en": "" }));
    let notices = vec![Notice { text: Words::same("23:00 停机维护"), level: "urgent".into() }];
    hub.head(Head { centre: Words { zh: "云帆银行".into(), en: "Yunfan".into() }, notices });
    hub.tick(&later(250, START)).await;
    let mut woken = Screen::at(&hub, "two");
    hub.tick(&later(500, START)).await;
    for frame in [screen.frame(), woken.frame()] {
        let layout = &frame.unwrap()["layout"];
        assert_eq!(layout["centre"], serde_json::json!({ "zh": "云帆银行", "en": "Yunfan" }));
        assert_eq!(layout["notices"], serde_json::json!([{ "text": { "zh": "23:00 停机维护", "en": "23:00 停机维护" }, "level": "urgent" }]));
    }
}

#[tokio::test]
async fn nobody_looking_nothing_asked() {
    let (mut hub, runs, _) = hub(&["one"]);
    hub.tick(&START).await;
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn the_first_screen_of_a_board_need_not_wait_for_the_next_tick() {
    let (hub, ..) = hub(&["one", "two"]);
    let stage = hub.stage();
    assert!(stage.woken().now_or_never().is_none());
    let seat = stage.seat("one").unwrap();
    let _first = stage.sit(seat);
    assert!(stage.woken().now_or_never().is_some());
    let _second = stage.sit(seat);
    assert!(stage.woken().now_or_never().is_none(), "the board is shown already");
}

#[tokio::test]
async fn a_new_screen_gets_a_snapshot_and_then_deltas_without_a_hole() {
    let (mut hub, ..) = hub(&["one"]);
    let mut screen = Screen::at(&hub, "one");
    assert_eq!(screen.frame().unwrap()["tiles"][0]["state"], "loading");
    hub.tick(&START).await;
    let first = screen.frame().unwrap();
    assert_eq!((first["type"].as_str(), &first["tiles"][0]["rows"][1][1]), (Some("snapshot"), &Value::from(4)));
    assert_eq!(first["layout"]["tiles"][0]["feed"]["calls"], true);
    hub.tick(&Centre { version: 2, waiting: [3, 9], ..later(250, START) }).await;
    let delta = screen.frame().unwrap();
    assert_eq!(delta["seq"].as_u64(), first["seq"].as_u64().map(|seq| seq + 1));
    assert_eq!(delta["tiles"][0]["cells"], serde_json::json!([[1, 1, 9]]));
    assert_eq!(screen.frame(), None, "the same frame is not sent twice");
}

#[tokio::test]
async fn the_next_in_line_has_waited_as_long_as_the_one_before_and_its_timer_began_later() {
    let mut hub = Hub::new(Canned::default(), vec![board_of("one", "timer")], Options::default());
    let mut screen = Screen::at(&hub, "one");
    let waiting = Centre { waiting: [9_000, 4_000], ..START };
    hub.tick(&waiting).await;
    assert_eq!(screen.frame().unwrap()["tiles"][0]["rows"][0][1], START.as_of - 9_000);
    // The same ages a second later are those of others: no row has changed, and every instant has.
    hub.tick(&later(1_000, waiting)).await;
    assert_eq!(screen.frame().unwrap()["tiles"][0]["cells"], serde_json::json!([[0, 1, START.as_of - 8_000], [1, 1, START.as_of - 3_000]]));
}

#[tokio::test]
async fn all_screens_share_the_bytes_of_a_frame() {
    let (mut hub, ..) = hub(&["one"]);
    let (a, b) = (Screen::at(&hub, "one"), Screen::at(&hub, "one"));
    hub.tick(&START).await;
    let bytes = |screen: &Screen| screen.frames.borrow().for_screen(None).unwrap().as_ptr();
    assert_eq!(bytes(&a), bytes(&b));
}

#[tokio::test]
async fn a_screen_that_skipped_frames_gets_a_snapshot() {
    let (mut hub, ..) = hub(&["one"]);
    let mut screen = Screen::at(&hub, "one");
    hub.tick(&START).await;
    screen.frame();
    for step in 1..4 {
        hub.tick(&Centre { version: 2, waiting: [step, 4], ..later(250 * step, START) }).await;
        hub.tick(&Centre { version: 3, waiting: [step + 1, 4], ..later(250 * step + 100, START) }).await;
    }
    assert_eq!(screen.frame().unwrap()["type"], "snapshot");
}

#[tokio::test]
async fn a_quiet_second_still_sends_its_heartbeat_and_a_quiet_tick_sends_nothing() {
    let (mut hub, ..) = hub(&["one"]);
    let mut screen = Screen::at(&hub, "one");
    hub.tick(&START).await;
    screen.frame();
    hub.tick(&Centre { as_of: 100_250, ..START }).await;
    assert_eq!(screen.frame(), None);
    hub.tick(&Centre { as_of: 101_000, ..START }).await;
    let frame = screen.frame().unwrap();
    assert_eq!(frame["as_of"], 101_000);
    assert!(frame.get("tiles").is_none());
}

#[tokio::test]
async fn an_old_value_has_no_level_and_the_alarm_ends_with_it() {
    let (mut hub, ..) = hub(&["one"]);
    let mut screen = Screen::at(&hub, "one");
    let over = Centre { waiting: [10, 4], ..START };
    hub.tick(&over).await;
    let frame = screen.frame().unwrap();
    assert_eq!(frame["alarms"][0]["since_at"], 100_000);
    assert_eq!(frame["tiles"][0]["levels"][0]["level"], "warning");
    hub.tick(&Centre { as_of: over.heard + 5_001, ..over }).await;
    let frame = screen.frame().unwrap();
    assert_eq!((&frame["alarms"], &frame["tiles"][0]["levels"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[tokio::test]
async fn a_query_that_fails_marks_its_tile_and_is_tried_again() {
    let (mut hub, _, refused) = hub(&["one"]);
    let mut screen = Screen::at(&hub, "one");
    *refused.lock().unwrap() = Some("queue_intervals");
    hub.tick(&START).await;
    assert_eq!(screen.frame().unwrap()["tiles"][0]["state"], "failed");
    *refused.lock().unwrap() = None;
    hub.tick(&later(9_000, START)).await;
    assert!(screen.frame().unwrap().get("tiles").is_none(), "not before its time");
    hub.tick(&later(10_000, START)).await;
    assert_eq!(screen.frame().unwrap()["tiles"][0]["state"], "ready");
}

#[tokio::test]
async fn a_board_that_nobody_saw_for_a_minute_forgets_its_figures() {
    let (mut hub, ..) = hub(&["one"]);
    let screen = Screen::at(&hub, "one");
    hub.tick(&START).await;
    drop(screen);
    hub.tick(&later(30_000, START)).await;
    assert_eq!(Screen::at(&hub, "one").frame().unwrap()["tiles"][0]["state"], "ready");
    hub.tick(&later(91_000, START)).await;
    assert_eq!(Screen::at(&hub, "one").frame().unwrap()["tiles"][0]["state"], "loading");
}
