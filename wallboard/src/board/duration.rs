//! A length of time as people write it in a board: `5 s`, `15 min`, `250 ms`, `1 h`.

use std::str::FromStr;

use serde::Deserialize;

/// A length of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(i64);

impl Span {
    /// From ms.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// In ms.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no length of time such as \"5 s\" or \"15 min\"");
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit_ms = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        number.parse::<i64>().ok().and_then(|n| n.checked_mul(unit_ms)).map(Self).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_with_and_without_a_space_and_nonsense_is_not() {
        for (text, ms) in [("5 s", 5_000), ("250ms", 250), ("15 min", 900_000), ("1 h", 3_600_000)] {
            assert_eq!(text.parse::<Span>().unwrap().ms(), ms, "{text}");
        }
        for text in ["", "5", "s", "-5 s", "5 days", "99999999999999999 h"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
