//! One message of Asterisk's manager interface: `Key: value` lines up to an empty one.

use std::borrow::Cow;

use callboard_domain::Timestamp;

use crate::dialect::{Reject, glance};

/// Longer messages are none; the longest seen in practice have 4 KB.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// One message; bytes that are no UTF-8 are read with replacement characters.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    text: Cow<'a, str>,
}

impl<'a> Message<'a> {
    /// Reads one message, with or without the empty line at its end.
    ///
    /// # Errors
    /// Nothing in it looks like `Key: value`, or it is absurdly long.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Reject> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Reject::TooLong { bytes: bytes.len(), limit: MAX_MESSAGE_BYTES });
        }
        let message = Self { text: String::from_utf8_lossy(bytes) };
        if message.fields().next().is_none() {
            return Err(Reject::NotAMessage { text: glance(bytes) });
        }
        Ok(message)
    }

    /// Keys and values in their order; a key may come more than once.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.lines().filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            Some((key, value.strip_prefix(' ').unwrap_or(value)))
        })
    }

    /// The first value of a key, as it was sent.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// The first value of a key, unless empty.
    #[must_use]
    pub fn filled(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|value| !value.is_empty())
    }

    /// The first value of a key that an event writes with C escapes, such as caller names.
    #[must_use]
    pub fn unescaped(&self, key: &str) -> Option<String> {
        self.get(key).map(unescape)
    }

    /// A whole number; none where it is missing or something else.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        self.get(key)?.trim().parse().ok()
    }

    /// The name of an event.
    #[must_use]
    pub fn event(&self) -> Option<&str> {
        self.get("Event")
    }

    /// The PBX's own time of the event, where `timestampevents` is on.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        let (seconds, fraction) = self.get("Timestamp")?.split_once('.')?;
        let seconds: i64 = seconds.parse().ok()?;
        let ms = fraction.bytes().chain(*b"000").take(3).try_fold(0, |ms, b| b.is_ascii_digit().then(|| ms * 10 + i64::from(b - b'0')))?;
        Some(Timestamp::from_millis(seconds.checked_mul(1_000)?.checked_add(ms)?))
    }
}

/// Undoes C escapes; an unknown one stays as it is.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('a') => plain.push('\u{7}'),
            Some('b') => plain.push('\u{8}'),
            Some('f') => plain.push('\u{c}'),
            Some('v') => plain.push('\u{b}'),
            Some(c @ ('\\' | '\'' | '"' | '?')) => plain.push(c),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_hold_colons_repeat_and_may_be_no_utf_8() {
        let m = Message::parse(b"Event: Thing\r\nName: BIG: small | \xe9\r\nVar: a=1\r\nVar: b=2\r\nEmpty:\r\n\r\n").unwrap();
        assert_eq!(m.event(), Some("Thing"));
        assert_eq!(m.get("name"), Some("BIG: small | \u{fffd}"));
        assert_eq!(m.fields().filter(|(k, _)| *k == "Var").map(|(_, v)| v).collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!((m.get("Empty"), m.filled("Empty"), m.get("None")), (Some(""), None, None));
    }

    #[test]
    fn escapes_are_undone_where_events_write_them() {
        let m = Message::parse(br"CallerIDName: D\'Arcy \\ \x").unwrap();
        assert_eq!(m.unescaped("CallerIDName").unwrap(), r"D'Arcy \ \x");
    }

    #[test]
    fn times_have_microseconds_and_nonsense_has_none() {
        let at = |line: &str| Message::parse(line.as_bytes()).unwrap().at().map(Timestamp::as_millis);
        assert_eq!(at("Timestamp: 1700000000.123987"), Some(1_700_000_000_123));
        assert_eq!(at("Timestamp: 1700000000.1"), Some(1_700_000_000_100));
        assert_eq!(at("Timestamp: soon"), None);
        assert_eq!(at("Timestamp: 99999999999999999999.0"), None);
    }

    #[test]
    fn what_is_no_message_says_so() {
        assert!(matches!(Message::parse(b"garbage"), Err(Reject::NotAMessage { .. })));
        assert!(matches!(Message::parse(&vec![b'x'; MAX_MESSAGE_BYTES + 1]), Err(Reject::TooLong { .. })));
    }
}
