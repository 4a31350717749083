//! `now`, `today`, `last`, `bucket`, `business_day`: time that follows the snapshot and the zone.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Int64Type, TimestampMillisecondType};
use datafusion::common::{Result, exec_err};
use jiff::tz::TimeZone;

use super::span::Span;
use super::zone::Local;
use super::{AsOf, Function, Help, utc, zone_by_name};

pub(super) fn functions(as_of: &AsOf, zone: &TimeZone) -> Vec<Function> {
    vec![now(as_of), current_date(as_of, zone), today(as_of, zone), last(as_of), bucket(zone), business_day(zone)]
}

fn instants(values: impl Iterator<Item = Result<Option<i64>>>) -> Result<ArrayRef> {
    Ok(Arc::new(values.collect::<Result<TimestampMillisecondArray>>()?.with_timezone("UTC")))
}

fn now(as_of: &AsOf) -> Function {
    let help = Help { name: "now", usage: "now()", comment: "The instant for which the answer is true." };
    let as_of = as_of.clone();
    let body = move |_: &[ArrayRef], rows: usize| {
        let at = as_of.get()?;
        instants((0..rows).map(|_| Ok(Some(at.as_millis()))))
    };
    Function::new(help, vec![vec![]], utc(), Arc::new(body)).stable().also("current_timestamp")
}

fn current_date(as_of: &AsOf, zone: &TimeZone) -> Function {
    let help = Help { name: "current_date", usage: "current_date()", comment: "The calendar day of now() in the default zone, as a date." };
    let (as_of, zone) = (as_of.clone(), zone.clone());
    let body = move |_: &[ArrayRef], rows: usize| {
        let day = Local::new(zone.clone()).business_day(as_of.get()?.as_millis(), 0)?;
        Ok(Arc::new(Date32Array::from(vec![day; rows])) as ArrayRef)
    };
    Function::new(help, vec![vec![]], DataType::Date32, Arc::new(body)).stable()
}

fn today(as_of: &AsOf, zone: &TimeZone) -> Function {
    let help = Help {
        name: "today",
        usage: "today([zone [, start_hour]])",
        comment: "The first instant of the present day in a zone; days start at midnight or at start_hour.",
    };
    let (as_of, default) = (as_of.clone(), zone.clone());
    let body = move |columns: &[ArrayRef], rows: usize| {
        let at = as_of.get()?.as_millis();
        let (zones, hours) = (Zones::new(columns.first(), &default), Hours(columns.get(1)));
        instants((0..rows).map(|i| {
            let (Some(zone), Some(hour)) = (zones.name(i), hours.at(i)?) else { return Ok(None) };
            Ok(Some(zones.local(zone)?.business_day_start(at, hour)?.as_millis()))
        }))
    };
    let forms = vec![vec![], vec![DataType::Utf8], vec![DataType::Utf8, DataType::Int64]];
    Function::new(help, forms, utc(), Arc::new(body)).stable()
}

fn last(as_of: &AsOf) -> Function {
    let help = Help {
        name: "last",
        usage: "last('15 min')",
        comment: "now() minus a length of time; units are s, min, hour, day (24 hours), week. WHERE entered_at >= last('15 min').",
    };
    let as_of = as_of.clone();
    let body = move |columns: &[ArrayRef], rows: usize| {
        let at = as_of.get()?;
        let spans = text(columns, 0)?;
        instants((0..rows).map(|i| match spans.is_null(i) {
            true => Ok(None),
            false => Ok(Some(at.as_millis() - Span::parse(spans.value(i))?.fixed_ms()?)),
        }))
    };
    Function::new(help, vec![vec![DataType::Utf8]], utc(), Arc::new(body)).stable()
}

fn bucket(zone: &TimeZone) -> Function {
    let help = Help {
        name: "bucket",
        usage: "bucket(at, '30 min' [, zone])",
        comment: "The start of the interval that holds at; intervals follow the zone's clock, a day has 23, 24 or 25 hours, weeks start on Monday.",
    };
    let default = zone.clone();
    let body = move |columns: &[ArrayRef], rows: usize| {
        let (at, spans) = (times(columns)?, text(columns, 1)?);
        let zones = Zones::new(columns.get(2), &default);
        let mut span: Option<(&str, Span)> = None;
        let mut local: Option<(Option<&str>, Local)> = None;
        instants((0..rows).map(|i| {
            let (false, false, Some(zone)) = (at.is_null(i), spans.is_null(i), zones.name(i)) else { return Ok(None) };
            let width = match span {
                Some((text, width)) if text == spans.value(i) => width,
                _ => span.insert((spans.value(i), Span::parse(spans.value(i))?)).1,
            };
            let clock = zones.cached(&mut local, zone)?;
            clock.bucket(at.value(i), width).map(Some)
        }))
    };
    let forms = vec![vec![utc(), DataType::Utf8], vec![utc(), DataType::Utf8, DataType::Utf8]];
    Function::new(help, forms, utc(), Arc::new(body))
}

