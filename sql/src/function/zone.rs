//! Calendar arithmetic in one zone over many instants, with the zone's offset looked up once per stretch.

use callboard_domain::Timestamp;
use callboard_domain::time::HOUR_MS;
use datafusion::common::{DataFusionError, Result};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::span::Span;

/// A zone and the stretch of time around the last instant asked about, in which its offset does not change.
#[derive(Debug)]
pub(super) struct Local {
    zone: TimeZone,
    from_ms: i64,
    to_ms: i64,
    offset_ms: i64,
    /// The last bucket by the calendar: its width, start and end. Rows are sorted by time, so the next is often the same.
    last: Option<(Span, i64, i64)>,
}

fn out_of_range(ms: i64) -> DataFusionError {
    DataFusionError::Execution(format!("{ms} ms since 1970 is no time that a calendar knows"))
}

fn instant(ms: i64) -> Result<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(ms).map_err(|_| out_of_range(ms))
}

impl Local {
    pub(super) const fn new(zone: TimeZone) -> Self {
        Self { zone, from_ms: 0, to_ms: 0, offset_ms: 0, last: None }
    }

    /// Makes `self` cover `ms`.
    fn cover(&mut self, ms: i64) -> Result<()> {
        if (self.from_ms..self.to_ms).contains(&ms) {
            return Ok(());
        }
        let at = instant(ms)?;
        // `preceding` is strict: ask from one ms later, so that a change at this very instant counts.
        let after = instant(ms.saturating_add(1)).unwrap_or(at);
        self.from_ms = self.zone.preceding(after).next().map_or(i64::MIN, |t| t.timestamp().as_millisecond());
        self.to_ms = self.zone.following(at).next().map_or(i64::MAX, |t| t.timestamp().as_millisecond());
        self.offset_ms = i64::from(self.zone.to_offset(at).seconds()) * 1_000;
        Ok(())
    }

    fn date(&mut self, ms: i64) -> Result<Date> {
        self.cover(ms)?;
        let days = (ms + self.offset_ms).div_euclid(24 * HOUR_MS);
        date_of(days)
    }

    /// The first instant of a calendar day.
    fn day_start(&self, date: Date) -> Result<i64> {
        date.to_zoned(self.zone.clone()).map(|z| z.timestamp().as_millisecond()).map_err(|e| DataFusionError::Execution(e.to_string()))
    }

    /// The business day of `ms`, as days since 1970, when days start at `start_hour`.
    pub(super) fn business_day(&mut self, ms: i64, start_hour: i64) -> Result<i32> {
        self.cover(ms)?;
        let days = (ms + self.offset_ms - start_hour * HOUR_MS).div_euclid(24 * HOUR_MS);
        i32::try_from(days).map_err(|_| out_of_range(ms))
    }

    /// The first instant of the business day of `ms`.
    pub(super) fn business_day_start(&mut self, ms: i64, start_hour: i64) -> Result<Timestamp> {
        let date = date_of(i64::from(self.business_day(ms, start_hour)?))?;
        let hour = i8::try_from(start_hour).map_err(|_| out_of_range(ms))?;
        // An hour that the change of the clock leaves out begins with the change.
        let start = date.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).map_err(|e| DataFusionError::Execution(e.to_string()))?;
        Ok(Timestamp::from_millis(start.timestamp().as_millisecond()))
    }

    /// The start of the bucket of `span` that holds `ms`. Buckets by the clock start at the local midnight's
    /// grid and end early where the clock changes; weeks start on Monday.
    pub(super) fn bucket(&mut self, ms: i64, span: Span) -> Result<i64> {
        if let Span::Clock(width) = span {
            self.cover(ms)?;
            let local = ms + self.offset_ms;
            let start = local.div_euclid(width) * width - self.offset_ms;
            return Ok(start.max(self.from_ms));
        }
        if let Some((of, start, end)) = self.last
            && of == span
            && (start..end).contains(&ms)
        {
            return Ok(start);
        }
        let (start, end) = self.calendar_bucket(ms, span)?;
        self.last = Some((span, start, end));
        Ok(start)
    }

    /// The bucket of whole days or months that holds `ms`.
    fn calendar_bucket(&mut self, ms: i64, span: Span) -> Result<(i64, i64)> {
        let date = self.date(ms)?;
        let (first, next) = match span {
            Span::Months(months) => {
                let index = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
                let first = index.div_euclid(months) * months;
                (month(first, ms)?, month(first + months, ms)?)
            }
            Span::Days(days) | Span::Clock(days) => {
                let day = (date.duration_since(EPOCH).as_hours()) / 24;
                // 1969-12-29 was a Monday.
                let shift = if days % 7 == 0 { 3 } else { 0 };
                let first = (day + shift).div_euclid(days) * days - shift;
                (date_of(first)?, date_of(first + days)?)
            }
        };
        Ok((self.day_start(first)?, self.day_start(next)?))
    }
}

