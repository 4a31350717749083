//! A small call centre: the rows that every test asks about, as live batches, as Parquet files, or half and half.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::{AgentState, CallOutcome, Direction, LegOutcome, VisitOutcome};
use callboard_sql::{CancellationToken, Error, Limits, Options, QueryLayer, Snapshot, Stored, StoredFile, StoredTable};
use callboard_store::Table;
use callboard_store::table::{
    AgentInterval, AgentLeg, AgentStateRow, Call, EventRow, Gap, LiveAgent, LiveQueue, QueueInterval, QueueVisit, TableRow,
};
use parquet::arrow::ArrowWriter;

/// 14:00 in Shanghai.
pub const NOON: &str = "2025-11-18T06:00:00.000Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn layer() -> QueryLayer {
    QueryLayer::new(Options { zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(), ..Options::default() }).unwrap()
}

pub async fn rows(layer: &QueryLayer, snapshot: &Arc<Snapshot>, sql: &str) -> Result<Vec<RecordBatch>, Error> {
    layer.query(sql, Arc::clone(snapshot), Limits::default(), CancellationToken::new()).await?.collect().await
}

/// Every cell as text, a line a row.
pub fn text(batches: &[RecordBatch]) -> String {
    let Some(first) = batches.first() else { return String::new() };
    let csv = callboard_sql::output::to_text(callboard_sql::output::Format::Csv, first.schema(), batches).unwrap();
    csv.split_once('\n').unwrap().1.to_owned()
}

/// How the rows of a test lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Live,
    Stored,
    Half,
    /// All in ClickHouse.
    Remote,
    /// Half in ClickHouse, half live.
    HalfRemote,
    /// All in ClickHouse, as the workers of a log with several partitions commit it.
    Nodes,
}

pub fn visit(queue: &str, number: usize, caller: Option<&str>, entered_at: Timestamp, outcome: VisitOutcome, wait_ms: i64) -> QueueVisit {
    let is = |o: VisitOutcome| i64::from(outcome == o);
    let (target_ms, short_ms) = (20_000, 5_000);
    let decided = outcome != VisitOutcome::Waiting;
    let (answered, abandoned) = (is(VisitOutcome::Answered), is(VisitOutcome::Abandoned));
    let in_target = i64::from(wait_ms <= target_ms);
    QueueVisit {
        source: "pbx".into(),
        call: format!("{queue}-{number:05}").into(),
        visit: 1,
        queue: queue.into(),
        from_number: caller.map(Into::into),
        entered_at,
        left_at: decided.then(|| entered_at.plus(wait_ms)),
        outcome,
        position: Some(1),
        agent: (answered == 1).then(|| "8001".into()),
        wait_ms: decided.then_some(wait_ms),
        target_ms,
        short_ms,
        offered: 1,
        answered,
        answered_in_target: answered * in_target,
        abandoned,
        abandoned_in_target: abandoned * in_target,
        short_abandoned: abandoned * i64::from(wait_ms < short_ms),
        timed_out: is(VisitOutcome::TimedOut),
        left_by_key: is(VisitOutcome::Key),
        overflowed: is(VisitOutcome::Overflow),
        lost: is(VisitOutcome::Lost),
        waiting: is(VisitOutcome::Waiting),
        waiting_past_target: is(VisitOutcome::Waiting) * i64::from(wait_ms > target_ms),
        transferred: 0,
        answered_wait_ms: answered * wait_ms,
        abandoned_wait_ms: abandoned * wait_ms,
        decided_wait_ms: if decided { wait_ms } else { 0 },
        version: 1,
    }
}