fn business_day(zone: &TimeZone) -> Function {
    let help = Help {
        name: "business_day",
        usage: "business_day(at [, zone [, start_hour]])",
        comment: "The day to which an instant belongs, as a date; days start at midnight or at start_hour (0 to 23).",
    };
    let default = zone.clone();
    let body = move |columns: &[ArrayRef], rows: usize| {
        let at = times(columns)?;
        let (zones, hours) = (Zones::new(columns.get(1), &default), Hours(columns.get(2)));
        let mut local: Option<(Option<&str>, Local)> = None;
        let days = (0..rows).map(|i| {
            let (false, Some(zone), Some(hour)) = (at.is_null(i), zones.name(i), hours.at(i)?) else { return Ok(None) };
            zones.cached(&mut local, zone)?.business_day(at.value(i), hour).map(Some)
        });
        Ok(Arc::new(days.collect::<Result<Date32Array>>()?) as ArrayRef)
    };
    let forms = vec![vec![utc()], vec![utc(), DataType::Utf8], vec![utc(), DataType::Utf8, DataType::Int64]];
    Function::new(help, forms, DataType::Date32, Arc::new(body))
}

fn times(columns: &[ArrayRef]) -> Result<&TimestampMillisecondArray> {
    match columns.first().and_then(|c| c.as_primitive_opt::<TimestampMillisecondType>()) {
        Some(times) => Ok(times),
        None => exec_err!("the first argument is no time"),
    }
}

fn text(columns: &[ArrayRef], index: usize) -> Result<&StringArray> {
    match columns.get(index).and_then(|c| c.as_string_opt::<i32>()) {
        Some(text) => Ok(text),
        None => exec_err!("argument {} is no text", index + 1),
    }
}

/// The argument that names a zone, or the default where there is none.
struct Zones<'a> {
    names: Option<&'a StringArray>,
    default: &'a TimeZone,
}

impl<'a> Zones<'a> {
    fn new(column: Option<&'a ArrayRef>, default: &'a TimeZone) -> Self {
        Self { names: column.and_then(|c| c.as_string_opt::<i32>()), default }
    }

    /// `None` for a null, `Some(None)` for the default, else the name.
    #[expect(clippy::option_option, reason = "null, default and a name are three things")]
    fn name(&self, row: usize) -> Option<Option<&'a str>> {
        match self.names {
            None => Some(None),
            Some(names) if names.is_null(row) => None,
            Some(names) => Some(Some(names.value(row))),
        }
    }

    fn local(&self, name: Option<&str>) -> Result<Local> {
        Ok(Local::new(match name {
            Some(name) => zone_by_name(name)?,
            None => self.default.clone(),
        }))
    }

    /// The zone's clock, kept from row to row while the name stays.
    fn cached<'c>(&self, cache: &'c mut Option<(Option<&'a str>, Local)>, name: Option<&'a str>) -> Result<&'c mut Local> {
        let kept = match cache.take() {
            Some((of, local)) if of == name => local,
            _ => self.local(name)?,
        };
        Ok(&mut cache.insert((name, kept)).1)
    }
}

/// The argument that names the hour at which days start.
struct Hours<'a>(Option<&'a ArrayRef>);

impl Hours<'_> {
    fn at(&self, row: usize) -> Result<Option<i64>> {
        let Some(hours) = self.0.and_then(|c| c.as_primitive_opt::<Int64Type>()) else { return Ok(Some(0)) };
        let hours: &Int64Array = hours;
        if hours.is_null(row) {
            return Ok(None);
        }
        match hours.value(row) {
            hour @ 0..=23 => Ok(Some(hour)),
            other => exec_err!("a day starts at an hour from 0 to 23, not {other}"),
        }
    }
}
