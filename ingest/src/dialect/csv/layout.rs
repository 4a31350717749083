//! A mapping made ready for one file: columns found in the header, names turned into numbers.

use std::collections::BTreeMap;

use super::mapping::{Column, Detailed, Field, Mapping, Op, Rule, Value};
use super::row::{Cutter, duration};
use super::{Error, Reject, glance};

/// Where a field's text comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    column: Option<usize>,
    value: Option<String>,
    null: Vec<String>,
    values: BTreeMap<String, String>,
    /// For a time: index of the column with its date.
    pub(super) date: Option<usize>,
    /// For a time: its own format.
    pub(super) format: Option<String>,
}

/// A rule with its columns found.
#[derive(Debug, Clone)]
pub(super) struct FoundRule {
    pub(super) reason: String,
    when: Vec<(usize, String, Op, Value)>,
}

/// Every field and rule of a mapping, ready for rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// How many cells a row must have.
    pub(super) width: Option<usize>,
    pub(super) call: Vec<usize>,
    pub(super) from: Option<Source>,
    pub(super) to: Option<Source>,
    pub(super) direction: Option<Source>,
    pub(super) queue: Option<Source>,
    pub(super) agent: Option<Source>,
    pub(super) outcome: Option<Source>,
    pub(super) started_at: Option<Source>,
    pub(super) queued_at: Option<Source>,
    pub(super) left_queue_at: Option<Source>,
    pub(super) answered_at: Option<Source>,
    pub(super) ended_at: Option<Source>,
    pub(super) menu: Option<Source>,
    pub(super) wait: Option<Source>,
    pub(super) ring: Option<Source>,
    pub(super) talk: Option<Source>,
    pub(super) wrap_up: Option<Source>,
    pub(super) rating: Option<Source>,
    pub(super) recording: Option<Source>,
    pub(super) reject: Vec<FoundRule>,
    pub(super) flag: Vec<FoundRule>,
}

impl Layout {
    /// Finds the mapping's columns; `header` are the names of the first line, none when the file has no header.
    pub(super) fn find(mapping: &Mapping, header: Option<&[String]>) -> Result<Self, Error> {
        let f = &mapping.fields;
        let date = mapping.times.date.as_ref();
        let plain = |field: &Option<Field>| field.as_ref().map(|f| source(f, header, None)).transpose();
        let time = |field: &Option<Field>| field.as_ref().map(|f| source(f, header, date)).transpose();
        let rules = |rules: &[Rule]| rules.iter().map(|r| rule(r, header)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            width: header.map(<[String]>::len),
            call: f.call.iter().map(|c| index(c, header)).collect::<Result<_, _>>()?,
            from: plain(&f.from)?,
            to: plain(&f.to)?,
            direction: plain(&f.direction)?,
            queue: plain(&f.queue)?,
            agent: plain(&f.agent)?,
            outcome: plain(&f.outcome)?,
            started_at: time(&f.started_at)?,
            queued_at: time(&f.queued_at)?,
            left_queue_at: time(&f.left_queue_at)?,
            answered_at: time(&f.answered_at)?,
            ended_at: time(&f.ended_at)?,
            menu: plain(&f.menu)?,
            wait: plain(&f.wait)?,
            ring: plain(&f.ring)?,
            talk: plain(&f.talk)?,
            wrap_up: plain(&f.wrap_up)?,
            rating: plain(&f.rating)?,
            recording: plain(&f.recording)?,
            reject: rules(&mapping.reject)?,
            flag: rules(&mapping.flag)?,
        })
    }
}

fn index(column: &Column, header: Option<&[String]>) -> Result<usize, Error> {
    match (column, header) {
        (Column::Number(0), _) => Err(Error::Column { column: "0".into(), known: "columns count from 1".into() }),
        (Column::Number(n), Some(names)) if *n > names.len() => Err(Error::Column { column: n.to_string(), known: format!("1 to {}", names.len()) }),
        (Column::Number(n), _) => Ok(n - 1),
        (Column::Name(name), Some(names)) => {
            names.iter().position(|n| n == name).ok_or_else(|| Error::Column { column: name.clone(), known: names.join(", ") })
        }
        (Column::Name(name), None) => Err(Error::Column { column: name.clone(), known: "the file has no header: use column numbers".into() }),
    }
}

fn source(field: &Field, header: Option<&[String]>, date: Option<&Column>) -> Result<Source, Error> {
    let date_index = |own: Option<&Column>| own.or(date).map(|c| index(c, header)).transpose();
    match field {
        Field::Column(column) => Ok(Source { column: Some(index(column, header)?), date: date_index(None)?, ..Source::default() }),
        Field::Detailed(Detailed { column, value, null, values, date: own, format }) => Ok(Source {
            column: column.as_ref().map(|c| index(c, header)).transpose()?,
            value: value.clone(),
            null: null.clone(),
            values: values.clone(),
            date: date_index(own.as_ref())?,
            format: format.clone(),
        }),
    }
}

fn rule(rule: &Rule, header: Option<&[String]>) -> Result<FoundRule, Error> {
    let found = rule.when.iter().map(|c| {
        let name = match &c.column {
            Column::Name(name) => name.clone(),
            Column::Number(n) => n.to_string(),
        };
        Ok((index(&c.column, header)?, name, c.op, c.value.clone()))
    });
    Ok(FoundRule { reason: rule.reason.clone(), when: found.collect::<Result<_, Error>>()? })
}

impl Source {
    /// The field's text in a row; none where the cell is empty or one of the null texts.
    pub(super) fn text<'a>(&'a self, row: &'a Cutter) -> Option<&'a str> {
        let cell = self.column.map_or("", |c| row.cell(c));
        let there = !cell.is_empty() && !self.null.iter().any(|n| n == cell);
        if there { Some(self.values.get(cell).map_or(cell, String::as_str)) } else { self.value.as_deref() }
    }
}

impl FoundRule {
    /// Whether every condition holds.
    pub(super) fn holds(&self, row: &Cutter) -> Result<bool, Reject> {
        for (column, name, op, value) in &self.when {
            if !holds(row.cell(*column), name, *op, value)? {
                return Ok(false);
            }
        }
        Ok(!self.when.is_empty())
    }
}

fn holds(cell: &str, name: &str, op: Op, value: &Value) -> Result<bool, Reject> {
    let number = |text: &str| {
        #[expect(clippy::cast_precision_loss, reason = "durations in a rule")]
        let clock = || duration(text, super::mapping::Unit::S).map(|ms| ms as f64 / 1_000.0);
        text.parse::<f64>().ok().or_else(clock).ok_or_else(|| Reject::Number { field: name.to_owned(), text: glance(text) })
    };
    let wanted = || match value {
        Value::Number(n) => Ok(*n),
        Value::Text(t) => number(t),
    };
    let same = || match value {
        Value::Text(t) => t == cell,
        Value::Number(n) => number(cell).is_ok_and(|c| (c - n).abs() < 1e-9),
    };
    Ok(match op {
        Op::Equal => same(),
        Op::Different => !same(),
        Op::Empty => cell.is_empty(),
        Op::Less => number(cell)? < wanted()?,
        Op::AtMost => number(cell)? <= wanted()?,
        Op::More => number(cell)? > wanted()?,
        Op::AtLeast => number(cell)? >= wanted()?,
    })
}
