//! A message as Asterisk's voicemail writes it beside the sound: `msgNNNN.txt` in the spool.

use std::fmt;

/// The longest file that is read; Asterisk's have some hundred bytes.
pub const MOST_BYTES: u64 = 64 * 1024;
/// The latest time that is believed: the year 2200, in seconds.
const LATEST_S: i64 = 7_258_118_400;
/// The longest message that is believed, in seconds: a day.
const LONGEST_S: i64 = 86_400;

/// What is told of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Asterisk's own id; older versions write none.
    pub id: Option<String>,
    /// The mailbox that was dialled.
    pub mailbox: String,
    /// The caller's number, where one was sent.
    pub from_number: Option<String>,
    /// The caller's name, where one was sent.
    pub from_name: Option<String>,
    /// When it was left, ms since 1970.
    pub left_at_ms: i64,
    /// How long it is, ms; 0 where it is not told.
    pub length_ms: i64,
}

/// Why a file is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Longer than any message's.
    Long,
    /// No text of UTF-8.
    Text,
    /// It lacks the section `[message]`.
    Section,
    /// It lacks this entry: not written to its end.
    Missing(&'static str),
    /// This entry is not what it must be.
    Value(&'static str, String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long => write!(f, "it is longer than {MOST_BYTES} bytes"),
            Self::Text => f.write_str("it is no text of UTF-8"),
            Self::Section => f.write_str("it lacks the section [message]"),
            Self::Missing(name) => write!(f, "it lacks {name}"),
            Self::Value(name, value) => write!(f, "{name} cannot be {value:?}"),
        }
    }
}

impl Message {
    /// Reads a file of at most `MOST_BYTES`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, Wrong> {
        let text = std::str::from_utf8(bytes).map_err(|_| Wrong::Text)?;
        let mut lines = text.lines().map(str::trim);
        if !lines.by_ref().any(|line| line == "[message]") {
            return Err(Wrong::Section);
        }
        // Up to the next section; what Asterisk appends to later, such as flag, may stand twice: the last counts.
        let entries: Vec<(&str, &str)> = lines.take_while(|l| !l.starts_with('[')).filter(|l| !l.starts_with(';')).filter_map(entry).collect();
        let value = |name: &str| entries.iter().rev().find(|(n, v)| *n == name && !v.is_empty()).map(|(_, v)| *v);
        let number = |name: &'static str, most: i64| match value(name) {
            None => Ok(None),
            Some(text) => match text.parse::<i64>() {
                Ok(n) if (0..=most).contains(&n) => Ok(Some(n)),
                _ => Err(Wrong::Value(name, text.to_owned())),
            },
        };
        let mailbox = value("origmailbox").ok_or(Wrong::Missing("origmailbox"))?;
        let left_at_s = number("origtime", LATEST_S)?.ok_or(Wrong::Missing("origtime"))?;
        let (from_name, from_number) = caller(value("callerid").unwrap_or_default());
        Ok(Self {
            id: value("msg_id").map(str::to_owned),
            mailbox: mailbox.to_owned(),
            from_number,
            from_name,
            left_at_ms: left_at_s * 1_000,
            length_ms: number("duration", LONGEST_S)?.unwrap_or_default() * 1_000,
        })
    }

    /// What tells it from every other message of its mailbox, wherever Asterisk moves it.
    #[must_use]
    pub fn key(&self) -> String {
        // Not its length: it grows while the caller speaks.
        let made = || format!("{}-{}", self.left_at_ms, self.from_number.as_deref().unwrap_or("unknown"));
        self.id.clone().unwrap_or_else(made)
    }
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    Some((name.trim(), value.trim()))
}

