//! One board at work: its state at the last tick, and the frame that leads there.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::board::{Board, Head};
use crate::diff;
use crate::frame::{Alarm, Delta, Feed, Frame, GapNow, Layout, Snapshot, SourceNow, TileNow};
use crate::level::Tracker;
use crate::wire;

/// Without a change a frame goes out this often, so that a screen can tell a quiet centre from a dead server.
const QUIET_MS: i64 = 1_000;

/// A board's state at one tick.
#[derive(Debug)]
pub struct BoardNow {
    pub as_of_ms: i64,
    pub layout: Arc<Layout>,
    pub tiles: Vec<Arc<TileNow>>,
    pub sources: Vec<SourceNow>,
    pub gaps: Vec<GapNow>,
    pub alarms: Vec<Alarm>,
}

/// The latest frame of a board, in both forms, each as the message that every screen gets.
#[derive(Debug)]
pub struct Published {
    seq: u64,
    /// From the frame before to this one; none when only a snapshot leads here.
    delta: Option<Bytes>,
    /// Encoded when the first screen needs it, then shared.
    snapshot: OnceLock<Option<Bytes>>,
    now: Arc<BoardNow>,
}

impl Published {
    /// Before the first tick.
    pub const fn first(now: Arc<BoardNow>) -> Self {
        Self::whole(0, now)
    }

    /// A frame to which no delta leads.
    pub const fn whole(seq: u64, now: Arc<BoardNow>) -> Self {
        Self { seq, delta: None, snapshot: OnceLock::new(), now }
    }

    /// Number of the frame.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// What a screen gets that has seen the frame `seen`: nothing, the delta, or everything.
    pub fn for_screen(&self, seen: Option<u64>) -> Option<Bytes> {
        match (seen, &self.delta) {
            (Some(seen), _) if seen == self.seq => None,
            (Some(seen), Some(delta)) if seen + 1 == self.seq => Some(delta.clone()),
            _ => self.snapshot.get_or_init(|| encode(&Frame::Snapshot(Box::new(self.full())))).clone(),
        }
    }

    /// How many frames a screen that has seen the frame `seen` did not get. A frame to which no delta leads is numbered
    /// as a step of two.
    pub fn skipped(&self, seen: Option<u64>) -> u64 {
        let step = if self.delta.is_some() { 1 } else { 2 };
        seen.map_or(0, |seen| self.seq.saturating_sub(seen).saturating_sub(step))
    }

    fn full(&self) -> Snapshot {
        let now = &self.now;
        Snapshot {
            seq: self.seq,
            as_of: now.as_of_ms,
            build: callboard_pages::WALL.script("wall-"),
            layout: now.layout.as_ref().clone(),
            tiles: now.tiles.iter().map(|tile| tile.as_ref().clone()).collect(),
            sources: now.sources.clone(),
            gaps: now.gaps.clone(),
            alarms: now.alarms.clone(),
        }
    }
}

fn encode(frame: &Frame) -> Option<Bytes> {
    match wire::text(|out| serde_json::to_writer(out, frame)) {
        Ok(message) => Some(message),
        Err(error) => {
            tracing::error!(%error, "could not encode a frame");
            None
        }
    }
}

/// What a tick led to.
pub enum Outcome {
    /// Nothing to tell.
    Quiet,
    /// A frame for every screen of the board.
    Frame(Published),
}

/// A board, its queries and its last state.
#[derive(Debug)]
pub struct Desk {
    pub board: Board,
    /// One query a tile.
    pub sql: Vec<String>,
    pub trackers: Vec<Tracker>,
    pub feeds: Vec<Feed>,
    pub layout: Arc<Layout>,
    pub now: Arc<BoardNow>,
    pub seq: u64,
    /// When a screen last looked; none while the board sleeps.
    pub seen_at_ms: Option<i64>,
}

impl Desk {
    /// A board that sleeps.
    pub fn new(board: Board, head: &Head) -> Self {
        let feeds = vec![Feed::default(); board.tiles.len()];
        let layout = Arc::new(board.layout(head, &feeds));
        let sql = board.tiles.iter().map(|tile| board.sql(tile)).collect();
        let trackers = board.tiles.iter().map(|_| Tracker::default()).collect();
        let now = Arc::new(loading(0, &layout));
        Self { board, sql, trackers, feeds, layout, now, seq: 0, seen_at_ms: None }
    }

    /// The same board with something else said on it.
    pub fn head(&mut self, head: &Head) {
        self.layout = Arc::new(self.board.layout(head, &self.feeds));
    }

    /// Forgets what it showed: the next screen must not take old figures for new ones.
    pub fn sleep(&mut self, as_of_ms: i64, head: &Head) {
        let seq = self.seq + 2;
        *self = Self::new(self.board.clone(), head);
        (self.seq, self.now) = (seq, Arc::new(loading(as_of_ms, &self.layout)));
    }

    /// Takes the new state and makes the frame that leads to it.
    pub fn advance(&mut self, now: BoardNow) -> Outcome {
        let now = Arc::new(now);
        if self.now.layout != now.layout {
            // A step of two: no delta can lead here, so every screen takes the snapshot.
            self.seq += 2;
            self.now = Arc::clone(&now);
            return Outcome::Frame(Published::whole(self.seq, now));
        }
        let delta = self.delta(&now);
        let still = Delta { seq: delta.seq, as_of: delta.as_of, ..Delta::default() };
        let quiet_ms = now.as_of_ms.saturating_sub(self.now.as_of_ms);
        if delta == still && (0..QUIET_MS).contains(&quiet_ms) {
            return Outcome::Quiet;
        }
        self.seq = delta.seq;
        self.now = Arc::clone(&now);
        Outcome::Frame(Published { seq: self.seq, delta: encode(&Frame::Delta(delta)), snapshot: OnceLock::new(), now })
    }

    fn delta(&self, now: &BoardNow) -> Delta {
        let before = &self.now;
        let tiles = before.tiles.iter().zip(&now.tiles).enumerate().filter_map(|(i, (b, a))| diff::tile(i, b, a)).collect();
        let unaged = |s: &SourceNow| SourceNow { heard_at: 0, ..s.clone() };
        let same_sources = before.sources.iter().map(unaged).eq(now.sources.iter().map(unaged));
        Delta {
            seq: self.seq + 1,
            as_of: now.as_of_ms,
            tiles,
            heard_ms: (same_sources && before.sources != now.sources)
                .then(|| now.sources.iter().map(|s| now.as_of_ms.saturating_sub(s.heard_at)).collect()),
            sources: (!same_sources).then(|| now.sources.clone()),
            gaps: (before.gaps != now.gaps).then(|| now.gaps.clone()),
            alarms: (before.alarms != now.alarms).then(|| now.alarms.clone()),
        }
    }
}

fn loading(as_of_ms: i64, layout: &Arc<Layout>) -> BoardNow {
    let tiles = layout.tiles.iter().map(|_| Arc::new(TileNow::default())).collect();
    BoardNow { as_of_ms, layout: Arc::clone(layout), tiles, sources: Vec::new(), gaps: Vec::new(), alarms: Vec::new() }
}
