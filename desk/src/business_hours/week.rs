//! A week of hours: spans by the wall clock, half open; one that ends before it begins runs past midnight.

use jiff::civil::{Time, Weekday};
use serde_json::Value;

/// The most spans.
const MOST: usize = 50;
type Wrong = (&'static str, &'static str);

/// From a time of day to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: Time,
    /// `24:00` is none: to the end of the day.
    to: Option<Time>,
}

/// Spans of a week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week {
    spans: Vec<(Vec<i8>, Span)>,
}

/// What kind of day it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// One of the week.
    Usual,
    /// A holiday.
    Closed,
    /// Worked at these hours, whatever the weekday.
    Working(Vec<Span>),
}

impl Span {
    fn read(value: &Value) -> Result<Self, Wrong> {
        const WRONG: Wrong = ("needs from and to such as 09:00 and 18:00", "须有 from 与 to, 如 09:00 与 18:00");
        let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|t| t.len() == 5).ok_or(WRONG);
        let time = |text: &str| Time::strptime("%H:%M", text).map_err(|_| WRONG);
        let to = text("to")?;
        let span = Self { from: time(text("from")?)?, to: if to == "24:00" { None } else { Some(time(to)?) } };
        if span.to == Some(span.from) { Err(WRONG) } else { Ok(span) }
    }

    /// A list of spans.
    ///
    /// # Errors
    /// What is wrong, in English and Chinese.
    pub fn read_all(value: &Value) -> Result<Vec<Self>, Wrong> {
        let list = value.as_array().filter(|l| l.len() <= MOST).ok_or(("must be a list of hours", "须为时间段列表"))?;
        list.iter().map(Self::read).collect()
    }

    /// Whether it runs past midnight.
    fn wraps(self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }

    /// Whether it holds at a time of the day on which it begins, or of the day after.
    fn holds(self, time: Time, day_after: bool) -> bool {
        match (day_after, self.to) {
            (true, Some(to)) => self.wraps() && time < to,
            (true, None) => false,
            (false, Some(to)) => time >= self.from && (self.wraps() || time < to),
            (false, None) => time >= self.from,
        }
    }
}

impl Week {
    /// A list of spans with their days, Monday is 1.
    ///
    /// # Errors
    /// What is wrong, in English and Chinese.
    pub fn read(value: &Value) -> Result<Self, Wrong> {
        let list = value.as_array().filter(|l| l.len() <= MOST).ok_or(("must be a list of hours with their days", "须为含星期的时间段列表"))?;
        let mut spans = Vec::new();
        for entry in list {
            let days = entry.get("days").and_then(Value::as_array).ok_or(("needs days from 1 to 7", "须有 days, 取值 1 至 7"))?;
            let days: Option<Vec<i8>> = days.iter().map(|d| d.as_i64().and_then(|d| i8::try_from(d).ok()).filter(|d| (1..=7).contains(d))).collect();
            let days = days.filter(|d| !d.is_empty()).ok_or(("days run from 1 (Monday) to 7", "days 取值为 1（周一）至 7"))?;
            spans.push((days, Span::read(entry)?));
        }
        Ok(Self { spans })
    }

    /// Whether somebody answers. What began the evening before a holiday runs to its end.
    #[must_use]
    pub fn is_open(&self, weekday: Weekday, time: Time, day: &Day) -> bool {
        let (today, yesterday) = (weekday.to_monday_one_offset(), weekday.previous().to_monday_one_offset());
        let late = self.spans.iter().any(|(days, span)| days.contains(&yesterday) && span.holds(time, true));
        late || match day {
            Day::Closed => false,
            Day::Working(spans) => spans.iter().any(|span| span.holds(time, false)),
            Day::Usual => self.spans.iter().any(|(days, span)| days.contains(&today) && span.holds(time, false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use serde_json::json;

    use super::*;

    #[test]
    fn hours_are_half_open_and_may_run_past_midnight() {
        let week =
            Week::read(&json!([{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00"}, {"days": [6], "from": "22:00", "to": "02:00"}])).unwrap();
        let open = |day, hour, minute| week.is_open(day, time(hour, minute, 0, 0), &Day::Usual);
        assert!(open(Weekday::Monday, 9, 0) && open(Weekday::Friday, 17, 59) && open(Weekday::Saturday, 23, 0) && open(Weekday::Sunday, 1, 59));
        assert!(!open(Weekday::Monday, 18, 0) && !open(Weekday::Monday, 8, 59) && !open(Weekday::Sunday, 2, 0) && !open(Weekday::Saturday, 1, 0));
        assert!(!week.is_open(Weekday::Monday, time(10, 0, 0, 0), &Day::Closed));
        let half = Span::read_all(&json!([{"from": "09:00", "to": "24:00"}])).unwrap();
        assert!(week.is_open(Weekday::Sunday, time(23, 59, 0, 0), &Day::Working(half)));
    }

    #[test]
    fn what_is_no_week_is_refused() {
        for bad in [
            json!({}),
            json!([{"days": [0], "from": "09:00", "to": "10:00"}]),
            json!([{"days": [1], "from": "9:00", "to": "10:00"}]),
            json!([{"days": [1], "from": "10:00", "to": "10:00"}]),
            json!([{"from": "09:00", "to": "10:00"}]),
        ] {
            assert!(Week::read(&bad).is_err(), "{bad}");
        }
    }
}
