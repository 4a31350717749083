//! `Range` of a request (RFC 9110, 14): which bytes of a file are wanted.

use std::ops::Range;

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it: nothing was asked for, or what is not understood, which counts as nothing.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nothing,
}

/// Reads the header for a file of so many bytes. Of several ranges none is taken: players send one.
pub(crate) fn read(header: Option<&str>, size: u64) -> Wanted {
    let Some((first, last)) = header.and_then(|h| h.trim().strip_prefix("bytes=")).and_then(|r| r.split_once('-')) else { return Wanted::Whole };
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let range = match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Some(count) => size.saturating_sub(count)..size,
            None => return Wanted::Whole,
        },
        (first, "") => match number(first) {
            Some(first) => first..size,
            None => return Wanted::Whole,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Wanted::Whole,
        },
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let of_ten = |text: &str| read(Some(text), 10);
        for (text, range) in [
            ("bytes=0-", 0..10),
            ("bytes=0-0", 0..1),
            ("bytes=3-5", 3..6),
            ("bytes=9-", 9..10),
            ("bytes=5-99", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            assert_eq!(of_ten(text), Wanted::Part(range), "{text}");
        }
        for text in ["bytes=10-", "bytes=99-100", "bytes=-0"] {
            assert_eq!(of_ten(text), Wanted::Nothing, "{text}");
        }
        for text in ["bytes=5-3", "bytes=a-b", "bytes=+1-2", "bytes=-", "bytes=", "items=0-1", "bytes=0-1,3-4", "bytes=99999999999999999999-"] {
            assert_eq!(of_ten(text), Wanted::Whole, "{text}");
        }
        assert_eq!((read(None, 10), read(Some("bytes=0-"), 0)), (Wanted::Whole, Wanted::Nothing));
    }
}
