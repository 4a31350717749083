//! Points in time as the product stores them: UTC, whole milliseconds.
//!
//! The text form is RFC 3339 with exactly three decimals and `Z`. Parsing has a fast path for that
//! form because every event carries one; any other RFC 3339 text goes through `jiff`.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds in a second, a minute, an hour and a day of 24 hours.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds in a day of 24 hours.
pub const DAY_MS: i64 = 24 * HOUR_MS;

const SIGN: u64 = 1 << 63;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
///
/// Kept with the sign bit turned over, so that times sort as they should and one that may be missing takes no more room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NonZeroU64);

/// A text that is no RFC 3339 time.
#[derive(Debug, thiserror::Error)]
#[error("could not read {text:?} as an RFC 3339 time such as 2025-11-18T14:32:07.000Z")]
pub struct BadTimestamp {
    /// The text as it came.
    pub text: String,
}

/// Whoever knows what time it is; only `server` has one that asks the machine.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

impl Timestamp {
    /// From milliseconds since the epoch; the first instant that fits in 64 bits is taken for the second.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        match NonZeroU64::new(ms.cast_unsigned() ^ SIGN) {
            Some(bits) => Self(bits),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        (self.0.get() ^ SIGN).cast_signed()
    }

    /// `self - earlier` in ms; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.as_millis().saturating_sub(earlier.as_millis())
    }

    /// This time moved by `ms`.
    #[must_use]
    pub const fn plus(self, ms: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(ms))
    }

    /// The start of the interval of `width_ms` that holds this time, counted from the epoch.
    #[must_use]
    pub const fn floor(self, width_ms: i64) -> Self {
        Self::from_millis(self.as_millis().div_euclid(width_ms) * width_ms)
    }

    fn parse_fixed(b: &[u8]) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, b'.', f1, f2, f3, b'Z'] = b else {
            return None;
        };
        let two = |a: &u8, b: &u8| Some(i64::from(digit(*a)? * 10 + digit(*b)?));
        let year = two(y1, y2)? * 100 + two(y3, y4)?;
        let (month, day) = (two(mo1, mo2)?, two(d1, d2)?);
        let (hour, minute, second) = (two(h1, h2)?, two(mi1, mi2)?, two(s1, s2)?);
        let ms = two(f1, f2)? * 10 + i64::from(digit(*f3)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let of_day = ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
        Some(Self::from_millis(days_from_civil(year, month, day) * DAY_MS + of_day))
    }
}

impl Timestamp {
    /// The text form of a time in the years 1970 to 9998, which is what events have.
    fn fixed(self) -> Option<[u8; 24]> {
        let ms = self.as_millis();
        let (year, month, day) = civil_from_days(ms.div_euclid(DAY_MS));
        if ms < 0 || year > 9_998 {
            return None;
        }
        let of_day = ms.rem_euclid(DAY_MS);
        let (hour, minute) = (of_day / HOUR_MS, of_day / MINUTE_MS % 60);
        let (second, ms) = (of_day / SECOND_MS % 60, of_day % SECOND_MS);
        let d = |n: i64, unit: i64| b'0' + (n / unit % 10) as u8;
        Some([
            d(year, 1_000),
            d(year, 100),
            d(year, 10),
            d(year, 1),
            b'-',
            d(month, 10),
            d(month, 1),
            b'-',
            d(day, 10),
            d(day, 1),
            b'T',
            d(hour, 10),
            d(hour, 1),
            b':',
            d(minute, 10),
            d(minute, 1),
            b':',
            d(second, 10),
            d(second, 1),
            b'.',
            d(ms, 100),
            d(ms, 10),
            d(ms, 1),
            b'Z',
        ])
    }
}

const fn digit(b: u8) -> Option<u16> {
    if b.is_ascii_digit() { Some((b - b'0') as u16) } else { None }
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day counted from 1970-01-01; the other way round, from the same source.
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * shifted_month + 2) / 5 + 1, if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 });
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        if let Some(fast) = Self::parse_fixed(text.as_bytes()) {
            return Ok(fast);
        }
        text.parse::<jiff::Timestamp>()
            .map(|t| Self::from_millis(t.as_millisecond()))
            .map_err(|_| BadTimestamp { text: text.chars().take(64).collect() })
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self::from_millis(0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timestamp").field(&self.as_millis()).finish()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.fixed().as_ref().and_then(|text| std::str::from_utf8(text).ok()) {
            return f.write_str(text);
        }
        match jiff::Timestamp::from_millisecond(self.as_millis()) {
            Ok(t) => write!(f, "{t:.3}"),
            Err(_) => write!(f, "{} ms", self.as_millis()),
        }
    }
}

/// Text where people may read it, a number where only programs do.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            return s.serialize_i64(self.as_millis());
        }
        match self.fixed().as_ref().and_then(|text| std::str::from_utf8(text).ok()) {
            Some(text) => s.serialize_str(text),
            None => s.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            return i64::deserialize(d).map(Self::from_millis);
        }
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, UTC, milliseconds",
            "examples": ["2025-11-18T14:32:07.000Z"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_agrees_with_jiff_on_every_kind_of_day() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "1999-02-28T23:59:59.999Z",
            "2000-02-29T12:00:00.001Z",
            "2024-12-31T23:59:59.000Z",
            "2100-03-01T00:00:00.000Z",
        ] {
            let slow = text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            assert_eq!(Timestamp::parse_fixed(text.as_bytes()), Some(Timestamp::from_millis(slow)), "{text}");
            assert_eq!(Timestamp::from_millis(slow).to_string(), text);
        }
    }

    #[test]
    fn the_text_is_what_jiff_writes_on_every_day_of_four_centuries_and_at_both_ends() {
        let ends = [-62_135_596_800_000, -1, 0, 253_402_207_200_999, i64::MAX, i64::MIN + 1];
        for ms in (0..146_097).map(|day| day * DAY_MS + day * 86_389).chain(ends) {
            let expected = jiff::Timestamp::from_millisecond(ms).map_or_else(|_| format!("{ms} ms"), |t| format!("{t:.3}"));
            assert_eq!(Timestamp::from_millis(ms).to_string(), expected);
            assert_eq!(serde_json::to_string(&Timestamp::from_millis(ms)).unwrap(), format!("\"{expected}\""));
        }
    }

    #[test]
    fn other_rfc_3339_forms_are_read_and_nonsense_is_not() {
        let expected = Timestamp::from_millis(1_763_447_527_000);
        for text in ["2025-11-18T14:32:07+08:00", "2025-11-18T06:32:07Z", "2025-11-18T06:32:07.0001Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap(), expected, "{text}");
        }
        for text in ["", "now", "2025-02-29T00:00:00.000Z", "2025-11-18 06:32:07", "2025-13-01T00:00:00.000Z"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_sort_and_a_missing_one_takes_no_room() {
        let ms = [i64::MIN + 1, -1, 0, 1, i64::MAX];
        let times: Vec<_> = ms.map(Timestamp::from_millis).into();
        assert!(times.is_sorted());
        assert_eq!(times.iter().map(|t| t.as_millis()).collect::<Vec<_>>(), ms);
        assert_eq!(Timestamp::from_millis(i64::MIN), times[0]);
        assert_eq!(size_of::<Option<Timestamp>>(), 8);
    }

    #[test]
    fn floor_goes_down_before_the_epoch_too() {
        assert_eq!(Timestamp::from_millis(-1).floor(MINUTE_MS), Timestamp::from_millis(-MINUTE_MS));
        assert_eq!(Timestamp::from_millis(61_000).floor(MINUTE_MS), Timestamp::from_millis(60_000));
    }
}