/// The published example of the service level's variants, and two small queues with every outcome.
pub fn visits() -> Vec<QueueVisit> {
    use VisitOutcome::{Abandoned, Answered, Key, Lost, Overflow, TimedOut, Waiting};
    let mut all = Vec::new();
    let nine = at("2025-11-18T01:00:00.000Z");
    let groups = [(860, Answered, 10_000), (140, Answered, 30_000), (10, Abandoned, 3_000), (10, Abandoned, 10_000), (40, Abandoned, 40_000)];
    for (count, outcome, wait_ms) in groups {
        for _ in 0..count {
            let number = all.len();
            all.push(visit("example", number, None, nine.plus(number as i64 * 1_000), outcome, wait_ms));
        }
    }
    let sales = [
        (Some("13800000001"), "2025-11-17T02:00:00.000Z", Answered, 20_000),
        (Some("13800000001"), "2025-11-18T02:00:00.000Z", Answered, 20_001),
        (Some("13800000001"), "2025-11-18T02:00:00.001Z", Abandoned, 5_000),
        (Some("13800000002"), "2025-11-18T02:30:00.000Z", Abandoned, 4_999),
        (None, "2025-11-18T03:00:00.000Z", TimedOut, 60_000),
        (None, "2025-11-18T03:10:00.000Z", Key, 7_000),
        (None, "2025-11-18T03:20:00.000Z", Overflow, 0),
        (None, "2025-11-18T03:30:00.000Z", Lost, 1_000),
        (None, "2025-11-18T05:59:50.000Z", Waiting, 10_000),
        (None, "2025-11-18T05:59:39.999Z", Waiting, 20_001),
    ];
    for (number, (caller, entered_at, outcome, wait_ms)) in sales.into_iter().enumerate() {
        all.push(visit("sales", number, caller, at(entered_at), outcome, wait_ms));
    }
    all.push(visit("quiet", 0, Some("13900000009"), at("2025-11-18T05:59:55.000Z"), Waiting, 5_000));
    all
}

/// The visits rolled up by queue and minute.
pub fn queue_intervals(visits: &[QueueVisit]) -> Vec<QueueInterval> {
    let mut sums: BTreeMap<(Arc<str>, Timestamp), QueueInterval> = BTreeMap::new();
    for v in visits {
        let minute_at = v.entered_at.floor(60_000);
        let row = sums.entry((Arc::clone(&v.queue), minute_at)).or_insert_with(|| QueueInterval {
            source: Arc::clone(&v.source),
            queue: Arc::clone(&v.queue),
            minute_at,
            offered: 0,
            answered: 0,
            answered_in_target: 0,
            abandoned: 0,
            abandoned_in_target: 0,
            short_abandoned: 0,
            timed_out: 0,
            left_by_key: 0,
            overflowed: 0,
            lost: 0,
            waiting: 0,
            waiting_past_target: 0,
            transferred: 0,
            answered_wait_ms: 0,
            abandoned_wait_ms: 0,
            decided_wait_ms: 0,
        });
        row.offered += v.offered;
        row.answered += v.answered;
        row.answered_in_target += v.answered_in_target;
        row.abandoned += v.abandoned;
        row.abandoned_in_target += v.abandoned_in_target;
        row.short_abandoned += v.short_abandoned;
        row.timed_out += v.timed_out;
        row.left_by_key += v.left_by_key;
        row.overflowed += v.overflowed;
        row.lost += v.lost;
        row.waiting += v.waiting;
        row.waiting_past_target += v.waiting_past_target;
        row.transferred += v.transferred;
        row.answered_wait_ms += v.answered_wait_ms;
        row.abandoned_wait_ms += v.abandoned_wait_ms;
        row.decided_wait_ms += v.decided_wait_ms;
    }
    sums.into_values().collect()
}

fn leg(agent: &str, call: &str, began_at: &str, outcome: LegOutcome, [ring_ms, talk_ms, hold_ms, wrap_up_ms]: [i64; 4]) -> AgentLeg {
    let handled = i64::from(matches!(outcome, LegOutcome::Completed | LegOutcome::Transferred));
    let began_at = at(began_at);
    AgentLeg {
        source: "pbx".into(),
        call: call.into(),
        leg: 1,
        queue: Some("sales".into()),
        agent: agent.into(),
        began_at,
        answered_at: (handled == 1).then(|| began_at.plus(ring_ms)),
        ended_at: Some(began_at.plus(ring_ms + talk_ms + hold_ms)),
        outcome,
        ended_by: None,
        rings: 1,
        handled,
        missed: i64::from(outcome == LegOutcome::Missed),
        caller_gave_up_ringing: i64::from(outcome == LegOutcome::CallerGaveUp),
        transferred: i64::from(outcome == LegOutcome::Transferred),
        ring_ms,
        talk_ms,
        hold_ms,
        wrap_up_ms,
        version: 1,
    }
}

