//! What travels to a screen: one snapshot, then deltas numbered without a hole.
//!
//! The TypeScript types are generated from these (`typescript()`); a cell that counts time travels as the instant
//! at which it began, so that a growing wait costs nothing on the wire and every timer of a wall ticks together.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::board::{Column, Kind, Notice, Words};

/// A message to a screen.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// Everything; the first frame, and the answer to a hole.
    Snapshot(Box<Snapshot>),
    /// What changed since the frame numbered one lower.
    Delta(Delta),
}

/// A whole board at one tick.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Snapshot {
    /// Number of the frame; the next delta has one more.
    pub seq: u64,
    /// The instant for which it is true, ms since 1970.
    pub as_of: i64,
    /// Name of the page's script in this build; a page that runs another loads itself anew.
    pub build: &'static str,
    /// How the board is made up.
    pub layout: Layout,
    /// The tiles, in the layout's order.
    pub tiles: Vec<TileNow>,
    /// The sources, in order of name.
    pub sources: Vec<SourceNow>,
    /// Holes not filled yet, latest first.
    pub gaps: Vec<GapNow>,
    /// What is over a limit, worst first.
    pub alarms: Vec<Alarm>,
}

/// What one tick changed. An absent member did not change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct Delta {
    /// Number of the frame: that of the frame before and one more.
    pub seq: u64,
    /// The instant for which it is true, ms since 1970.
    pub as_of: i64,
    /// Tiles that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<TileDelta>>", optional)]
    pub tiles: Vec<TileDelta>,
    /// Age of each source's newest event, ms before `as_of`, in the order of `sources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub heard_ms: Option<Vec<i64>>,
    /// The sources, when more than their age changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sources: Option<Vec<SourceNow>>,
    /// The holes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub gaps: Option<Vec<GapNow>>,
    /// The alarms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub alarms: Option<Vec<Alarm>>,
}

/// How a board is made up: all that a screen needs and no query.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Layout {
    /// Name in the address.
    pub name: String,
    /// Title of the board.
    pub title: Words,
    /// Whose board it is.
    pub centre: Words,
    /// Language when the screen asks for none: zh or en.
    pub lang: String,
    /// Theme when the screen asks for none: dark or light.
    pub theme: String,
    /// IANA zone of clock and date.
    pub zone: String,
    /// Rows of the grid; it has 24 columns.
    pub rows: u32,
    /// What the strip says beside the alarms, one after the other.
    pub notices: Vec<Notice>,
    /// The strip of alarms and notice is drawn.
    pub strip: bool,
    /// The tiles.
    pub tiles: Vec<TileLayout>,
}

/// How a tile is made up.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TileLayout {
    /// Name within the board.
    pub id: String,
    /// What the tile shows.
    pub title: Words,
    /// How it is drawn.
    pub kind: Kind,
    /// Left edge, in columns.
    pub x: f64,
    /// Upper edge, in rows.
    pub y: f64,
    /// Width, in columns.
    pub w: f64,
    /// Height, in rows.
    pub h: f64,
    /// The columns of its rows, in order.
    pub columns: Vec<Column>,
    /// Column of the figure, or of the parts of a ring.
    pub value: Option<String>,
    /// Column that names a part of a ring.
    pub label: Option<String>,
    /// Column that holds the number of all rows, when the query lists only the first.
    pub total: Option<String>,
    /// The value to reach, drawn on a bar below the figure.
    pub target: Option<f64>,
    /// Word below the total of a ring.
    pub caption: Option<Words>,
    /// The line below the figure; `{column}` stands for a value.
    pub context: Vec<Words>,
    /// What stands here when there is nothing to list.
    pub empty: Option<Words>,
    /// What it depends on: calls, agents or both.
    pub feed: Feed,
    /// Older than this, ms, and the tile is stale.
    pub stale_after_ms: i64,
}

/// Which kind of events a number is made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct Feed {
    /// Events of calls.
    pub calls: bool,
    /// Events of agents.
    pub agents: bool,
}

/// A tile at one tick.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct TileNow {
    /// Whether there are rows to show.
    pub state: TileState,
    /// The rows, in the order of the query.
    pub rows: Vec<Vec<Cell>>,
    /// Cells over a limit.
    pub levels: Vec<Mark>,
    /// A hole that is not filled touches the tile's interval.
    pub partial: bool,
}

