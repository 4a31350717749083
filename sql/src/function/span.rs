//! Lengths of time as people write them: `15 min`, `2 hours`, `1 day`, `1 month`.

use callboard_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use datafusion::common::{Result, exec_err};

/// A length of time by the clock or by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// So many ms.
    Clock(i64),
    /// So many calendar days, which have 23, 24 or 25 hours.
    Days(i64),
    /// So many calendar months.
    Months(i64),
}

impl Span {
    /// Reads a number and a unit.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = trimmed.split_at(digits);
        let count = match number.parse::<i64>() {
            Ok(count @ 1..=1_000_000) => count,
            _ => return exec_err!("could not read {text:?} as a length of time such as '15 min', '1 hour' or '1 day'"),
        };
        Ok(match unit.trim().to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Clock(count * SECOND_MS),
            "min" | "mins" | "minute" | "minutes" => Self::Clock(count * MINUTE_MS),
            "h" | "hour" | "hours" => Self::Clock(count * HOUR_MS),
            "d" | "day" | "days" => Self::Days(count),
            "w" | "week" | "weeks" => Self::Days(count * 7),
            "month" | "months" => Self::Months(count),
            "year" | "years" => Self::Months(count * 12),
            _ => return exec_err!("could not read {text:?} as a length of time: units are s, min, hour, day, week, month, year"),
        })
    }

    /// A width in ms at whose borders, in UTC, every interval of this length begins and ends, whatever the zone: offsets are
    /// whole quarters of an hour everywhere since 1972. None for lengths below a minute.
    pub(super) const fn grain_ms(self) -> Option<i64> {
        const QUARTER_MS: i64 = 15 * MINUTE_MS;
        match self {
            Self::Clock(ms) if ms % QUARTER_MS != 0 => {
                if ms % MINUTE_MS == 0 {
                    Some(MINUTE_MS)
                } else {
                    None
                }
            }
            Self::Clock(_) | Self::Days(_) | Self::Months(_) => Some(QUARTER_MS),
        }
    }

    /// The length in ms where it needs no calendar; a day counts 24 hours.
    pub(super) fn fixed_ms(self) -> Result<i64> {
        match self {
            Self::Clock(ms) => Ok(ms),
            Self::Days(days) => Ok(days * DAY_MS),
            Self::Months(_) => exec_err!("months have no fixed length here; use days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grain_divides_every_interval() {
        let grain = |text: &str| Span::parse(text).unwrap().grain_ms();
        assert_eq!([grain("2 hours"), grain("1 month"), grain("20 min"), grain("90s")], [Some(900_000), Some(900_000), Some(60_000), None]);
    }

    #[test]
    fn lengths_are_read_with_and_without_a_blank_and_nonsense_is_not() {
        assert_eq!(Span::parse("15 min").unwrap(), Span::Clock(900_000));
        assert_eq!(Span::parse("90s").unwrap(), Span::Clock(90_000));
        assert_eq!(Span::parse(" 2 Hours ").unwrap(), Span::Clock(7_200_000));
        assert_eq!(Span::parse("1 week").unwrap(), Span::Days(7));
        assert_eq!(Span::parse("1 year").unwrap(), Span::Months(12));
        for bad in ["", "min", "0 min", "-1 min", "1 fortnight", "1.5 h", "9999999999999999999 s"] {
            assert!(Span::parse(bad).is_err(), "{bad}");
        }
    }
}
