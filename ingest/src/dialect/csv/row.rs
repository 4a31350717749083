//! One line cut into cells, and cells read as numbers, durations and times.
//!
//! A row is one line: a quote that is not closed spoils its own line and none after it.

use callboard_domain::Timestamp;
use callboard_domain::time::{HOUR_MS, MINUTE_MS, SECOND_MS};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::mapping::Unit;
use super::{Reject, glance};

/// Cuts lines into cells.
#[derive(Debug)]
pub(super) struct Cutter {
    reader: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
}

impl Cutter {
    pub(super) fn new(separator: u8, quotes: bool) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(separator).quoting(quotes).build();
        Self { reader, text: Vec::new(), ends: Vec::new(), cells: 0 }
    }

    /// Cuts one line, without its line feed, and returns the number of its cells.
    ///
    /// # Errors
    /// When a quote is not closed or the line is not UTF-8.
    pub(super) fn cut(&mut self, line: &[u8]) -> Result<usize, Reject> {
        std::str::from_utf8(line).map_err(|e| Reject::NotUtf8 { byte: e.valid_up_to() })?;
        self.reader.reset();
        self.text.resize(line.len() + 1, 0);
        self.ends.resize(line.len() + 2, 0);
        let (mut written, mut cells) = (0, 0);
        // The line, then its line feed: what is still open after that is an open quote.
        for part in [line, b"\n"] {
            let (Some(text), Some(ends)) = (self.text.get_mut(written..), self.ends.get_mut(cells..)) else { return Err(Reject::OpenQuote) };
            let (result, _, out, found) = self.reader.read_record(part, text, ends);
            written += out;
            cells += found;
            if result == csv_core::ReadRecordResult::Record {
                self.cells = cells;
                return Ok(cells);
            }
        }
        Err(Reject::OpenQuote)
    }

    /// The cell of that index, trimmed; empty where the line has none.
    pub(super) fn cell(&self, index: usize) -> &str {
        if index >= self.cells {
            return "";
        }
        let from = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(0) };
        let to = self.ends.get(index).copied().unwrap_or(from);
        // The line was checked; cells are cut at ASCII characters, so they are UTF-8 as well.
        self.text.get(from..to).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default().trim()
    }
}

/// A duration in ms: `75`, `1:15`, `0:01:15`, `-3`.
pub(super) fn duration(text: &str, unit: Unit) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if !digits.contains(':') {
        let factor = match unit {
            Unit::S => SECOND_MS,
            Unit::Ms => 1,
            Unit::Min => MINUTE_MS,
        };
        if let Ok(whole) = digits.parse::<u32>() {
            return Some(sign * i64::from(whole) * factor);
        }
        let number: f64 = digits.parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < 1e9)?;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "below 1e9 minutes")]
        return Some(sign * (number * factor as f64).round() as i64);
    }
    let mut parts = digits.rsplit(':');
    let seconds: f64 = parts.next()?.parse().ok().filter(|s: &f64| (0.0..60.0).contains(s))?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let hours: u32 = parts.next().map_or(Ok(0), str::parse).ok()?;
    if parts.next().is_some() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below a minute")]
    let ms = (seconds * 1_000.0).round() as i64;
    Some(sign * (i64::from(hours) * HOUR_MS + i64::from(minutes) * MINUTE_MS + ms))
}

/// A local time put into its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instant {
    pub(super) at: Timestamp,
    /// It exists twice or never, because the clock was changed that night.
    pub(super) doubtful: bool,
    /// The same time of the next day, where the date came from another column and may be yesterday's.
    pub(super) next_day_at: Option<Timestamp>,
}

/// Date and time of one cell; `format` is strftime, `rfc3339`, `epoch_s` or `epoch_ms`.
pub(super) fn instant(field: &'static str, text: &str, format: &str, zone: &TimeZone) -> Result<Instant, Reject> {
    let bad = || Reject::Time { field, text: glance(text), format: format.to_owned() };
    let exact = |at: Option<Timestamp>| at.map(|at| Instant { at, doubtful: false, next_day_at: None }).ok_or_else(bad);
    match format {
        "rfc3339" => exact(text.parse().ok()),
        "epoch_ms" => exact(text.parse().ok().map(Timestamp::from_millis)),
        "epoch_s" => exact(text.parse::<i64>().ok().and_then(|s| s.checked_mul(1_000)).map(Timestamp::from_millis)),
        _ => {
            let civil = DateTime::strptime(format, text).map_err(|_| bad())?;
            let (at, doubtful) = local(civil, zone).ok_or_else(bad)?;
            Ok(Instant { at, doubtful, next_day_at: None })
        }
    }
}

