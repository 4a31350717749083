//! A board as it is written: TOML, checked once when it is read.
//!
//! Queries name measures and tables; a tile carries no formula. What a screen needs of it becomes a `Layout`.

mod duration;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Error;
use crate::frame::{Feed, Layout, TileLayout};
pub(crate) use duration::Span;

/// A text in both languages of the screens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The same text in both languages.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self { zh: text.to_owned(), en: text.to_owned() }
    }
}

/// What the organisation says on every board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Whose boards these are, at the top of each.
    pub centre: Words,
    /// What the strip says beside the alarms, the latest first.
    pub notices: Vec<Notice>,
}

/// Something that everybody is to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Notice {
    /// What it says.
    pub text: Words,
    /// How much it matters: info, warning or urgent.
    pub level: String,
}

/// A board: tiles on a grid of 24 columns.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Name in the address; the file's name without its ending.
    #[serde(skip)]
    pub name: String,
    /// What the board shows.
    pub title: Words,
    /// Language when the screen asks for none: zh or en.
    #[serde(default = "chinese")]
    pub lang: String,
    /// Theme when the screen asks for none: dark or light.
    #[serde(default = "dark")]
    pub theme: String,
    /// IANA zone of clock, date and `today`.
    #[serde(default = "utc")]
    pub zone: String,
    /// Rows of the grid.
    #[serde(default = "rows")]
    pub rows: u32,
    /// Older than this and a tile is stale, unless it sets its own.
    #[serde(default = "five_seconds")]
    pub stale_after: Span,
    /// What the strip says beside the alarms.
    #[serde(default)]
    pub notice: Option<Words>,
    /// Draws the strip of alarms and notice.
    #[serde(default = "yes")]
    pub strip: bool,
    /// Queries that several tiles share, by name.
    #[serde(default)]
    pub queries: BTreeMap<String, String>,
    /// The tiles.
    #[serde(rename = "tile")]
    pub tiles: Vec<Tile>,
}

/// One live query and how it is drawn.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Name within the board.
    pub id: String,
    /// What the tile shows.
    pub title: Words,
    /// How it is drawn.
    pub kind: Kind,
    /// The query, or the name of a shared one; `{zone}` stands for the board's zone.
    pub sql: String,
    /// Left edge, in columns from 0.
    pub x: f64,
    /// Upper edge, in rows from 0.
    pub y: f64,
    /// Width, in columns.
    pub w: f64,
    /// Height, in rows.
    pub h: f64,
    /// The columns that the screen gets, in order; one without a title is only for `context` and `of`.
    pub columns: Vec<Column>,
    /// Column of the figure, or of the parts of a ring.
    #[serde(default)]
    pub value: Option<String>,
    /// Column that names a part of a ring.
    #[serde(default)]
    pub label: Option<String>,
    /// Column that holds the number of all rows.
    #[serde(default)]
    pub total: Option<String>,
    /// The value to reach, drawn on a bar below the figure.
    #[serde(default)]
    pub target: Option<f64>,
    /// Word below the total of a ring.
    #[serde(default)]
    pub caption: Option<Words>,
    /// The line below the figure; `{column}` stands for a value. A part whose value is missing is left out.
    #[serde(default)]
    pub context: Vec<Words>,
    /// What stands here when there is nothing to list.
    #[serde(default)]
    pub empty: Option<Words>,
    /// The time that the figures cover.
    #[serde(default)]
    pub interval: Interval,
    /// Older than this and the tile is stale.
    #[serde(default)]
    pub stale_after: Option<Span>,
    /// Limits.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
}

/// How a tile is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A figure that leads; at most three on a board.
    Lead,
    /// A figure beside the leads.
    Figure,
    /// Rows with a head.
    Table,
    /// Rows without a head, as many as fit.
    List,
    /// Parts of a whole, with their legend.
    Ring,
    /// Parts of a whole in one line.
    States,
    /// Today's bars over the day before's line: columns `hour`, `today`, `before`, `running`.
    Bars,
    /// One cell an agent, one row a team: columns `team`, `name`, `state`, `reason`, `since`, `title_zh`, `busy`, `online`.
    Agents,
}

