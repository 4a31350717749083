//! One line of a queue_log, cut into its columns.

use std::borrow::Cow;

use callboard_domain::Timestamp;

use crate::dialect::{Reject, glance};

/// Longer lines are no queue_log.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// Longer names would only fill indexes; the log itself refuses them.
const MAX_KEY_BYTES: usize = 256;
/// Columns before the data.
const HEAD: usize = 5;
const LAST_SECOND: i64 = 253_402_300_799;

/// One line; text that is no UTF-8 is read with replacement characters.
pub(super) struct Row<'a> {
    pub at: Timestamp,
    pub event: Cow<'a, str>,
    columns: Vec<Cow<'a, str>>,
}

impl<'a> Row<'a> {
    pub fn parse(line: &'a [u8]) -> Result<Self, Reject> {
        if line.len() > MAX_LINE_BYTES {
            return Err(Reject::TooLong { bytes: line.len(), limit: MAX_LINE_BYTES });
        }
        let columns: Vec<Cow<'a, str>> = line.split(|b| *b == b'|').map(String::from_utf8_lossy).collect();
        let [time, _, _, _, event, ..] = columns.as_slice() else {
            return Err(Reject::Columns { event: "a line".to_owned(), needed: HEAD, found: columns.len() });
        };
        let at = time_of(time)?;
        Ok(Self { at, event: event.clone(), columns })
    }

    /// Checks that so many columns of data are there.
    pub fn data(&self, needed: usize) -> Result<(), Reject> {
        let (needed, found) = (HEAD + needed, self.columns.len());
        if found < needed { Err(Reject::Columns { event: self.event.to_string(), needed, found }) } else { Ok(()) }
    }

    pub fn number(&self, column: usize, name: &'static str) -> Result<i64, Reject> {
        let text = self.raw(column).unwrap_or_default();
        text.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(|| Reject::Number {
            event: self.event.to_string(),
            column: name,
            text: glance(text.as_bytes()),
        })
    }

    /// A column of data; none where it is missing or empty.
    pub fn text(&self, column: usize) -> Option<String> {
        self.raw(column).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub fn call(&self) -> Result<&str, Reject> {
        self.key(1, "call")
    }

    pub fn queue(&self) -> Result<&str, Reject> {
        self.key(2, "queue")
    }

    pub fn agent(&self) -> Result<&str, Reject> {
        self.key(3, "agent")
    }

    pub fn queue_or_none(&self) -> Option<&str> {
        self.queue().ok().filter(|queue| *queue != "NONE")
    }

    pub fn agent_or_none(&self) -> Option<&str> {
        self.agent().ok().filter(|agent| *agent != "NONE")
    }

    /// The caller's number, where there is one.
    pub fn caller(&self) -> Option<String> {
        self.text(1).filter(|number| crate::dialect::is_number(number))
    }

    fn raw(&self, column: usize) -> Option<&str> {
        self.columns.get(HEAD + column).map(AsRef::as_ref)
    }

    fn key(&self, column: usize, field: &'static str) -> Result<&str, Reject> {
        let text = self.columns.get(column).map(AsRef::as_ref).unwrap_or_default();
        if text.is_empty() || text.len() > MAX_KEY_BYTES {
            return Err(Reject::Key { event: self.event.to_string(), field, bytes: text.len() });
        }
        Ok(text)
    }
}

/// The time of a line, if it begins with one.
pub(crate) fn line_at(line: &[u8]) -> Option<Timestamp> {
    let (time, _) = line.split_at_checked(memchr::memchr(b'|', line)?)?;
    time_of(std::str::from_utf8(time).ok()?).ok()
}

/// Seconds since the epoch, with a fraction where a realtime table has one.
fn time_of(text: &str) -> Result<Timestamp, Reject> {
    let bad = || Reject::Time { text: glance(text.as_bytes()), wanted: "seconds since 1970" };
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds = seconds.parse::<i64>().ok().filter(|s| (1..=LAST_SECOND).contains(s)).ok_or_else(bad)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let ms = fraction.bytes().chain(*b"000").take(3).fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'));
    Ok(Timestamp::from_millis(seconds * 1_000 + ms))
}