/// Name and number of `"Li Na" <13800001111>`, `Li Na <1001>`, `<1001>`, `13800001111` or a name alone; Asterisk writes `Unknown` for nobody.
fn caller(text: &str) -> (Option<String>, Option<String>) {
    let some = |text: &str| {
        let text = text.trim().trim_matches('"').trim();
        (!text.is_empty() && !matches!(text.to_ascii_lowercase().as_str(), "unknown" | "anonymous" | "asterisk")).then(|| text.to_owned())
    };
    let number = |text: &str| some(text).filter(|n| is_number(n));
    match text.rsplit_once('<') {
        Some((name, rest)) => (some(name), number(rest.trim_end().trim_end_matches('>'))),
        None if is_number(text.trim()) => (None, some(text)),
        None => (some(text), None),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.len() <= 32 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#')
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = ";\n; Message Information file\n;\n[message]\norigmailbox=1000\ncontext=macro-vm\nmacrocontext=\nexten=s-NOANSWER\n\
        rdnis=unknown\npriority=2\ncallerchan=SIP/trunk-00000a1f\ncallerid=\"Li Na\" <13800001111>\norigdate=Mon Mar  2 01:05:12 AM UTC 2026\n\
        origtime=1772413512\ncategory=\nmsg_id=1772413512-00000042\nflag=\nduration=17\n";

    #[test]
    fn a_message_is_read_as_asterisk_writes_it() {
        let read = Message::read(WHOLE.as_bytes()).unwrap();
        let expected = Message {
            id: Some("1772413512-00000042".into()),
            mailbox: "1000".into(),
            from_number: Some("13800001111".into()),
            from_name: Some("Li Na".into()),
            left_at_ms: 1_772_413_512_000,
            length_ms: 17_000,
        };
        assert_eq!((read.key(), &read), ("1772413512-00000042".into(), &expected));
        // Written on Windows, by a version without ids, while the caller still speaks.
        let old = WHOLE.replace("msg_id=1772413512-00000042\n", "").replace("duration=17\n", "").replace('\n', "\r\n");
        let old = Message::read(old.as_bytes()).unwrap();
        assert_eq!((old.key().as_str(), old.length_ms), ("1772413512000-13800001111", 0));
    }

    #[test]
    fn callers_come_in_many_forms() {
        for (text, name, number) in [
            ("\"Li Na\" <13800001111>", Some("Li Na"), Some("13800001111")),
            ("Li Na <+8613800001111>", Some("Li Na"), Some("+8613800001111")),
            ("\"\" <1001>", None, Some("1001")),
            ("<1001>", None, Some("1001")),
            ("13800001111", None, Some("13800001111")),
            ("\"a < b\" <1001>", Some("a < b"), Some("1001")),
            ("\"Li Na\" <sip:x@y>", Some("Li Na"), None),
            ("Unknown", None, None),
            ("\"Anonymous\" <anonymous>", None, None),
            ("", None, None),
            ("<<>>", Some("<"), None),
        ] {
            assert_eq!(caller(text), (name.map(str::to_owned), number.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn a_broken_file_says_what_is_wrong_with_it() {
        let wrong = |text: &str| Message::read(text.as_bytes()).unwrap_err();
        let without = |line: &str| WHOLE.lines().filter(|l| !l.starts_with(line)).collect::<Vec<_>>().join("\n");
        assert_eq!(wrong(""), Wrong::Section);
        assert_eq!(wrong("origmailbox=1000\norigtime=1"), Wrong::Section);
        assert_eq!(wrong(&without("origmailbox")), Wrong::Missing("origmailbox"));
        assert_eq!(wrong(&without("origtime")), Wrong::Missing("origtime"));
        assert_eq!(wrong("[message]\n[other]\norigmailbox=1000\norigtime=1"), Wrong::Missing("origmailbox"), "another section's");
        for (name, value) in [("origtime", "soon"), ("origtime", "-1"), ("origtime", "99999999999999"), ("duration", "1e9"), ("duration", "90000")] {
            let text = WHOLE.lines().map(|l| if l.starts_with(name) { format!("{name}={value}") } else { l.to_owned() }).collect::<Vec<_>>();
            assert_eq!(wrong(&text.join("\n")), Wrong::Value(name, value.into()));
        }
        assert_eq!(Message::read(b"[message]\norigmailbox=\xff").unwrap_err(), Wrong::Text);
        // Cut at any place it is read or refused, and never more.
        for end in 0..WHOLE.len() {
            let _ = Message::read(&WHOLE.as_bytes()[..end]);
        }
    }
}