/// Whether a tile has something to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TileState {
    /// Not asked yet.
    #[default]
    Loading,
    /// Rows are there.
    Ready,
    /// The query failed; it is asked again at the latest after ten seconds.
    Failed,
}

/// What changed in a tile. An absent member did not change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct TileDelta {
    /// Place of the tile in the layout.
    pub tile: usize,
    /// All rows, when their number or most of them changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rows: Option<Vec<Vec<Cell>>>,
    /// Cells that changed: row, column, value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<(usize, usize, Cell)>>", optional)]
    pub cells: Vec<(usize, usize, Cell)>,
    /// Cells over a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub levels: Option<Vec<Mark>>,
    /// The tile is partial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub partial: Option<bool>,
    /// Whether there is something to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub state: Option<TileState>,
}

/// One value on the way to a screen.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum Cell {
    /// No value.
    Null(()),
    /// A truth.
    Bool(bool),
    /// A whole number, a duration or an instant in ms.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// A short series.
    List(Vec<Option<f64>>),
}

/// How bad a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Look at it.
    Warning,
    /// Do something.
    Critical,
}

/// A cell over a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct Mark {
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// How bad.
    pub level: Level,
}

/// An entry of the alarm strip; the screen finds the value in the tile's rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct Alarm {
    /// Place of the tile in the layout.
    pub tile: usize,
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// How bad.
    pub level: Level,
    /// The limit that was reached.
    pub limit: f64,
    /// The limit is an upper one.
    pub above: bool,
    /// When it was reached, ms since 1970.
    pub since_at: i64,
}

/// A source at one tick.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SourceNow {
    /// Its name in events.
    pub source: String,
    /// The name to show.
    pub title: Words,
    /// connected, lost, gap or file.
    pub state: String,
    /// Newest event time heard from it, ms since 1970.
    pub heard_at: i64,
    /// Since when it is lost, ms since 1970.
    pub lost_at: Option<i64>,
    /// It tells about calls.
    pub calls: bool,
    /// It tells about agents.
    pub agents: bool,
    /// Holes not filled yet.
    pub open_gaps: i64,
}

/// A hole that is not filled yet.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct GapNow {
    /// The source.
    pub source: String,
    /// First instant that may be missing, ms since 1970.
    pub from_at: i64,
    /// First instant that is there again, ms since 1970.
    pub to_at: i64,
}

/// The TypeScript of every frame type, as it stands in `web/wall/src/frames.ts`.
#[must_use]
pub fn typescript() -> String {
    let config = ts_rs::Config::new().with_large_int("number");
    let mut text = String::from("// The frames between hub and screen. Generated from wallboard/src/frame.rs by `cargo xtask gen`; do not edit.\n");
    let declarations = [
        Frame::decl(&config),
        Snapshot::decl(&config),
        Delta::decl(&config),
        Layout::decl(&config),
        Notice::decl(&config),
        TileLayout::decl(&config),
        Column::decl(&config),
        crate::board::Format::decl(&config),
        Kind::decl(&config),
        Words::decl(&config),
        Feed::decl(&config),
        crate::board::FeedName::decl(&config),
        TileNow::decl(&config),
        TileState::decl(&config),
        TileDelta::decl(&config),
        Cell::decl(&config),
        Level::decl(&config),
        Mark::decl(&config),
        Alarm::decl(&config),
        SourceNow::decl(&config),
        GapNow::decl(&config),
    ];
    for declaration in declarations {
        text.push_str("\nexport ");
        text.push_str(declaration.trim());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typescript_in_the_tree_is_the_one_generated() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/wall/src/frames.ts");
        if std::env::var_os("CALLBOARD_GEN").is_some() {
            std::fs::write(path, typescript()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), typescript(), "run `cargo xtask gen`");
    }

    #[test]
    fn a_quiet_delta_is_as_short_as_it_can_be() {
        let delta = Frame::Delta(Delta { seq: 7, as_of: 1_000, ..Delta::default() });
        assert_eq!(serde_json::to_string(&delta).unwrap(), r#"{"type":"delta","seq":7,"as_of":1000}"#);
    }
}