pub fn legs() -> Vec<AgentLeg> {
    vec![
        leg("8001", "a", "2025-11-18T02:00:00.000Z", LegOutcome::Completed, [4_000, 100_000, 20_000, 30_000]),
        leg("8001", "b", "2025-11-18T02:10:00.000Z", LegOutcome::Transferred, [6_000, 50_000, 0, 10_000]),
        AgentLeg { leg: 2, ..leg("8002", "b", "2025-11-18T02:12:00.000Z", LegOutcome::Missed, [15_000, 0, 0, 0]) },
        leg("8002", "c", "2025-11-18T02:20:00.000Z", LegOutcome::CallerGaveUp, [8_000, 0, 0, 0]),
    ]
}

fn state(agent: &str, began_at: &str, state: AgentState, reason: Option<&str>, duration_ms: i64) -> AgentStateRow {
    let is = |s: AgentState| if state == s { duration_ms } else { 0 };
    let began_at = at(began_at);
    AgentStateRow {
        source: "pbx".into(),
        agent: agent.into(),
        state,
        reason: reason.map(Into::into),
        began_at,
        ended_at: Some(began_at.plus(duration_ms)),
        duration_ms,
        repeated_ms: None,
        logged_in_ms: if state == AgentState::Offline { 0 } else { duration_ms },
        in_ready_ms: is(AgentState::Ready),
        in_ringing_ms: is(AgentState::Ringing),
        in_talking_ms: is(AgentState::Talking),
        in_hold_ms: is(AgentState::Hold),
        in_wrap_up_ms: is(AgentState::WrapUp),
        in_paused_ms: is(AgentState::Paused),
        in_other_call_ms: is(AgentState::OtherCall),
        in_not_responding_ms: is(AgentState::NotResponding),
        version: 1,
    }
}

pub fn states() -> Vec<AgentStateRow> {
    use AgentState::{Hold, Offline, Paused, Ready, Ringing, Talking, WrapUp};
    vec![
        state("8001", "2025-11-18T01:00:00.000Z", Ready, None, 100_000),
        state("8001", "2025-11-18T01:01:40.000Z", Ringing, None, 10_000),
        state("8001", "2025-11-18T01:01:50.000Z", Talking, None, 150_000),
        state("8001", "2025-11-18T01:04:20.000Z", Hold, None, 20_000),
        state("8001", "2025-11-18T01:04:40.000Z", WrapUp, None, 20_000),
        state("8001", "2025-11-18T01:05:00.000Z", Paused, Some("lunch"), 60_000),
        state("8001", "2025-11-18T01:06:00.000Z", Paused, Some("training"), 40_000),
        state("8002", "2025-11-18T01:00:00.000Z", Offline, None, 500_000),
    ]
}

pub fn agent_intervals(legs: &[AgentLeg], states: &[AgentStateRow]) -> Vec<AgentInterval> {
    let mut sums: BTreeMap<(Arc<str>, Timestamp), AgentInterval> = BTreeMap::new();
    let mut row = |agent: &Arc<str>, at: Timestamp, add: &dyn Fn(&mut AgentInterval)| {
        let quarter_at = at.floor(15 * 60_000);
        add(sums.entry((Arc::clone(agent), quarter_at)).or_insert_with(|| AgentInterval::nothing(&"pbx".into(), agent, quarter_at)));
    };
    for l in legs {
        row(&l.agent, l.began_at, &|r| {
            r.rings += l.rings;
            r.handled += l.handled;
            r.missed += l.missed;
            r.caller_gave_up_ringing += l.caller_gave_up_ringing;
            r.transferred += l.transferred;
            r.ring_ms += l.ring_ms;
            r.talk_ms += l.talk_ms;
            r.hold_ms += l.hold_ms;
            r.wrap_up_ms += l.wrap_up_ms;
        });
    }
    for s in states {
        row(&s.agent, s.began_at, &|r| {
            r.logged_in_ms += s.logged_in_ms;
            r.in_ready_ms += s.in_ready_ms;
            r.in_ringing_ms += s.in_ringing_ms;
            r.in_talking_ms += s.in_talking_ms;
            r.in_hold_ms += s.in_hold_ms;
            r.in_wrap_up_ms += s.in_wrap_up_ms;
            r.in_paused_ms += s.in_paused_ms;
        });
    }
    sums.into_values().collect()
}

