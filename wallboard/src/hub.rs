//! Asks every distinct query once a tick, for all boards and screens together, and encodes one frame a board.
//!
//! The server owns the hub and calls `tick`; screens hold only a `watch` receiver of their board's latest frame, so a
//! screen that is slow skips and nobody waits for it. A board that nobody looks at is not evaluated.

mod answers;
mod desk;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use tokio::sync::{Notify, watch};

use crate::board::{Board, Head, Tile, Words};
use crate::cell::{rows, shown};
use crate::counts::Counts;
use crate::evaluate::Evaluate;
use crate::frame::{Alarm, Cell, Feed, GapNow, SourceNow, TileNow, TileState};
use crate::freshness::{self, GAPS_SQL, SOURCES_SQL};
use crate::level::Tracker;
use answers::{Answer, Answers};
pub(crate) use desk::{BoardNow, Published};
use desk::{Desk, Outcome};

/// A board goes on being evaluated this long after its last screen left, so that a reload does not restart its alarms.
const LINGER_MS: i64 = 60_000;

/// What the hub knows beside the boards.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the organisation says on every board.
    pub head: Head,
    /// Names of sources to show instead of those in events.
    pub source_titles: HashMap<String, Words>,
}

/// The live boards. The owner calls `tick`; the router gets the `stage`.
pub struct Hub<E: Evaluate> {
    answers: Answers<E>,
    desks: Vec<Desk>,
    options: Options,
    stage: Arc<Stage>,
}

/// What screens can see of the hub: the latest frame of each board.
#[derive(Debug)]
pub struct Stage {
    boards: Vec<Seat>,
    /// Told when somebody looks at a board that is not evaluated.
    woken: Notify,
    counts: Arc<Counts>,
}

/// A board as the router sees it.
#[derive(Debug)]
pub(crate) struct Seat {
    pub name: String,
    pub title: Words,
    pub theme: String,
    pub lang: String,
    pub frames: watch::Sender<Arc<Published>>,
}

impl Stage {
    pub(crate) fn seat(&self, board: &str) -> Option<&Seat> {
        self.boards.iter().find(|seat| seat.name == board)
    }

    /// A screen's place at a board. The first one need not wait for the next tick, see [`Stage::woken`].
    pub(crate) fn sit(&self, seat: &Seat) -> watch::Receiver<Arc<Published>> {
        let frames = seat.frames.subscribe();
        if seat.frames.receiver_count() == 1 {
            self.woken.notify_one();
        }
        frames
    }

    /// Resolves when somebody looks at a board that nobody looked at: a tick now shows it.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }

    pub(crate) fn seats(&self) -> &[Seat] {
        &self.boards
    }

    /// How many screens look at a board now; 0 for a board that there is not.
    #[must_use]
    pub fn screens(&self, board: &str) -> usize {
        self.seat(board).map_or(0, |seat| seat.frames.receiver_count())
    }

    /// The names of all boards.
    pub fn boards(&self) -> impl Iterator<Item = &str> {
        self.boards.iter().map(|seat| seat.name.as_str())
    }

    /// What was counted so far.
    #[must_use]
    pub const fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }
}

impl<E: Evaluate> Hub<E> {
    /// A hub with these boards; nothing is asked before the first tick.
    #[must_use]
    pub fn new(evaluate: E, boards: Vec<Board>, options: Options) -> Self {
        let desks: Vec<Desk> = boards.into_iter().map(|board| Desk::new(board, &options.head)).collect();
        let boards = desks
            .iter()
            .map(|desk| Seat {
                name: desk.board.name.clone(),
                title: desk.board.title.clone(),
                theme: desk.board.theme.clone(),
                lang: desk.board.lang.clone(),
                frames: watch::Sender::new(Arc::new(Published::first(Arc::clone(&desk.now)))),
            })
            .collect();
        let counts = Arc::new(Counts::default());
        let stage = Stage { boards, woken: Notify::new(), counts: Arc::clone(&counts) };
        Self { answers: Answers::new(evaluate, counts), desks, options, stage: Arc::new(stage) }
    }

    /// What the router needs.
    #[must_use]
    pub fn stage(&self) -> Arc<Stage> {
        Arc::clone(&self.stage)
    }

    /// The organisation says something else on the boards from the next tick on.
    pub fn head(&mut self, head: Head) {
        self.options.head = head;
        self.desks.iter_mut().for_each(|desk| desk.head(&self.options.head));
    }

