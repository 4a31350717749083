//! Call lists as CSV: a mapping file says which column holds what, each row becomes the events of one call.
//!
//! A row is one line. It is kept, kept with a flag, or rejected with a reason; every row of the file is in
//! exactly one of these counts. `docs/guide/import-csv.md` explains the mapping file.

mod call;
mod emit;
mod error;
mod flags;
mod layout;
mod mapping;
mod row;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use callboard_domain::{Event, Timestamp};
use jiff::tz::TimeZone;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::Dialect;
use call::Reader;
use emit::Busy;
pub use error::{Error, Reject};
use layout::Layout;
pub use mapping::Mapping;
use row::Cutter;

/// Longer lines are rejected.
pub const MAX_LINE_BYTES: usize = 64 * 1024;
/// Names of calls, queues and agents that are longer are rejected.
const MAX_NAME_BYTES: usize = 256;

/// What became of one line.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// It names the columns.
    Header,
    /// Nothing in it.
    Blank,
    /// A call.
    Call {
        /// Its events, in order of time.
        events: Vec<Event<'static>>,
        /// Why it is doubtful, if it is.
        flags: Vec<String>,
    },
    /// No call.
    Rejected(Reject),
}

/// How many rows became what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read, header and blank lines aside: `calls + rejected`.
    pub rows: u64,
    /// Rows that became calls.
    pub calls: u64,
    /// Of these, rows with at least one flag.
    pub flagged: u64,
    /// Rows that did not.
    pub rejected: u64,
    /// Flags by reason; a row may have several.
    pub flags_by_reason: BTreeMap<String, u64>,
    /// Rejected rows by reason.
    pub rejected_by_reason: BTreeMap<String, u64>,
}

/// Reads the lines of one call list, in their order.
#[derive(Debug)]
pub struct CallList {
    mapping: Mapping,
    zone: TimeZone,
    source: String,
    cutter: Cutter,
    layout: Option<Layout>,
    /// The header as it came: the same line again is the next file's.
    header: Option<Vec<u8>>,
    lines: u64,
    /// Call name to line and content, both hashed, to find a name that is used twice.
    seen: HashMap<u64, (u64, u64)>,
    busy: Vec<Busy>,
    counts: Counts,
}

impl CallList {
    /// A list of that source; `zone` replaces the mapping's.
    ///
    /// # Errors
    /// When the separator or the zone is unknown, no zone is named, or a file without header is mapped by names.
    pub fn new(mapping: Mapping, source: &str, zone: Option<&str>) -> Result<Self, Error> {
        let name = zone.or(mapping.times.zone.as_deref()).ok_or(Error::NoZone)?;
        let zone = TimeZone::get(name).map_err(|_| Error::Zone { name: name.to_owned() })?;
        let cutter = Cutter::new(separator(&mapping.file.separator)?, mapping.file.quotes);
        let layout = if mapping.file.header { None } else { Some(Layout::find(&mapping, None)?) };
        let (seen, busy, counts) = (HashMap::new(), Vec::new(), Counts::default());
        Ok(Self { mapping, zone, source: source.to_owned(), cutter, layout, header: None, lines: 0, seen, busy, counts })
    }

    /// Another file begins: where the mapping has a header, its first line names the columns anew.
    pub fn next_file(&mut self) {
        if self.mapping.file.header {
            self.layout = None;
            self.header = None;
        }
    }