/// A column of a tile's rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in the query's result.
    pub name: String,
    /// Head of the column; without one it is not drawn as a column.
    #[serde(default)]
    pub title: Option<Words>,
    /// Name of the figure where no head stands above it, as in the alarm strip.
    #[serde(default)]
    pub full: Option<Words>,
    /// How a value is written.
    #[serde(default)]
    pub format: Format,
    /// Column that takes its place in English.
    #[serde(default)]
    pub en: Option<String>,
    /// Column of the whole, written behind a slash.
    #[serde(default)]
    pub of: Option<String>,
    /// What it depends on, when the rest of its tile depends on something else.
    #[serde(default)]
    pub feed: Option<FeedName>,
    /// Width in px of a wall 1080 px high; without one it takes what is left.
    #[serde(default)]
    pub width: Option<u32>,
}

/// The events that a column depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FeedName {
    /// Events of calls.
    Calls,
    /// Events of agents.
    Agents,
}

impl From<FeedName> for Feed {
    fn from(name: FeedName) -> Self {
        match name {
            FeedName::Calls => Self { calls: true, agents: false },
            FeedName::Agents => Self { calls: false, agents: true },
        }
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As it is.
    #[default]
    Text,
    /// A whole number, grouped by thousands.
    Count,
    /// A fraction, as percent with one decimal.
    Share,
    /// A signed fraction: by how much more or less.
    Change,
    /// ms, as m:ss or h:mm:ss.
    Duration,
    /// ms, as seconds with one decimal.
    Seconds,
    /// ms since something began that goes on; travels as the instant of its beginning.
    Timer,
    /// An instant, as hour of the board's zone.
    Hour,
    /// The last digits of a caller's number.
    Caller,
    /// A state of an agent.
    State,
    /// A state of a call.
    CallState,
    /// A short series, as bars.
    Trend,
}

/// The time that a tile's figures cover.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// This instant.
    #[default]
    Now,
    /// Since midnight of the board's zone.
    Today,
}

/// Limits of a column. At the limit counts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The column.
    pub column: String,
    /// From here on, a warning; ms for durations, fractions for shares.
    #[serde(default)]
    pub warning: Option<f64>,
    /// From here on, critical.
    #[serde(default)]
    pub critical: Option<f64>,
    /// On which side of the limit the bad values are.
    #[serde(default)]
    pub direction: Side,
    /// How long it must last before the level starts.
    #[serde(default, rename = "for")]
    pub lasting: Span,
    /// How far back behind the limit the value must go before the level ends.
    #[serde(default)]
    pub hysteresis: f64,
    /// It also stands in the alarm strip.
    #[serde(default)]
    pub alarm: bool,
    /// Column and text: the limit holds only for rows where the column has that text.
    #[serde(default)]
    pub only: Option<(String, String)>,
}

/// On which side of a limit the bad values are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At the limit and above.
    #[default]
    Above,
    /// At the limit and below.
    Below,
}

fn chinese() -> String {
    "zh".to_owned()
}
fn dark() -> String {
    "dark".to_owned()
}
fn utc() -> String {
    "UTC".to_owned()
}
const fn rows() -> u32 {
    38
}
const fn yes() -> bool {
    true
}
const fn five_seconds() -> Span {
    Span::from_ms(5_000)
}