/// The first day of a month, counted from the year 0.
fn month(index: i64, ms: i64) -> Result<Date> {
    let year = i16::try_from(index.div_euclid(12)).map_err(|_| out_of_range(ms))?;
    let month = i8::try_from(index.rem_euclid(12) + 1).map_err(|_| out_of_range(ms))?;
    Date::new(year, month, 1).map_err(|_| out_of_range(ms))
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn date_of(days: i64) -> Result<Date> {
    debug_assert_eq!(EPOCH.weekday(), Weekday::Thursday);
    EPOCH.checked_add(jiff::SignedDuration::from_hours(days.saturating_mul(24))).map_err(|_| out_of_range(days))
}

#[cfg(test)]
mod tests {
    use callboard_domain::time::{DAY_MS, MINUTE_MS};

    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millis()
    }

    fn local(name: &str) -> Local {
        Local::new(TimeZone::get(name).unwrap())
    }

    #[track_caller]
    fn bucket(zone: &str, at: &str, span: &str) -> String {
        Timestamp::from_millis(local(zone).bucket(ms(at), Span::parse(span).unwrap()).unwrap()).to_string()
    }

    #[test]
    fn zones_of_45_and_30_minutes_have_buckets_at_their_own_half_hours() {
        // 10:20 in Kathmandu (+05:45), so 10:00 is 04:15 UTC.
        assert_eq!(bucket("Asia/Kathmandu", "2025-11-18T04:35:00.000Z", "30 min"), "2025-11-18T04:15:00.000Z");
        assert_eq!(bucket("Asia/Kathmandu", "2025-11-18T04:35:00.000Z", "1 day"), "2025-11-17T18:15:00.000Z");
        assert_eq!(bucket("Asia/Kolkata", "2025-11-18T04:35:00.000Z", "1 hour"), "2025-11-18T04:30:00.000Z");
        assert_eq!(bucket("Asia/Shanghai", "2025-11-18T15:59:59.999Z", "1 day"), "2025-11-17T16:00:00.000Z");
        assert_eq!(bucket("Asia/Shanghai", "2025-11-18T16:00:00.000Z", "1 day"), "2025-11-18T16:00:00.000Z");
    }

    #[test]
    fn the_hour_that_comes_twice_has_two_buckets_and_the_day_25_hours() {
        // Berlin, 2025-10-26: 03:00 summer time becomes 02:00 at 01:00 UTC.
        assert_eq!(bucket("Europe/Berlin", "2025-10-26T00:30:00.000Z", "1 hour"), "2025-10-26T00:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-10-26T01:30:00.000Z", "1 hour"), "2025-10-26T01:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-10-26T01:30:00.000Z", "1 day"), "2025-10-25T22:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-10-26T22:59:59.999Z", "1 day"), "2025-10-25T22:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-10-26T23:00:00.000Z", "1 day"), "2025-10-26T23:00:00.000Z");
        assert_eq!(ms("2025-10-26T23:00:00.000Z") - ms("2025-10-25T22:00:00.000Z"), 25 * HOUR_MS);
    }

    #[test]
    fn the_hour_that_is_left_out_has_no_bucket_and_the_day_23_hours() {
        // Berlin, 2025-03-30: 02:00 becomes 03:00 summer time at 01:00 UTC.
        assert_eq!(bucket("Europe/Berlin", "2025-03-30T00:59:59.999Z", "1 hour"), "2025-03-30T00:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-03-30T01:00:00.000Z", "1 hour"), "2025-03-30T01:00:00.000Z");
        // The two hours from 02:00 begin with the change, not before it.
        assert_eq!(bucket("Europe/Berlin", "2025-03-30T01:30:00.000Z", "2 hours"), "2025-03-30T01:00:00.000Z");
        assert_eq!(bucket("Europe/Berlin", "2025-03-30T12:00:00.000Z", "1 day"), "2025-03-29T23:00:00.000Z");
        assert_eq!(ms("2025-03-30T22:00:00.000Z") - ms("2025-03-29T23:00:00.000Z"), 23 * HOUR_MS);
    }

    #[test]
    fn buckets_cover_both_days_of_change_without_hole_or_overlap() {
        for (zone, from, days) in [
            ("Europe/Berlin", "2025-03-29T00:00:00.000Z", 3),
            ("Europe/Berlin", "2025-10-25T00:00:00.000Z", 3),
            ("Australia/Lord_Howe", "2025-10-04T00:00:00.000Z", 3),
        ] {
            for span in ["15 min", "30 min", "1 hour", "2 hours", "6 hours", "1 day"] {
                let (mut clock, span) = (local(zone), Span::parse(span).unwrap());
                let mut last = i64::MIN;
                for step in 0..days * DAY_MS / (5 * MINUTE_MS) {
                    let at = ms(from) + step * 5 * MINUTE_MS;
                    let start = clock.bucket(at, span).unwrap();
                    assert!(start <= at && start >= last, "{zone} {at}");
                    assert_eq!(clock.bucket(start, span).unwrap(), start, "a bucket's start lies in the bucket: {zone} {span:?} {at}");
                    last = start;
                }
            }
        }
    }

    #[test]
    fn weeks_start_on_monday_and_months_on_the_first() {
        assert_eq!(bucket("UTC", "2025-11-22T12:00:00.000Z", "1 week"), "2025-11-17T00:00:00.000Z");
        assert_eq!(bucket("UTC", "1969-12-30T12:00:00.000Z", "1 week"), "1969-12-29T00:00:00.000Z");
        assert_eq!(bucket("Asia/Shanghai", "2025-11-22T12:00:00.000Z", "1 month"), "2025-10-31T16:00:00.000Z");
        assert_eq!(bucket("UTC", "2025-11-22T12:00:00.000Z", "3 months"), "2025-10-01T00:00:00.000Z");
        assert_eq!(bucket("UTC", "2025-11-22T12:00:00.000Z", "1 year"), "2025-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_business_day_may_start_at_six() {
        let mut clock = local("Asia/Shanghai");
        let day = |text: &str| i32::try_from(ms(text) / DAY_MS).unwrap();
        // 05:59 in Shanghai still belongs to the day before, 06:00 does not.
        assert_eq!(clock.business_day(ms("2025-11-17T21:59:00.000Z"), 6).unwrap(), day("2025-11-17T00:00:00.000Z"));
        assert_eq!(clock.business_day(ms("2025-11-17T22:00:00.000Z"), 6).unwrap(), day("2025-11-18T00:00:00.000Z"));
        assert_eq!(clock.business_day_start(ms("2025-11-18T03:00:00.000Z"), 6).unwrap().to_string(), "2025-11-17T22:00:00.000Z");
        let mut berlin = local("Europe/Berlin");
        assert_eq!(berlin.business_day_start(ms("2025-10-26T12:00:00.000Z"), 0).unwrap().to_string(), "2025-10-25T22:00:00.000Z");
    }
}