/// A time of day on the date of another cell.
pub(super) fn instant_on(field: &'static str, date: Date, text: &str, format: &str, zone: &TimeZone) -> Result<Instant, Reject> {
    let bad = || Reject::Time { field, text: glance(text), format: format.to_owned() };
    let time = Time::strptime(format, text).map_err(|_| bad())?;
    let (at, doubtful) = local(date.to_datetime(time), zone).ok_or_else(bad)?;
    let next_day_at = date.tomorrow().ok().and_then(|d| local(d.to_datetime(time), zone)).map(|(at, _)| at);
    Ok(Instant { at, doubtful, next_day_at })
}

/// A date alone.
pub(super) fn date(text: &str, format: &str) -> Result<Date, Reject> {
    Date::strptime(format, text).map_err(|_| Reject::Time { field: "date", text: glance(text), format: format.to_owned() })
}

fn local(civil: DateTime, zone: &TimeZone) -> Option<(Timestamp, bool)> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let doubtful = ambiguous.is_ambiguous();
    Some((Timestamp::from_millis(ambiguous.compatible().ok()?.as_millisecond()), doubtful))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str, separator: u8) -> Vec<String> {
        let mut cutter = Cutter::new(separator, true);
        let n = cutter.cut(line.as_bytes()).unwrap();
        (0..n).map(|i| cutter.cell(i).to_owned()).collect()
    }

    #[test]
    fn lines_are_cut_at_separators_outside_quotes() {
        assert_eq!(cells("a,\"b,\"\"c\"\"\", d ,", b','), ["a", "b,\"c\"", "d", ""]);
        assert_eq!(cells("a\tb", b'\t'), ["a", "b"]);
        let mut cutter = Cutter::new(b',', true);
        assert!(matches!(cutter.cut(b"a,\"b"), Err(Reject::OpenQuote)));
        assert_eq!(cutter.cut(b"a,b").unwrap(), 2, "the next line is read as if nothing had been");
        assert_eq!(cutter.cell(5), "");
        assert!(matches!(cutter.cut(b"a,\xff"), Err(Reject::NotUtf8 { byte: 2 })));
    }

    #[test]
    fn durations_are_read_in_every_form() {
        assert_eq!(duration("75", Unit::S), Some(75_000));
        assert_eq!(duration("-57", Unit::S), Some(-57_000));
        assert_eq!(duration("1.5", Unit::Min), Some(90_000));
        assert_eq!(duration("1:15", Unit::Ms), Some(75_000));
        assert_eq!(duration("10:01:15.5", Unit::S), Some(36_075_500));
        for bad in ["", "x", "1:75", "1:2:3:4", "nan", "1e300"] {
            assert_eq!(duration(bad, Unit::S), None, "{bad}");
        }
    }

    #[test]
    fn times_are_read_in_their_zone_and_doubtful_ones_are_known() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let read = |text| instant("t", text, "%Y-%m-%d %H:%M:%S", &berlin).unwrap();
        assert_eq!(read("2025-07-01 9:00:00").at.to_string(), "2025-07-01T07:00:00.000Z");
        assert!(!read("2025-10-26 01:59:59").doubtful);
        assert!(read("2025-10-26 02:30:00").doubtful, "exists twice");
        assert!(read("2025-03-30 02:30:00").doubtful, "exists never");
        let day = date("990228", "%y%m%d").unwrap();
        let parts = instant_on("t", day, "7:02:47", "%H:%M:%S", &TimeZone::UTC).unwrap();
        assert_eq!(parts.at.to_string(), "1999-02-28T07:02:47.000Z");
        assert_eq!(parts.next_day_at.unwrap().to_string(), "1999-03-01T07:02:47.000Z");
        assert_eq!(instant("t", "1700000000", "epoch_s", &berlin).unwrap().at.to_string(), "2023-11-14T22:13:20.000Z");
        let error = instant("started_at", "tomorrow", "%Y", &berlin).unwrap_err().to_string();
        assert_eq!(error, "started_at: could not read \"tomorrow\" in the format \"%Y\"");
    }
}
