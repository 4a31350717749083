//! Why a file or a row cannot be read.

use super::MAX_LINE_BYTES;

/// Why a whole file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The mapping is no TOML or has a wrong key.
    #[error("could not read the mapping: {source}")]
    Mapping {
        /// What was wrong, with its place.
        source: Box<toml::de::Error>,
    },
    /// The mapping names a column that the file does not have.
    #[error("the mapping names the column {column:?}, which the file does not have; there are: {known}")]
    Column {
        /// The column.
        column: String,
        /// The file's columns.
        known: String,
    },
    /// The separator is none of those known.
    #[error("separator {text:?} is none of comma, semicolon, tab, pipe or one ASCII character")]
    Separator {
        /// As in the mapping.
        text: String,
    },
    /// An unknown zone.
    #[error("zone {name:?} is unknown; name an IANA zone such as Asia/Shanghai in the mapping or by --zone")]
    Zone {
        /// As in the mapping or on the command line.
        name: String,
    },
    /// Times without a zone.
    #[error("it names no zone for the file's times; add zone = \"Asia/Shanghai\" or the like under [times], or give --zone")]
    NoZone,
    /// The first line should name the columns and cannot be read.
    #[error("could not read the header: {source}")]
    Header {
        /// Why.
        source: Reject,
    },
}

/// Why one row is no call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The file's header does not fit the mapping, so no row can be read.
    #[error("{reason}")]
    NoLayout {
        /// What does not fit.
        reason: String,
    },
    /// A rule of the mapping.
    #[error("{reason}")]
    Rule {
        /// The rule's reason.
        reason: String,
    },
    /// More or fewer cells than the header.
    #[error("{found} columns, the header has {wanted}")]
    Width {
        /// How many cells it has.
        found: usize,
        /// How many the header has.
        wanted: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 from byte {byte} on; convert the file first")]
    NotUtf8 {
        /// The first wrong byte, from 0.
        byte: usize,
    },
    /// A quote without its end.
    #[error("a quote is not closed in this line; if quotes mean nothing in the file, set file.quotes = false")]
    OpenQuote,
    /// Too long to be a row.
    #[error("line of {bytes} bytes, at most {MAX_LINE_BYTES} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A needed field is empty.
    #[error("{field} is empty")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A time in another format.
    #[error("{field}: could not read {text:?} in the format {format:?}")]
    Time {
        /// The field.
        field: &'static str,
        /// The text as it came, shortened.
        text: String,
        /// The format of the mapping.
        format: String,
    },
    /// A number or duration that is none.
    #[error("{field}: could not read {text:?} as a number")]
    Number {
        /// The field or column.
        field: String,
        /// The text as it came, shortened.
        text: String,
    },
    /// An outcome that the mapping does not translate.
    #[error("outcome {text:?} is none of answered, abandoned, timed_out, key, overflow, lost, unqueued; add it to fields.outcome.values")]
    Outcome {
        /// The text as it came, shortened.
        text: String,
    },
    /// A direction that the mapping does not translate.
    #[error("direction {text:?} is none of inbound, outbound, internal; add it to fields.direction.values")]
    Direction {
        /// The text as it came, shortened.
        text: String,
    },
    /// A negative duration.
    #[error("the duration before {field} is negative")]
    Negative {
        /// What the duration leads to.
        field: &'static str,
    },
    /// A time that lies before the one that it follows, and not because of midnight.
    #[error("{field} lies before the time that it follows")]
    Backwards {
        /// The field.
        field: &'static str,
    },
    /// A name that is too long.
    #[error("{field} has {bytes} bytes, at most 256 are read")]
    TooLongName {
        /// The field.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// Another row of the file has the same call.
    #[error("the call {call:?} stands in line {line} already, with other content")]
    SameCall {
        /// The call's name.
        call: String,
        /// The earlier line.
        line: u64,
    },
}

impl Reject {
    /// The reason without what differs from row to row, for counting.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Width { wanted, .. } => format!("not {wanted} columns"),
            Self::NotUtf8 { .. } => "not UTF-8".into(),
            Self::TooLong { .. } => "line too long".into(),
            Self::Time { field, .. } => format!("{field}: not a time"),
            Self::Number { field, .. } => format!("{field}: not a number"),
            Self::TooLongName { field, .. } => format!("{field} too long"),
            Self::SameCall { .. } => "call stands in the file already, with other content".into(),
            Self::NoLayout { .. }
            | Self::Rule { .. }
            | Self::OpenQuote
            | Self::Missing { .. }
            | Self::Outcome { .. }
            | Self::Direction { .. }
            | Self::Negative { .. }
            | Self::Backwards { .. } => self.to_string(),
        }
    }
}
