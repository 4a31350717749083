//! Measures: the business's numbers, each one SQL aggregate expression in a file of `sql/measures`.
//!
//! The head of a file says what the number means; `MEASURE(name)` in a query is replaced by the expression
//! before the query is planned, so a formula exists once for tiles, alerts, reports and people.

mod expand;
mod head;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{self, visit_expressions};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

pub(crate) use expand::expand;
pub(crate) use head::Head;

/// The generated lists of SQL texts.
pub(crate) mod texts {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// What is wrong with a measure or with its use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing has that name.
    #[error("no measure {name}{}", did_you_mean(near))]
    Unknown {
        /// The name as it was written.
        name: String,
        /// Names like it.
        near: Vec<String>,
    },
    /// `MEASURE` was called in a way that means nothing.
    #[error("MEASURE takes one name, such as MEASURE(service_level) or MEASURE(v.service_level), not {call}")]
    Call {
        /// The call as it was written.
        call: String,
    },
    /// The table of the query lacks a column that the formula needs.
    #[error("measure {name} needs the column {column}, which the query's tables lack; it works on {on}")]
    Columns {
        /// The measure.
        name: String,
        /// The column.
        column: String,
        /// The tables it works on, comma separated.
        on: String,
    },
    /// Two tables of the query have a column that the formula needs.
    #[error("measure {name} finds the column {column} in more than one table; write MEASURE(t.{name}) with the table's alias")]
    Ambiguous {
        /// The measure.
        name: String,
        /// The column.
        column: String,
    },
    /// A file of ours is not as it must be; the tests keep this from happening.
    #[error("could not read the definition {file}: {problem}")]
    Definition {
        /// The file's name.
        file: String,
        /// What is wrong.
        problem: String,
    },
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) }
}

/// Which way a number should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    None,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things.
    Count,
    /// Milliseconds.
    Ms,
    /// A part of a whole, 0 to 1, shown as per cent.
    Share,
    /// A mark on some scale.
    Score,
}

/// One measure.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Measure {
    /// Name in SQL and of its file.
    pub name: String,
    /// Title, English.
    pub title: String,
    /// Title, Chinese.
    pub title_zh: String,
    /// What it counts.
    pub unit: Unit,
    /// Which way it should go.
    pub better: Better,
    /// The formula in words.
    pub formula: String,
    /// Who defines it so.
    pub source: String,
    /// The version that brought it.
    pub since: String,
    /// Tables and views that carry its columns.
    pub on: Vec<String>,
    /// The aggregate expression.
    pub sql: String,
    /// The columns it reads.
    pub columns: BTreeSet<String>,
    #[serde(skip)]
    expr: ast::Expr,
}

/// Every measure, by name.
#[derive(Debug)]
pub struct Measures(BTreeMap<String, Measure>);

impl Measures {
    /// The measures of this build.
    ///
    /// # Errors
    /// When a file is not as it must be.
    pub fn embedded() -> Result<Self, Error> {
        texts::MEASURES.iter().map(|(name, text)| Ok(((*name).to_owned(), Measure::parse(name, text)?))).collect::<Result<_, _>>().map(Self)
    }

    /// In order of name.
    pub fn iter(&self) -> impl Iterator<Item = &Measure> {
        self.0.values()
    }

    /// The measure of that name, in any case.
    ///
    /// # Errors
    /// When there is none; the error names those like it.
    pub fn get(&self, name: &str) -> Result<&Measure, Error> {
        let lower = name.to_ascii_lowercase();
        self.0.get(&lower).ok_or_else(|| Error::Unknown { name: name.to_owned(), near: nearest(&lower, self.0.keys().map(String::as_str)) })
    }
}

impl Measure {
    fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let wrong = |problem: String| Error::Definition { file: format!("measures/{name}.sql"), problem };
        let head = Head::parse(text).map_err(wrong)?;
        let expr = Parser::new(&GenericDialect)
            .try_with_sql(head.body)
            .and_then(|mut parser| {
                let expr = parser.parse_expr()?;
                parser.expect_token(&datafusion::sql::sqlparser::tokenizer::Token::EOF)?;
                Ok(expr)
            })
            .map_err(|e| wrong(e.to_string()))?;
        let mut columns = BTreeSet::new();
        let _: ControlFlow<()> = visit_expressions(&expr, |e| {
            if let ast::Expr::Identifier(column) = e {
                columns.insert(column.value.clone());
            }
            ControlFlow::Continue(())
        });
        let value = |key| head.value(key).map(str::to_owned).map_err(wrong);
        Ok(Self {
            name: name.to_owned(),
            title: value("title")?,
            title_zh: value("title_zh")?,
            unit: match head.value("unit").map_err(wrong)? {
                "count" => Unit::Count,
                "ms" => Unit::Ms,
                "share" => Unit::Share,
                "score" => Unit::Score,
                other => return Err(wrong(format!("unit {other:?} is none of count, ms, share, score"))),
            },
            better: match head.value("better").map_err(wrong)? {
                "up" => Better::Up,
                "down" => Better::Down,
                "none" => Better::None,
                other => return Err(wrong(format!("better {other:?} is none of up, down, none"))),
            },
            formula: value("formula")?,
            source: value("source")?,
            since: value("since")?,
            on: head.value("on").map_err(wrong)?.split(',').map(|t| t.trim().to_owned()).collect(),
            sql: head.body.to_owned(),
            columns,
            expr,
        })
    }
}

impl Unit {
    /// The text form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Ms => "ms",
            Self::Share => "share",
            Self::Score => "score",
        }
    }
}

impl Better {
    /// The text form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::None => "none",
        }
    }
}

/// The names most like `name`, at most three, the nearest first.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 3;
    let limit = (name.len() / 3).max(2);
    let mut near: Vec<(usize, &str)> = names
        .map(|other| (if other.contains(name) || name.contains(other) { 1 } else { distance(name, other) }, other))
        .filter(|(d, other)| *d <= limit && !other.is_empty())
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, other)| other.to_owned()).collect()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cb, cell) in b.chars().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(ca != cb)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_works_on_tables_that_have_its_columns() {
        let measures = Measures::embedded().unwrap();
        assert!(measures.iter().count() > 30);
        for measure in measures.iter() {
            for on in &measure.on {
                let Some(table) = callboard_store::Table::by_name(on) else {
                    assert!(texts::VIEWS.iter().any(|(view, _)| view == on), "{}: {on} is no table", measure.name);
                    continue;
                };
                for column in &measure.columns {
                    assert!(table.schema().field_with_name(column).is_ok(), "{} on {on}: no column {column}", measure.name);
                }
            }
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_names_like_it() {
        let measures = Measures::embedded().unwrap();
        let error = measures.get("servicelevel").unwrap_err();
        assert_eq!(error.to_string(), "no measure servicelevel; did you mean service_level?");
        assert_eq!(measures.get("xyzzy").unwrap_err().to_string(), "no measure xyzzy");
        assert_eq!(measures.get("Service_Level").unwrap().name, "service_level");
    }

    #[test]
    fn a_distance_counts_insertions_deletions_and_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
