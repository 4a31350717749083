//! The usual line, read in one pass: one flat object, plain strings, plain integers, every field once.
//!
//! Whatever is not usual (an escape, a nested value, a fraction, a field twice, broken JSON) is given back unread,
//! and the careful path decides. So this file needs to be right only about what it accepts.

use super::Text;
use super::parse::Fields;

/// Integers of so many digits fit in 64 bits whatever they are.
const SAFE_DIGITS: usize = 18;

/// The fields of a usual line; `None` says nothing about the line but that it is not usual.
pub(super) fn fields(text: &str) -> Option<Fields<'_>> {
    let mut fields = Fields::default();
    let mut scan = Scan { text, bytes: text.as_bytes(), at: 0 };
    scan.eat(b'{')?;
    loop {
        scan.spaces();
        let key = scan.key()?;
        scan.spaces();
        scan.eat(b':')?;
        scan.spaces();
        scan.value(key, &mut fields)?;
        scan.spaces();
        match scan.next()? {
            b',' => {}
            b'}' => return (scan.at == text.len()).then_some(fields),
            _ => return None,
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

/// A field's name: its first eight bytes as a number, and its length.
#[derive(Clone, Copy)]
struct Key<'a> {
    word: u64,
    text: &'a str,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Eight bytes from `at` on, the first one lowest; zeros after the end.
    fn word(&self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first_chunk::<8>() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        }
    }

    /// A string without escapes.
    fn string(&mut self) -> Option<&'a str> {
        self.eat(b'"')?;
        let begin = self.at;
        loop {
            let special = special(self.word(self.at));
            if special != 0 {
                self.at += (special.trailing_zeros() / 8) as usize;
                break;
            }
            self.at += 8;
        }
        let string = self.text.get(begin..self.at)?;
        self.eat(b'"')?;
        Some(string)
    }

    fn key(&mut self) -> Option<Key<'a>> {
        let word = self.word(self.at + 1);
        let text = self.string()?;
        let word = if text.len() < 8 { word & ((1 << (8 * text.len())) - 1) } else { word };
        Some(Key { word, text })
    }

    /// An integer that a careful reader would take as one, too.
    fn integer(&mut self) -> Option<i64> {
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let (begin, first) = (self.at, self.peek()?);
        let mut value: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - begin;
        // "-0" is a float to JSON readers, "01" is nothing.
        let usual = (1..=SAFE_DIGITS).contains(&digits) && (first != b'0' || (digits == 1 && !negative));
        usual.then_some(if negative { value.wrapping_neg() } else { value })
    }

    /// Reads the value into its field; what has no field is only passed.
    fn value(&mut self, key: Key<'a>, fields: &mut Fields<'a>) -> Option<()> {
        match slot(key, fields) {
            Slot::Text(slot) => put(slot, Text::Borrowed(self.string()?)),
            Slot::Number(slot) => put(slot, self.integer()?),
            Slot::Position(slot) => put(slot, u32::try_from(self.integer()?).ok()?),
            Slot::Unknown => self.pass(),
        }
    }

    fn pass(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'-' | b'0'..=b'9' => self.integer().map(|_| ()),
            _ => {
                let rest = self.bytes.get(self.at..)?;
                let literal = ["null", "true", "false"].into_iter().find(|l| rest.starts_with(l.as_bytes()))?;
                self.at += literal.len();
                Some(())
            }
        }
    }
}

/// A field twice is an error that the careful path words.
fn put<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.is_none().then(|| *slot = Some(value))
}

enum Slot<'f, 'a> {
    Text(&'f mut Option<Text<'a>>),
    Number(&'f mut Option<i64>),
    Position(&'f mut Option<u32>),
    Unknown,
}

/// A short text as the number that its bytes make, the first one lowest.
const fn word(text: &str) -> u64 {
    let (mut word, mut rest) = (0, text.as_bytes());
    while let [before @ .., last] = rest {
        word = word << 8 | *last as u64;
        rest = before;
    }
    word
}

macro_rules! words {
    ($($name:ident = $text:literal,)+) => { $(const $name: u64 = word($text);)+ };
}

words! {
    ID = "id", AT = "at", SOURCE = "source", TYPE = "type", CALL = "call", AGENT = "agent", QUEUE = "queue", FROM = "from", TO = "to",
    REASON = "reason", STATE = "state", BY = "by", KIND = "kind", URL = "url", NAME = "name", TEAM = "team", VERSION = "version",
    FROM_AT = "from_at", TO_AT = "to_at", POSITION = "position", RING_MS = "ring_ms", SCORE = "score",
}

fn slot<'f, 'a>(key: Key<'_>, f: &'f mut Fields<'a>) -> Slot<'f, 'a> {
    if key.text.len() > 8 {
        return match key.text {
            "direction" => Slot::Text(&mut f.direction),
            "wrap_up_ms" => Slot::Number(&mut f.wrap_up_ms),
            "duration_ms" => Slot::Number(&mut f.duration_ms),
            "last_seen_at" => Slot::Text(&mut f.last_seen_at),
            _ => Slot::Unknown,
        };
    }
    Slot::Text(match key.word {
        ID => &mut f.id,
        AT => &mut f.at,
        SOURCE => &mut f.source,
        TYPE => &mut f.kind,
        CALL => &mut f.call,
        AGENT => &mut f.agent,
        QUEUE => &mut f.queue,
        FROM => &mut f.from,
        TO => &mut f.to,
        REASON => &mut f.reason,
        STATE => &mut f.state,
        BY => &mut f.by,
        KIND => &mut f.transfer,
        URL => &mut f.url,
        NAME => &mut f.name,
        TEAM => &mut f.team,
        VERSION => &mut f.version,
        FROM_AT => &mut f.from_at,
        TO_AT => &mut f.to_at,
        POSITION => return Slot::Position(&mut f.position),
        RING_MS => return Slot::Number(&mut f.ring_ms),
        SCORE => return Slot::Number(&mut f.score),
        _ => return Slot::Unknown,
    })
}

/// The high bit of each byte that ends a plain string: a quote, a backslash, a control character. Bytes above the
/// lowest one marked may be marked wrongly, as the borrow of a subtraction runs upwards; only the lowest is asked for.
const fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let marked = (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | (word.wrapping_sub(ONES * 0x20) & !word);
    marked & HIGH
}

#[cfg(test)]
mod tests;