fn call(number: usize, outcome: CallOutcome, rating: Option<i64>) -> Call {
    let started_at = at("2025-11-18T02:00:00.000Z").plus(number as i64 * 60_000);
    Call {
        source: "pbx".into(),
        call: format!("c{number}").into(),
        direction: Direction::Inbound,
        from_number: Some("13812345678".into()),
        to_number: Some("95000".into()),
        queue: Some("sales".into()),
        agent: None,
        started_at,
        answered_at: None,
        ended_at: Some(started_at.plus(30_000)),
        outcome,
        ended_by: None,
        wait_ms: 0,
        ring_ms: 0,
        talk_ms: 0,
        hold_ms: 0,
        wrap_up_ms: 0,
        visits: 1,
        legs: 1,
        transfers: 0,
        recording: None,
        voicemail: None,
        rating,
        path: "[]".into(),
        version: 1,
    }
}

pub fn calls() -> Vec<Call> {
    use CallOutcome::{Abandoned, Answered};
    vec![call(0, Answered, Some(5)), call(1, Answered, Some(4)), call(2, Answered, None), call(3, Answered, None), call(4, Abandoned, None)]
}

pub fn gaps() -> Vec<Gap> {
    vec![Gap {
        source: "pbx".into(),
        from_at: at("2025-11-18T00:00:00.000Z"),
        to_at: at("2025-11-18T00:05:00.000Z"),
        reason: Some("connection lost".into()),
        filled_at: None,
        version: 1,
    }]
}

pub fn live_queue(queue: &str, waiting: i64, longest_waiting_ms: Option<i64>, as_of: Timestamp) -> LiveQueue {
    LiveQueue {
        queue: queue.into(),
        title_zh: "销售".into(),
        title_en: "Sales".into(),
        ordinal: 1,
        waiting,
        waiting_past_target: 0,
        longest_waiting_ms,
        target_ms: 20_000,
        agents: 3,
        agents_ready: 1,
        agents_ringing: 0,
        agents_talking: 2,
        agents_hold: 0,
        agents_wrap_up: 0,
        agents_paused: 0,
        agents_other_call: 0,
        agents_not_responding: 0,
        as_of,
    }
}

pub fn live_agent(agent: &str, handled: i64, as_of: Timestamp) -> LiveAgent {
    LiveAgent {
        source: "pbx".into(),
        agent: agent.into(),
        name: agent.into(),
        team: Some("a".into()),
        state: AgentState::Ready,
        reason: None,
        reason_zh: None,
        reason_en: None,
        since_at: as_of.plus(-1_000),
        state_ms: 1_000,
        queues: "sales".into(),
        call: None,
        call_queue: None,
        call_from: None,
        rings: handled,
        handled,
        missed: 0,
        caller_gave_up_ringing: 0,
        transferred: 0,
        ring_ms: 0,
        talk_ms: handled * 60_000,
        hold_ms: 0,
        wrap_up_ms: handled * 10_000,
        logged_in_ms: 3_600_000,
        in_ready_ms: 3_600_000,
        in_ringing_ms: 0,
        in_talking_ms: 0,
        in_hold_ms: 0,
        in_wrap_up_ms: 0,
        in_paused_ms: 0,
        in_other_call_ms: 0,
        in_not_responding_ms: 0,
        as_of,
    }
}

