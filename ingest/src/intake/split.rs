//! Cutting a stream of bytes into lines.
//!
//! Empty lines are skipped but counted, `\r\n` ends a line like `\n`, and of a line that is too long only the
//! beginning is kept while the rest runs through.

use callboard_domain::event::MAX_LINE_BYTES;

use crate::log::MAX_RAW_BYTES;

/// One line without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number, from 1, empty lines counted.
    pub number: usize,
    /// Its bytes; only the beginning when it is too long.
    pub text: &'a [u8],
    /// Its whole length; more than `text` when it is too long.
    pub bytes: usize,
    /// Whether it is the last line and has no line feed.
    pub torn: bool,
}

/// The lines of text that is all at hand.
pub fn lines(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let (mut rest, mut number) = (text, 0);
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            number += 1;
            let (line, torn) = match memchr::memchr(b'\n', rest).and_then(|at| rest.split_at_checked(at)) {
                Some((line, after)) => {
                    rest = after.get(1..).unwrap_or_default();
                    (line, false)
                }
                None => (std::mem::take(&mut rest), true),
            };
            if let Some(line) = cut(number, line, torn, false) {
                return Some(line);
            }
        }
    })
}

fn cut(number: usize, line: &[u8], torn: bool, keeps_blanks: bool) -> Option<Line<'_>> {
    let text = line.strip_suffix(b"\r").unwrap_or(line);
    if !keeps_blanks && text.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let bytes = text.len();
    let text = if bytes > MAX_LINE_BYTES { text.get(..MAX_RAW_BYTES).unwrap_or(text) } else { text };
    Some(Line { number, text, bytes, torn })
}

/// Cuts bytes that arrive in pieces; holds at most one line of `MAX_LINE_BYTES`.
#[derive(Debug, Default)]
pub struct Splitter {
    held: Vec<u8>,
    /// Bytes of the present line that were let go.
    let_go: usize,
    number: usize,
    keeps_blanks: bool,
}

impl Splitter {
    /// A splitter that gives empty lines too, for text where they mean something.
    #[must_use]
    pub fn keeping_blanks() -> Self {
        Self { keeps_blanks: true, ..Self::default() }
    }

    /// Gives every line that ends in `piece`; keeps the beginning of the one that does not.
    pub fn feed(&mut self, piece: &[u8], mut each: impl FnMut(&Line<'_>)) {
        let mut rest = piece;
        while let Some((head, after)) = memchr::memchr(b'\n', rest).and_then(|at| rest.split_at_checked(at)) {
            rest = after.get(1..).unwrap_or_default();
            if self.held.is_empty() && self.let_go == 0 {
                self.number += 1;
                if let Some(line) = cut(self.number, head, false, self.keeps_blanks) {
                    each(&line);
                }
            } else {
                self.hold(head);
                self.give(false, &mut each);
            }
        }
        self.hold(rest);
    }

    /// Gives the last line when it has no line feed. The splitter can be used again, from line 1.
    pub fn finish(&mut self, mut each: impl FnMut(&Line<'_>)) {
        if !self.held.is_empty() || self.let_go > 0 {
            self.give(true, &mut each);
        }
        self.number = 0;
    }

    fn hold(&mut self, part: &[u8]) {
        // One byte more than a line may have, so that a carriage return at the limit does not make it too long.
        let room = (MAX_LINE_BYTES + 1).saturating_sub(self.held.len());
        let kept = part.get(..room).unwrap_or(part);
        self.held.extend_from_slice(kept);
        self.let_go += part.len() - kept.len();
    }

    fn give(&mut self, torn: bool, each: &mut impl FnMut(&Line<'_>)) {
        self.number += 1;
        if let Some(line) = cut(self.number, &self.held, torn, self.keeps_blanks) {
            let text = if self.let_go > 0 { line.text.get(..MAX_RAW_BYTES).unwrap_or(line.text) } else { line.text };
            each(&Line { text, bytes: line.bytes + self.let_go, ..line });
        }
        self.held.clear();
        self.let_go = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Owned = (usize, Vec<u8>, usize, bool);

    fn own(line: &Line<'_>) -> Owned {
        (line.number, line.text.to_vec(), line.bytes, line.torn)
    }

    fn fed(text: &[u8], piece: usize) -> Vec<Owned> {
        let (mut splitter, mut out) = (Splitter::default(), Vec::new());
        for part in text.chunks(piece) {
            splitter.feed(part, |l| out.push(own(l)));
        }
        splitter.finish(|l| out.push(own(l)));
        out
    }

    #[test]
    fn ends_of_lines_empty_lines_and_a_torn_end() {
        let text = b"a\r\n\n  \nbb\n\r\nccc";
        let want = vec![(1, b"a".to_vec(), 1, false), (4, b"bb".to_vec(), 2, false), (6, b"ccc".to_vec(), 3, true)];
        assert_eq!(lines(text).map(|l| own(&l)).collect::<Vec<_>>(), want);
        for piece in 1..=text.len() {
            assert_eq!(fed(text, piece), want, "pieces of {piece}");
        }
        assert_eq!(lines(b"").count(), 0);
    }

    #[test]
    fn a_huge_line_runs_through_in_little_memory() {
        let mut text = vec![b'x'; 10_000_000];
        text.extend_from_slice(b"\nnext\n");
        let mut splitter = Splitter::default();
        let mut out = Vec::new();
        for part in text.chunks(8_192) {
            splitter.feed(part, |l| out.push(own(l)));
            assert!(splitter.held.capacity() <= 2 * (MAX_LINE_BYTES + 1));
        }
        assert_eq!(out.len(), 2);
        assert_eq!((out[0].1.len(), out[0].2), (MAX_RAW_BYTES, 10_000_000));
        assert_eq!(out[1], (2, b"next".to_vec(), 4, false));
        assert_eq!(lines(&text).map(|l| own(&l)).collect::<Vec<_>>(), out);
    }

    #[test]
    fn a_line_at_the_limit_is_whole_and_one_byte_more_is_not() {
        for (len, end, whole) in [(MAX_LINE_BYTES, "\r\n", true), (MAX_LINE_BYTES, "\n", true), (MAX_LINE_BYTES + 1, "\n", false)] {
            let text = [vec![b'y'; len], end.as_bytes().to_vec()].concat();
            for got in [fed(&text, 1_000), fed(&text, text.len())] {
                assert_eq!((got.len(), got[0].2, got[0].1.len() == len), (1, len, whole), "{len} {end:?}");
            }
        }
    }
}
