//! Which rows of ClickHouse's tables belong to one state of history, as a condition in SQL.
//!
//! ClickHouse has no transaction over several tables. Each row carries the number of its commit; rows of a commit
//! that is under way, was given up, or were replaced by a newer version, are left out by this condition.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type, TimestampMillisecondType};
use arrow::error::ArrowError;
use serde::{Deserialize, Serialize};

use super::super::cut;
use super::ddl::{NUMBER, STREAM};
use super::link::ClickHouse;
use crate::Table;

/// The rows that one manifest means: those of one stream, or of several that were folded from parts of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// Where they are.
    pub(super) link: ClickHouse,
    pub(super) streams: Vec<Part>,
}

/// The rows of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The log that the rows were folded from.
    pub(super) stream: String,
    /// The last commit.
    pub(super) number: u64,
    /// Commits before it that were given up half-way and made anew under another number.
    pub(super) void: Vec<u64>,
    /// Rows that have older versions beside them.
    pub(super) replaced: Replaced,
}

/// By table and key, as a list of SQL literals: the last version, and the commit that brought it. Where it is negative
/// no row of the key is to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Replaced(pub(super) BTreeMap<Table, BTreeMap<String, (i64, u64)>>);

impl Visible {
    /// The rows of one stream.
    pub(super) fn of(link: ClickHouse, part: Part) -> Self {
        Self { link, streams: vec![part] }
    }

    /// The connection to ask.
    #[must_use]
    pub const fn link(&self) -> &ClickHouse {
        &self.link
    }

    /// Whether no row can be meant: nothing was committed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streams.iter().all(|part| part.number == 0)
    }

    /// The condition that a row of `table` must meet.
    #[must_use]
    pub fn filter(&self, table: Table) -> String {
        match self.streams.as_slice() {
            // No stream has committed anything.
            [] => "false".to_owned(),
            [one] => one.filter(table),
            several => {
                let each: Vec<String> = several.iter().map(|part| format!("({})", part.filter(table))).collect();
                format!("({})", each.join(" OR "))
            }
        }
    }
}

impl Part {
    /// Nothing yet.
    pub(super) const fn none(stream: String) -> Self {
        Self { stream, number: 0, void: Vec::new(), replaced: Replaced(BTreeMap::new()) }
    }

    fn filter(&self, table: Table) -> String {
        let mut out = format!("{STREAM} = {} AND {NUMBER} <= {}", text(&self.stream), self.number);
        if !self.void.is_empty() {
            let void: Vec<String> = self.void.iter().map(u64::to_string).collect();
            // Writing to a string cannot fail.
            let _ = write!(out, " AND {NUMBER} NOT IN ({})", void.join(", "));
        }
        if let Some(replaced) = self.replaced.condition(table) {
            let _ = write!(out, " AND NOT ({replaced})");
        }
        out
    }
}

impl Replaced {
    /// Notes the rows of a commit that replace stored ones or take them away. `rows` are those of one table.
    pub(super) fn note(&mut self, table: Table, rows: &RecordBatch, number: u64) -> Result<(), ArrowError> {
        let Some(versions) = cut::versions(rows)? else { return Ok(()) };
        let noted = self.0.entry(table).or_default();
        let known = !noted.is_empty();
        // A first version matters where a row was taken away and comes back.
        for (row, version) in versions.values().iter().enumerate().filter(|(_, v)| **v != 1 || known) {
            let key: Vec<String> = table.info().key.iter().map(|name| literal(rows, name, row)).collect::<Result<_, _>>()?;
            let key = key.join(", ");
            if *version == 1 && !noted.contains_key(&key) {
                continue;
            }
            let kept = noted.entry(key).or_insert((*version, number));
            if number > kept.1 || version.abs() >= kept.0.abs() {
                *kept = (*version, number);
            }
        }
        self.0.retain(|_, rows| !rows.is_empty());
        Ok(())
    }

