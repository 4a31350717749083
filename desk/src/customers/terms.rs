//! What a customer is found by, kept as terms in one table: so a search is a range of an index, on both stores alike.

use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, IntoCondition};
use serde_json::Value;

use crate::numbers::{beginning, normal};
use callboard_admin::resource::beside::Beside;
use callboard_admin::resource::terms::Terms;
use callboard_admin::resource::{Record, Write};

/// Longer words are found by their beginning.
const LONGEST: usize = 32;
/// The most beginnings of one customer.
const MOST: usize = 64;
/// The fewest digits that are looked for within a number.
const FEWEST_DIGITS: usize = 3;
/// After every text that begins with what stands before it.
const LAST: char = '\u{10FFFF}';

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    kind: String,
    value: String,
    number: Option<i64>,
}

impl Term {
    fn new(kind: &str, value: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), value: value.into(), number: None }
    }
}

/// All terms of a customer, each once.
pub(super) fn terms(row: &Record) -> Vec<Term> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| row.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut all: Vec<Term> = beginnings(text("name")).chain(beginnings(text("company"))).take(MOST).map(|b| Term::new("word", b)).collect();
    all.extend(list("tags").map(|tag| Term::new("tag", tag)));
    all.extend(list("phones").map(normal).flat_map(|n| [Term::new("rebmun", n.chars().rev().collect::<String>()), Term::new("number", n)]));
    for (name, value) in row.get("own").and_then(Value::as_object).into_iter().flatten() {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        all.push(Term { number: value.as_i64(), ..Term::new(&format!("own.{name}"), shown) });
    }
    all.sort();
    all.dedup();
    all
}

/// The text from the beginning of each word on; in Chinese each character may begin one.
fn beginnings(text: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let starts: Vec<usize> = (0..letters.len())
        .filter(|&i| {
            let (Some(letter), before) = (letters.get(i), i.checked_sub(1).and_then(|b| letters.get(b))) else { return false };
            letter.is_alphanumeric() && (!letter.is_ascii() || before.is_none_or(|b| !b.is_ascii_alphanumeric()))
        })
        .collect();
    starts.into_iter().map(move |i| letters.iter().skip(i).take(LONGEST).collect())
}

/// A customer's terms, and its numbers once more, which no two customers share.
pub(super) fn beside(write: &Write<'_>) -> [Beside; 2] {
    const OWN: &str = "customer_id";
    let all = terms(&write.after);
    let numbers = all.iter().filter(|term| term.kind == "number").map(|term| vec![("number", term.value.as_str().into()), (OWN, write.id.into())]);
    let numbers = Beside::Own { table: "customer_numbers", own: OWN, rows: numbers.collect() };
    let rows = all.into_iter().map(|term| {
        let Term { kind, value, number } = term;
        vec![("kind", kind.into()), ("value", value.into()), ("number", number.into()), (OWN, write.id.into())]
    });
    [Beside::Own { table: "customer_terms", own: OWN, rows: rows.collect() }, numbers]
}

/// Customers with a term that is so.
fn with(what: Condition) -> Terms {
    Terms { table: "customer_terms", own: "customer_id", what }
}

fn of_kind(kind: &str, what: impl IntoCondition) -> Condition {
    Cond::all().add(Expr::col("kind").eq(kind)).add(what.into_condition())
}

/// Customers that have exactly this.
pub(super) fn exactly(kind: &str, values: impl IntoIterator<Item = String>) -> Terms {
    with(of_kind(kind, Expr::col("value").is_in(values)))
}

/// Customers with a value within bounds: numbers by size, all else by text.
pub(super) fn within(kind: &str, from: bool, bound: &str) -> Terms {
    let (column, value) = match bound.parse::<i64>() {
        Ok(number) => (Expr::col("number"), Expr::val(number)),
        Err(_) => (Expr::col("value"), Expr::val(bound)),
    };
    with(of_kind(kind, if from { column.gte(value) } else { column.lt(value) }))
}

fn begins(kind: &str, text: &str) -> Condition {
    of_kind(kind, Cond::all().add(Expr::col("value").gte(text)).add(Expr::col("value").lt(format!("{text}{LAST}"))))
}

/// Customers in whose name or company, or number, every part of the text stands; hidden numbers must be given whole.
pub(super) fn search(text: &str, sees_phones: bool) -> Vec<Terms> {
    let text = text.to_lowercase();
    text.split_whitespace()
        .take(8)
        .map(|part| {
            let mut any = Cond::any().add(begins("word", part));
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= FEWEST_DIGITS && part.chars().all(|c| c.is_ascii_digit() || "+-()".contains(c)) {
                any = if sees_phones {
                    any.add(begins("number", &beginning(part))).add(begins("rebmun", &digits.chars().rev().collect::<String>()))
                } else {
                    any.add(of_kind("number", Expr::col("value").eq(normal(part))))
                };
            }
            with(any)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_from_each_word_on() {
        assert_eq!(beginnings("王小明").collect::<Vec<_>>(), ["王小明", "小明", "明"]);
        assert_eq!(beginnings("Anna Lee-Wong").collect::<Vec<_>>(), ["anna lee-wong", "lee-wong", "wong"]);
        assert_eq!(beginnings("上海ABC公司").collect::<Vec<_>>(), ["上海abc公司", "海abc公司", "abc公司", "公司", "司"]);
        assert_eq!(beginnings("-- ").count(), 0);
    }
}