pub fn event(offset: i64, at: Timestamp) -> EventRow {
    EventRow { offset, id: format!("e{offset}").into(), at, source: "pbx".into(), kind: "call.started".into(), key: "c1".into(), line: "{}".into() }
}

/// Every stored table's rows.
fn stored_batches() -> Vec<(Table, RecordBatch)> {
    let (visits, legs, states) = (visits(), legs(), states());
    vec![
        (Table::QueueVisits, QueueVisit::batch(&visits)),
        (Table::QueueIntervals, QueueInterval::batch(&queue_intervals(&visits))),
        (Table::AgentLegs, AgentLeg::batch(&legs)),
        (Table::AgentStates, AgentStateRow::batch(&states)),
        (Table::AgentIntervals, AgentInterval::batch(&agent_intervals(&legs, &states))),
        (Table::Calls, Call::batch(&calls())),
        (Table::Gaps, Gap::batch(&gaps())),
    ]
}

/// Writes one Parquet file and says what the manifest would.
pub fn parquet_file(folder: &Path, name: &str, table: Table, batch: &RecordBatch) -> StoredFile {
    let path = folder.join(name);
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    let times = batch.column_by_name(table.info().time).unwrap();
    let times: &arrow::array::TimestampMillisecondArray = times.as_any().downcast_ref().unwrap();
    StoredFile {
        path: path.to_str().unwrap().into(),
        rows: batch.num_rows() as u64,
        bytes: std::fs::metadata(&path).unwrap().len(),
        min_at: Timestamp::from_millis(arrow::compute::min(times).unwrap()),
        max_at: Timestamp::from_millis(arrow::compute::max(times).unwrap()),
        hidden: Arc::from([]),
    }
}

/// The whole centre at `NOON`.
pub fn centre(layout: Layout, folder: &Path) -> Arc<Snapshot> {
    let as_of = at(NOON);
    let mut snapshot = Snapshot::new(as_of)
        .with_live(Table::LiveQueues, vec![LiveQueue::batch(&[live_queue("sales", 2, Some(20_001), as_of), live_queue("quiet", 0, None, as_of)])])
        .with_live(Table::LiveAgents, vec![LiveAgent::batch(&[live_agent("8001", 2, as_of), live_agent("8002", 0, as_of)])])
        .with_live(Table::Events, vec![EventRow::batch(&[event(1, at("2025-11-18T02:00:00.000Z"))])]);
    let mut stored = Stored { version: 1, ..Stored::default() };
    let mut closed_rows = Vec::new();
    for (table, batch) in stored_batches() {
        let half = match layout {
            Layout::Live => 0,
            Layout::Stored | Layout::Remote | Layout::Nodes => batch.num_rows(),
            Layout::Half | Layout::HalfRemote => batch.num_rows() / 2,
        };
        let (closed, open) = (batch.slice(0, half), batch.slice(half, batch.num_rows() - half));
        if open.num_rows() > 0 {
            snapshot = snapshot.with_live(table, vec![open]);
        }
        if half > 0 && matches!(layout, Layout::Remote | Layout::HalfRemote | Layout::Nodes) {
            closed_rows.push((table, closed));
        } else if half > 0 {
            // Two files, so that a scan has more than one to read.
            let cut = half.div_ceil(2);
            let pieces = [closed.slice(0, cut), closed.slice(cut, half - cut)];
            let files = pieces
                .iter()
                .enumerate()
                .filter(|(_, b)| b.num_rows() > 0)
                .map(|(i, b)| parquet_file(folder, &format!("{}-{i}.parquet", table.name()), table, b));
            stored.tables.insert(table, Arc::new(StoredTable { files: files.collect() }));
        }
    }
    if layout == Layout::Nodes {
        return Arc::new(snapshot.with_stored(crate::remote::folded_apart(crate::remote::engine(), &closed_rows)));
    }
    if !closed_rows.is_empty() {
        return Arc::new(snapshot.with_stored(crate::remote::stored(crate::remote::engine(), closed_rows)));
    }
    Arc::new(snapshot.with_stored(Arc::new(stored)))
}