    /// True for rows of `table` that a newer version has replaced or taken away; none when there are none. A commit has one
    /// row of a key at most, so key and commit name a row.
    pub(super) fn condition(&self, table: Table) -> Option<String> {
        let rows = self.0.get(&table).filter(|rows| !rows.is_empty())?;
        let columns = table.info().key.join(", ");
        let keys: Vec<String> = rows.keys().map(|key| format!("({key})")).collect();
        let kept = rows.iter().filter(|(_, (version, _))| *version > 0);
        let kept: Vec<String> = kept.map(|(key, (_, number))| format!("({key}, {number})")).collect();
        let mut out = format!("({columns}) IN ({})", keys.join(", "));
        if !kept.is_empty() {
            let _ = write!(out, " AND ({columns}, {NUMBER}) NOT IN ({})", kept.join(", "));
        }
        Some(out)
    }

    /// Parts it: the rows whose newer versions came with commit `number` or before, and the others.
    pub(super) fn until(&self, number: u64) -> (Self, Self) {
        let mut parts = (Self::default(), Self::default());
        for (table, rows) in &self.0 {
            for (key, kept) in rows {
                let part = if kept.1 <= number { &mut parts.0 } else { &mut parts.1 };
                part.0.entry(*table).or_default().insert(key.clone(), *kept);
            }
        }
        parts
    }
}

/// A text as SQL.
pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A time, ms since 1970, as SQL.
pub(super) fn moment(ms: i64) -> String {
    format!("fromUnixTimestamp64Milli({ms}, 'UTC')")
}

/// One cell of a key as SQL.
fn literal(rows: &RecordBatch, name: &str, row: usize) -> Result<String, ArrowError> {
    let column = rows.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("no column {name:?}")))?;
    match column.data_type() {
        DataType::Utf8 => Ok(text(column.as_string::<i32>().value(row))),
        DataType::Int64 => Ok(column.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Timestamp(..) => Ok(moment(column.as_primitive::<TimestampMillisecondType>().value(row))),
        other => Err(ArrowError::SchemaError(format!("column {name:?} of type {other} is in a key"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TableRow;
    use crate::table::Gap;
    use callboard_domain::Timestamp;

    #[test]
    fn a_condition_names_what_is_not_to_be_seen() {
        let gap = |source: &str, version| Gap {
            source: source.into(),
            from_at: Timestamp::from_millis(5),
            to_at: Timestamp::from_millis(9),
            reason: None,
            filled_at: None,
            version,
        };
        let link = ClickHouse::new(&super::super::Options::new("http://127.0.0.1:1", "log", "me")).unwrap();
        let mut part = Part { number: 7, ..Part::none("log".into()) };
        let filter = |part: &Part| Visible::of(link.clone(), part.clone()).filter(Table::Gaps);
        assert_eq!(filter(&part), "stream = 'log' AND commit_number <= 7");
        let other = Part { number: 2, ..Part::none("other".into()) };
        assert_eq!(
            Visible { link: link.clone(), streams: vec![part.clone(), other] }.filter(Table::Gaps),
            "((stream = 'log' AND commit_number <= 7) OR (stream = 'other' AND commit_number <= 2))"
        );
        part.void = vec![3, 5];
        part.replaced.note(Table::Gaps, &Gap::batch(&[gap("it's", 3), gap("a", 1), gap("it's", 2)]), 6).unwrap();
        assert_eq!(
            filter(&part),
            "stream = 'log' AND commit_number <= 7 AND commit_number NOT IN (3, 5) AND NOT \
             ((source, from_at) IN (('it\\'s', fromUnixTimestamp64Milli(5, 'UTC'))) AND \
             (source, from_at, commit_number) NOT IN (('it\\'s', fromUnixTimestamp64Milli(5, 'UTC'), 6)))"
        );
        assert_eq!(part.replaced.until(5).0, Replaced::default());
        assert_eq!(part.replaced.until(6).0, part.replaced);
        part.replaced.note(Table::Gaps, &Gap::batch(&[gap("it's", -4)]), 7).unwrap();
        assert_eq!(
            part.replaced.condition(Table::Gaps).unwrap(),
            "(source, from_at) IN (('it\\'s', fromUnixTimestamp64Milli(5, 'UTC')))",
            "nothing of it is left"
        );
        part.replaced.note(Table::Gaps, &Gap::batch(&[gap("it's", 1), gap("b", 1)]), 8).unwrap();
        let back = part.replaced.condition(Table::Gaps).unwrap();
        assert!(back.ends_with("NOT IN (('it\\'s', fromUnixTimestamp64Milli(5, 'UTC'), 8))") && !back.contains("'b'"), "{back}");
    }
}