    /// Evaluates everything that somebody looks at against the snapshot and publishes one frame a board.
    /// A query that fails makes its tile say so and never stops the others.
    pub async fn tick(&mut self, snapshot: &E::Snapshot) {
        let as_of_ms = self.answers.evaluate().as_of(snapshot).as_millis();
        for (desk, seat) in self.desks.iter_mut().zip(&self.stage.boards) {
            if seat.frames.receiver_count() > 0 {
                desk.seen_at_ms = Some(as_of_ms);
            } else if desk.seen_at_ms.is_some_and(|seen| as_of_ms.saturating_sub(seen) > LINGER_MS) {
                desk.sleep(as_of_ms, &self.options.head);
                seat.frames.send_replace(Arc::new(Published::whole(desk.seq, Arc::clone(&desk.now))));
            }
        }
        if self.desks.iter().all(|desk| desk.seen_at_ms.is_none()) {
            return;
        }
        let awake = self.desks.iter().filter(|desk| desk.seen_at_ms.is_some());
        let wanted = [SOURCES_SQL, GAPS_SQL].into_iter().chain(awake.flat_map(|desk| desk.sql.iter().map(String::as_str)));
        self.answers.refresh(wanted, snapshot, as_of_ms).await;
        let (sources, gaps) = (self.sources(), self.gaps());
        for (desk, seat) in self.desks.iter_mut().zip(&self.stage.boards).filter(|(desk, _)| desk.seen_at_ms.is_some()) {
            let now = evaluated(desk, &self.answers, &self.options.head, as_of_ms, &sources, &gaps);
            match desk.advance(now) {
                Outcome::Quiet => {}
                Outcome::Frame(published) => {
                    seat.frames.send_replace(Arc::new(published));
                }
            }
        }
    }

    fn sources(&self) -> Vec<SourceNow> {
        let title = |source: &str| self.options.source_titles.get(source).cloned().unwrap_or_else(|| Words::same(source));
        self.batches(SOURCES_SQL).and_then(|batches| freshness::sources(batches, title).ok()).unwrap_or_default()
    }

    fn gaps(&self) -> Vec<GapNow> {
        self.batches(GAPS_SQL).and_then(|batches| freshness::gaps(batches).ok()).unwrap_or_default()
    }

    fn batches(&self, sql: &str) -> Option<&[RecordBatch]> {
        self.answers.get(sql).and_then(|answer| answer.batches.as_deref())
    }
}

/// The board at this tick.
fn evaluated<E: Evaluate>(desk: &mut Desk, answers: &Answers<E>, head: &Head, as_of_ms: i64, sources: &[SourceNow], gaps: &[GapNow]) -> BoardNow {
    let found: Vec<Option<&Answer<E>>> = desk.sql.iter().map(|sql| answers.get(sql)).collect();
    let feeds: Vec<Feed> = found.iter().map(|a| a.map_or_else(Feed::default, Answer::feed)).collect();
    if feeds != desk.feeds {
        desk.layout = Arc::new(desk.board.layout(head, &feeds));
        desk.feeds = feeds;
    }
    let midnight_ms = freshness::midnight(&desk.board.zone, as_of_ms);
    let mut tiles = Vec::with_capacity(found.len());
    let mut alarms = Vec::new();
    let parts = desk.board.tiles.iter().zip(&mut desk.trackers).zip(found).zip(&desk.feeds);
    for (index, (((tile, tracker), answer), feed)) in parts.enumerate() {
        let limit_ms = tile.stale_after.unwrap_or(desk.board.stale_after).ms();
        let is_stale = |feed: Feed| freshness::stale(sources, feed, as_of_ms, limit_ms);
        let mut now = judged(index, tile, tracker, answer, as_of_ms, |column| {
            is_stale(tile.columns.get(column).and_then(|c| c.feed).map_or(*feed, Feed::from))
        });
        now.0.partial = freshness::partial(gaps, sources, *feed, tile.interval, midnight_ms);
        tiles.push(Arc::new(now.0));
        alarms.append(&mut now.1);
    }
    // Worst first; among equals the one that lasts longest, then the order of the board.
    alarms.sort_by_key(|alarm| (std::cmp::Reverse(alarm.level), alarm.since_at));
    BoardNow { as_of_ms, layout: Arc::clone(&desk.layout), tiles, sources: sources.to_vec(), gaps: gaps.to_vec(), alarms }
}

/// One tile at this tick, and what it adds to the strip.
fn judged<E: Evaluate>(
    index: usize,
    tile: &Tile,
    tracker: &mut Tracker,
    answer: Option<&Answer<E>>,
    as_of_ms: i64,
    is_stale: impl Fn(usize) -> bool,
) -> (TileNow, Vec<Alarm>) {
    let failed = || (TileNow { state: TileState::Failed, ..TileNow::default() }, Vec::new());
    let Some(answer) = answer else { return (TileNow::default(), Vec::new()) };
    let Some(batches) = answer.batches.as_deref() else { return failed() };
    let raw: Vec<Vec<Cell>> = match rows(tile, batches) {
        Ok(raw) => raw,
        Err(error) => {
            if tracker.first_failure() {
                tracing::warn!(tile = tile.id, %error, "tile shows no rows");
            }
            return failed();
        }
    };
    let judgement = tracker.judge(index, tile, &raw, as_of_ms, is_stale);
    let format = |cell: (usize, Cell)| match tile.columns.get(cell.0) {
        Some(column) => shown(column.format, cell.1, answer.as_of_ms),
        None => cell.1,
    };
    let rows = raw.into_iter().map(|row| row.into_iter().enumerate().map(format).collect()).collect();
    (TileNow { state: TileState::Ready, rows, levels: judgement.marks, partial: false }, judgement.alarms)
}

#[cfg(test)]
pub(crate) mod tests;