    /// Reads the next line, without its line feed.
    ///
    /// # Errors
    /// When the header lacks a column of the mapping; the file is then not this mapping's. A bad row is no error.
    pub fn line(&mut self, line: &[u8]) -> Result<Line, Error> {
        self.lines += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(Line::Blank);
        }
        let Some(layout) = self.layout.take() else {
            let cells = self.cutter.cut(line).map_err(|source| Error::Header { source })?;
            let names: Vec<String> = (0..cells).map(|i| self.cutter.cell(i).to_owned()).collect();
            self.layout = Some(Layout::find(&self.mapping, Some(&names))?);
            self.header = Some(line.to_owned());
            return Ok(Line::Header);
        };
        if self.header.as_deref() == Some(line) {
            self.layout = Some(layout);
            return Ok(Line::Header);
        }
        let row = self.row(line, &layout);
        self.layout = Some(layout);
        self.counts.rows += 1;
        match row {
            Ok((events, flags)) => {
                self.counts.calls += 1;
                self.counts.flagged += u64::from(!flags.is_empty());
                for flag in &flags {
                    *self.counts.flags_by_reason.entry(flag.clone()).or_default() += 1;
                }
                Ok(Line::Call { events, flags: flags.into_iter().collect() })
            }
            Err(reject) => {
                self.counts.rejected += 1;
                *self.counts.rejected_by_reason.entry(reject.kind()).or_default() += 1;
                Ok(Line::Rejected(reject))
            }
        }
    }

    /// The end of the list: the agents' states, when the mapping asks for them, each agent's in order of time.
    pub fn finish(&mut self) -> Vec<Event<'static>> {
        emit::agent_events(std::mem::take(&mut self.busy), &self.source)
    }

    /// How many rows became what, so far.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The counts in words, for the end of an import: one line each.
    #[must_use]
    pub fn report(&self) -> String {
        let c = &self.counts;
        let mut text = format!("{} rows: {} calls, {} of them flagged, {} rejected", c.rows, c.calls, c.flagged, c.rejected);
        for (what, reasons) in [("flagged", &c.flags_by_reason), ("rejected", &c.rejected_by_reason)] {
            for (reason, count) in reasons {
                let _ = write!(text, "\n  {what} {count}: {reason}");
            }
        }
        text
    }

    fn row(&mut self, line: &[u8], layout: &Layout) -> Result<(Vec<Event<'static>>, BTreeSet<String>), Reject> {
        if line.len() > MAX_LINE_BYTES {
            return Err(Reject::TooLong { bytes: line.len() });
        }
        let found = self.cutter.cut(line)?;
        if let Some(wanted) = layout.width.filter(|w| *w != found) {
            return Err(Reject::Width { found, wanted });
        }
        for rule in &layout.reject {
            if rule.holds(&self.cutter)? {
                return Err(Reject::Rule { reason: rule.reason.clone() });
            }
        }
        let mut reader = Reader { mapping: &self.mapping, layout, zone: &self.zone, row: &self.cutter, flags: BTreeSet::new() };
        let call = reader.call()?;
        let mut flags = reader.flags;
        for rule in &layout.flag {
            if rule.holds(&self.cutter)? {
                flags.insert(rule.reason.clone());
            }
        }
        let row_hash = xxh3_128(&[self.source.as_bytes(), b"\0", line].concat());
        call.check_names()?;
        let id = self.call_name(layout, row_hash, line)?;
        if self.mapping.rules.busy_agents {
            self.busy.extend(Busy::of(&call, &self.mapping.rules.unknown_agent));
        }
        Ok((emit::events(&call, &id, &self.source, row_hash), flags))
    }

    /// The call's name: its columns joined, or the row's hash. A name that came before with other content is refused.
    fn call_name(&mut self, layout: &Layout, row_hash: u128, line: &[u8]) -> Result<String, Reject> {
        if layout.call.is_empty() {
            return Ok(format!("{row_hash:032x}"));
        }
        let name = layout.call.iter().map(|c| self.cutter.cell(*c)).collect::<Vec<_>>().join("-");
        if name.chars().all(|c| c == '-') {
            return Err(Reject::Missing { field: "call" });
        }
        let content = xxh3_64(line);
        check_name("call", &name)?;
        match *self.seen.entry(xxh3_64(name.as_bytes())).or_insert((self.lines, content)) {
            (line, before) if before != content => Err(Reject::SameCall { call: glance(&name), line }),
            _ => Ok(name),
        }
    }
}

impl Dialect for CallList {
    fn line(&mut self, line: &[u8]) -> Result<Vec<Event<'static>>, super::Reject> {
        match Self::line(self, line) {
            Ok(Line::Call { events, .. }) => Ok(events),
            Ok(Line::Header | Line::Blank) => Ok(Vec::new()),
            Ok(Line::Rejected(reject)) => Err(reject.into()),
            Err(error) => Err(Reject::NoLayout { reason: error.to_string() }.into()),
        }
    }

    fn tick(&mut self, _now: Timestamp) -> Vec<Event<'static>> {
        Vec::new()
    }

    fn finish(&mut self) -> Vec<Event<'static>> {
        Self::finish(self)
    }
}

fn separator(text: &str) -> Result<u8, Error> {
    match (text, text.as_bytes()) {
        ("comma", _) => Ok(b','),
        ("semicolon", _) => Ok(b';'),
        ("tab", _) => Ok(b'\t'),
        ("pipe", _) => Ok(b'|'),
        (_, [one]) if one.is_ascii() && !one.is_ascii_alphanumeric() && !matches!(one, b'"' | b'\n' | b'\r') => Ok(*one),
        _ => Err(Error::Separator { text: text.to_owned() }),
    }
}

fn check_name(field: &'static str, name: &str) -> Result<(), Reject> {
    if name.len() > MAX_NAME_BYTES { Err(Reject::TooLongName { field, bytes: name.len() }) } else { Ok(()) }
}

/// Text for an error: never longer than a glance.
fn glance(text: &str) -> String {
    text.chars().take(64).collect()
}
