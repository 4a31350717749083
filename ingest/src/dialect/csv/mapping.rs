//! The mapping file: which column holds what, as TOML. `docs/guide/import-csv.md` explains each key with an example.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Error;

/// A whole mapping file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How the file is written.
    #[serde(default)]
    pub file: FileFormat,
    /// How times and durations are written.
    #[serde(default)]
    pub times: Times,
    /// Which column holds what.
    pub fields: Fields,
    /// What to do where a call list says less than a PBX.
    #[serde(default)]
    pub rules: Rules,
    /// Rows to leave out, with a reason.
    #[serde(default)]
    pub reject: Vec<Rule>,
    /// Rows to keep and count, with a reason.
    #[serde(default)]
    pub flag: Vec<Rule>,
}

/// How the file is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileFormat {
    /// `comma`, `semicolon`, `tab`, `pipe` or one ASCII character.
    pub separator: String,
    /// Whether the first line names the columns; without it columns are numbers from 1.
    pub header: bool,
    /// Whether `"` encloses text that holds the separator.
    pub quotes: bool,
}

impl Default for FileFormat {
    fn default() -> Self {
        Self { separator: "comma".into(), header: true, quotes: true }
    }
}

/// How times and durations are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Times {
    /// IANA zone of the file's clock, such as `Asia/Shanghai`; the command line can name another.
    pub zone: Option<String>,
    /// The column with the date, where dates and times stand apart.
    pub date: Option<Column>,
    /// strftime format of that date.
    pub date_format: String,
    /// strftime format of a time that stands apart from its date.
    pub time_format: String,
    /// strftime format of date and time in one column; or `rfc3339`, `epoch_s`, `epoch_ms`.
    pub format: String,
    /// Unit of durations written as plain numbers.
    pub unit: Unit,
    /// A duration and its two times may differ by so many seconds before the row is flagged.
    pub tolerance_s: i64,
    /// A step back in time is midnight only if the call is then no longer than this.
    pub longest_call_h: i64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            zone: None,
            date: None,
            date_format: "%Y-%m-%d".into(),
            time_format: "%H:%M:%S".into(),
            format: "%Y-%m-%d %H:%M:%S".into(),
            unit: Unit::S,
            tolerance_s: 2,
            longest_call_h: 12,
        }
    }
}

/// Unit of a duration without colons; `1:02` and `0:01:02` are always minutes and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
    /// Minutes.
    Min,
}

/// A column: its name in the header, or its number from 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// From 1.
    Number(usize),
    /// As in the header.
    Name(String),
}

/// Which column holds what; what is left out is not in the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    /// The columns that name a call together; without them the whole row does.
    pub call: Vec<Column>,
    /// The caller's number.
    pub from: Option<Field>,
    /// The number dialled.
    pub to: Option<Field>,
    /// inbound, outbound, internal; inbound where it says nothing.
    pub direction: Option<Field>,
    /// The queue.
    pub queue: Option<Field>,
    /// The agent.
    pub agent: Option<Field>,
    /// answered, abandoned, timed_out, key, overflow, lost, unqueued.
    pub outcome: Option<Field>,
    /// First sign of the call.
    pub started_at: Option<Field>,
    /// Began to wait; null when it never did.
    pub queued_at: Option<Field>,
    /// Left the queue, answered or not.
    pub left_queue_at: Option<Field>,
    /// The agent answered.
    pub answered_at: Option<Field>,
    /// The call was over.
    pub ended_at: Option<Field>,
    /// Duration in the voice menu, before the queue.
    pub menu: Option<Field>,
    /// Duration in the queue.
    pub wait: Option<Field>,
    /// Duration of the last ring, within the wait.
    pub ring: Option<Field>,
    /// Duration of the conversation.
    pub talk: Option<Field>,
    /// Duration of the work after the call.
    pub wrap_up: Option<Field>,
    /// The caller's score, a whole number from 1.
    pub rating: Option<Field>,
    /// Where the recording lies.
    pub recording: Option<Field>,
}

/// One field: a column alone, or with what is special about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Field {
    /// A column as it is.
    Column(Column),
    /// A column with its special values.
    Detailed(Detailed),
}

/// A column with its special values, or a constant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detailed {
    /// The column; none for a constant.
    pub column: Option<Column>,
    /// The same for every row, and where the column is null.
    pub value: Option<String>,
    /// Texts that mean nothing is there; an empty cell always does.
    #[serde(default)]
    pub null: Vec<String>,
    /// Text in the file to text in the product.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// For a time: the column with its date, if not `times.date`.
    pub date: Option<Column>,
    /// For a time: its strftime format, if not that of `[times]`.
    pub format: Option<String>,
}

/// What to do where a call list says less than a PBX.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// An answered call without a wait: was it in the queue for no time, or at the agent directly?
    pub straight_through: StraightThrough,
    /// The agent of an answered call that names none; such rows are flagged.
    pub unknown_agent: String,
    /// Whether each conversation also makes the agent busy: `agent.*` events, offline between the calls.
    pub busy_agents: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { straight_through: StraightThrough::Queue, unknown_agent: "unknown".into(), busy_agents: false }
    }
}

/// Where an answered call without a wait came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StraightThrough {
    /// From the queue, after a wait of 0.
    Queue,
    /// From no queue.
    Direct,
}

/// A reason and when it holds: every condition at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the report says.
    pub reason: String,
    /// All of these.
    pub when: Vec<Condition>,
}

/// A simple comparison of a cell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: Column,
    /// How to compare.
    pub op: Op,
    /// What to compare with: text for `=` and `!=`, a number for the others.
    #[serde(default)]
    pub value: Value,
}

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Op {
    /// The same text.
    #[serde(rename = "=")]
    Equal,
    /// Another text.
    #[serde(rename = "!=")]
    Different,
    /// A smaller number.
    #[serde(rename = "<")]
    Less,
    /// A number that is not larger.
    #[serde(rename = "<=")]
    AtMost,
    /// A larger number.
    #[serde(rename = ">")]
    More,
    /// A number that is not smaller.
    #[serde(rename = ">=")]
    AtLeast,
    /// Nothing in it.
    #[serde(rename = "empty")]
    Empty,
}

/// A number or a text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Mapping {
    /// Reads a mapping file's text.
    ///
    /// # Errors
    /// Says which key is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|source| Error::Mapping { source: Box::new(source) })
    }
}