impl Board {
    /// Reads a board.
    ///
    /// # Errors
    /// `Error::Board` when the text is no TOML, has unknown keys, or names columns that it does not have.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let mut board: Self = toml::from_str(text).map_err(|e| Error::Board { board: name.to_owned(), reason: e.to_string() })?;
        board.name = name.to_owned();
        board.check().map_err(|reason| Error::Board { board: name.to_owned(), reason })?;
        Ok(board)
    }

    /// The query of a tile with the board's zone filled in.
    #[must_use]
    pub fn sql(&self, tile: &Tile) -> String {
        self.queries.get(&tile.sql).unwrap_or(&tile.sql).replace("{zone}", &self.zone)
    }

    fn check(&self) -> Result<(), String> {
        jiff::tz::TimeZone::get(&self.zone).map_err(|_| format!("{:?} is no IANA zone", self.zone))?;
        if self.zone.contains('\'') {
            return Err(format!("{:?} is no IANA zone", self.zone));
        }
        for (i, tile) in self.tiles.iter().enumerate() {
            if self.tiles.iter().take(i).any(|other| other.id == tile.id) {
                return Err(format!("tile {:?} stands there twice", tile.id));
            }
            if tile.x < 0.0 || tile.y < 0.0 || tile.w <= 0.0 || tile.h <= 0.0 || tile.x + tile.w > 24.0 || tile.y + tile.h > f64::from(self.rows) {
                return Err(format!("tile {:?} leaves the grid of 24 by {}", tile.id, self.rows));
            }
            tile.check()?;
        }
        Ok(())
    }

    /// What a screen is told about the board; `feeds` has one entry a tile.
    #[must_use]
    pub fn layout(&self, head: &Head, feeds: &[Feed]) -> Layout {
        let tiles = self.tiles.iter().enumerate().map(|(i, tile)| tile.layout(feeds.get(i).copied().unwrap_or_default(), self.stale_after)).collect();
        let own = self.notice.iter().map(|text| Notice { text: text.clone(), level: "info".into() });
        Layout {
            name: self.name.clone(),
            title: self.title.clone(),
            centre: head.centre.clone(),
            lang: self.lang.clone(),
            theme: self.theme.clone(),
            zone: self.zone.clone(),
            rows: self.rows,
            notices: head.notices.iter().cloned().chain(own).collect(),
            strip: self.strip,
            tiles,
        }
    }
}

impl Tile {
    /// Place of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    fn check(&self) -> Result<(), String> {
        let named = [&self.value, &self.label, &self.total].into_iter().flatten();
        let limits = self.thresholds.iter().map(|t| &t.column);
        let conditions = self.thresholds.iter().filter_map(|t| t.only.as_ref()).map(|(column, _)| column);
        let beside = self.columns.iter().flat_map(|c| [&c.en, &c.of]).flatten();
        for name in named.chain(limits).chain(conditions).chain(beside) {
            if self.column(name).is_none() {
                return Err(format!("tile {:?} names column {name:?}, which is not among its columns", self.id));
            }
        }
        if matches!(self.kind, Kind::Lead | Kind::Figure | Kind::Ring | Kind::States) && self.value.is_none() {
            return Err(format!("tile {:?} needs `value`", self.id));
        }
        let needed: &[&str] = match self.kind {
            Kind::Bars => &["hour", "today", "before", "running"],
            Kind::Agents => &["team", "name", "state", "reason", "since", "title_zh", "busy", "online"],
            Kind::Lead | Kind::Figure | Kind::Table | Kind::List | Kind::Ring | Kind::States => &[],
        };
        if let Some(name) = needed.iter().find(|name| self.column(name).is_none()) {
            return Err(format!("tile {:?} needs column {name:?}", self.id));
        }
        if matches!(self.kind, Kind::Ring | Kind::States) && self.label.is_none() {
            return Err(format!("tile {:?} needs `label`", self.id));
        }
        Ok(())
    }

    fn layout(&self, feed: Feed, stale_after: Span) -> TileLayout {
        TileLayout {
            id: self.id.clone(),
            title: self.title.clone(),
            kind: self.kind,
            x: self.x,
            y: self.y,
            w: self.w,
            h: self.h,
            columns: self.columns.clone(),
            value: self.value.clone(),
            label: self.label.clone(),
            total: self.total.clone(),
            target: self.target,
            caption: self.caption.clone(),
            context: self.context.clone(),
            empty: self.empty.clone(),
            feed,
            stale_after_ms: self.stale_after.unwrap_or(stale_after).ms(),
        }
    }
}

/// The boards that the product brings along.
///
/// # Errors
/// `Error::Board` when one of them is wrong, which a test rules out.
pub fn built_in() -> Result<Vec<Board>, Error> {
    Ok(vec![Board::parse("service", include_str!("../boards/service.toml"))?, Board::parse("agents", include_str!("../boards/agents.toml"))?])
}

#[cfg(test)]
mod tests;
