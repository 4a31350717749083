//! Which calls are wanted, in which order, and where a page ends: as conditions of SQL.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use callboard_admin::problem::Problem;
use callboard_domain::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// The years 1900 and 2200.
const EARLIEST_MS: i64 = -2_208_988_800_000;
const LATEST_MS: i64 = 7_258_118_400_000;
/// Fewer digits of a number's end would find half of all calls.
const LEAST_OF_END: usize = 3;

/// Which calls are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    source: Option<String>,
    queue: Option<String>,
    agent: Option<String>,
    number: Option<String>,
    direction: Option<String>,
    outcome: Option<String>,
    sort: Option<String>,
    pub(super) cursor: Option<String>,
    pub(super) limit: Option<usize>,
}

impl Wanted {
    /// What every wanted call meets, besides its time.
    ///
    /// # Errors
    /// 422 for a number's end that is too short.
    pub(super) fn conditions(&self) -> Result<Vec<String>, Problem> {
        let lists =
            [("source", &self.source), ("queue", &self.queue), ("agent", &self.agent), ("direction", &self.direction), ("outcome", &self.outcome)];
        let mut all: Vec<String> = lists.into_iter().filter_map(|(column, values)| values.as_deref().map(|values| among(column, values))).collect();
        if let Some(number) = &self.number {
            all.push(numbered(number)?);
        }
        Ok(all)
    }

    /// # Errors
    /// 422 for an order that there is not.
    pub(super) fn order(&self) -> Result<Order, Problem> {
        let Some(sort) = &self.sort else { return Ok(Order::LATEST) };
        Order::named(sort).ok_or_else(|| Problem::field("sort", "choice", "is no order of this list", "不是该列表的排序"))
    }
}

/// One of the values that stand between commas.
pub(super) fn among(column: &str, values: &str) -> String {
    let values: Vec<String> = values.split(',').map(literal).collect();
    format!("{column} IN ({})", values.join(", "))
}

/// A number in full, or its end after a star.
fn numbered(number: &str) -> Result<String, Problem> {
    let Some(end) = number.strip_prefix('*') else { return Ok(format!("(from_number = {0} OR to_number = {0})", literal(number))) };
    if end.len() < LEAST_OF_END || !end.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::field("number", "kind", "has a star and at least three digits for its end", "按尾号查询请输入 * 和至少三位数字"));
    }
    Ok(format!("(from_number LIKE '%{end}' OR to_number LIKE '%{end}')"))
}

/// An order of the list; equal ones stand by source and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    column: &'static str,
    falls: bool,
}

impl Order {
    pub(super) const LATEST: Self = Self { column: "started_at", falls: true };

    fn named(sort: &str) -> Option<Self> {
        let (falls, name) = sort.strip_prefix('-').map_or((false, sort), |name| (true, name));
        let column = ["started_at", "wait_ms", "talk_ms"].into_iter().find(|column| *column == name)?;
        Some(Self { column, falls })
    }

    fn name(self) -> String {
        format!("{}{}", if self.falls { "-" } else { "" }, self.column)
    }

    /// As `ORDER BY` has it.
    pub(super) fn written(self) -> String {
        format!("{}{}, source, call", self.column, if self.falls { " DESC" } else { "" })
    }

    fn is_by_time(self) -> bool {
        self.column == Self::LATEST.column
    }
}

/// Where a page ends: the next one begins after it.
pub(super) struct End {
    order: Order,
    value: i64,
    source: String,
    call: String,
}

impl End {
    /// The last row of a page.
    pub(super) fn of(row: &Value, order: Order) -> Option<Self> {
        let value = row.get(order.column)?;
        let value = if order.is_by_time() { value.as_str()?.parse::<Timestamp>().ok()?.as_millis() } else { value.as_i64()? };
        let text = |name: &str| row.get(name)?.as_str().map(str::to_owned);
        Some(Self { order, value, source: text("source")?, call: text("call")? })
    }

    /// # Errors
    /// 422 for what is no cursor of a list in this order.
    pub(super) fn read(text: &str, order: Order) -> Result<Self, Problem> {
        Self::parse(text)
            .filter(|end| end.order == order)
            .ok_or_else(|| Problem::field("cursor", "kind", "is not one of this list", "不是该列表的游标"))
    }

    fn parse(text: &str) -> Option<Self> {
        let (sort, value, source, call) = serde_json::from_slice::<(String, i64, String, String)>(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let end = Self { order: Order::named(&sort)?, value, source, call };
        Some(end).filter(|end| !end.order.is_by_time() || has_words(Timestamp::from_millis(end.value)))
    }

    pub(super) fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(json!([self.order.name(), self.value, self.source, self.call]).to_string())
    }

    /// The time at which it lies, where the list goes by time.
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.order.is_by_time().then(|| Timestamp::from_millis(self.value))
    }

    /// What comes after it.
    pub(super) fn condition(&self) -> String {
        let (column, beyond) = (self.order.column, if self.order.falls { '<' } else { '>' });
        let value = self.at().map_or_else(|| self.value.to_string(), instant);
        let (source, call) = (literal(&self.source), literal(&self.call));
        format!("({column} {beyond} {value} OR ({column} = {value} AND (source > {source} OR (source = {source} AND call > {call}))))")
    }
}

/// A text as a literal of SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A time as a literal of SQL.
pub(super) fn instant(at: Timestamp) -> String {
    format!("TIMESTAMP '{at}'")
}

/// Whether SQL has words for a time: its literals count nanoseconds.
pub(super) fn has_words(at: Timestamp) -> bool {
    (EARLIEST_MS..LATEST_MS).contains(&at.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_none() {
        let row = json!({ "started_at": "2025-11-18T00:00:00Z", "wait_ms": 42_000, "source": "北京 pbx", "call": "a'b" });
        for sort in ["-started_at", "started_at", "-wait_ms"] {
            let order = Order::named(sort).unwrap();
            let end = End::of(&row, order).unwrap();
            let read = End::read(&end.written(), order).unwrap();
            assert_eq!((read.value, &*read.source, &*read.call), (end.value, "北京 pbx", "a'b"));
            assert!(End::read(&end.written(), Order::named("talk_ms").unwrap()).is_err(), "{sort}");
        }
        for text in ["", "zz", "5", "5b5d", "北京"] {
            assert!(End::read(text, Order::LATEST).is_err(), "{text}");
        }
        let never = End { order: Order::LATEST, value: i64::MIN, source: String::new(), call: String::new() };
        assert!(End::read(&never.written(), Order::LATEST).is_err());
    }

    #[test]
    fn the_next_page_begins_after_the_last_row() {
        let end = End { order: Order::named("-wait_ms").unwrap(), value: 7, source: "a".into(), call: "b".into() };
        assert_eq!(end.condition(), "(wait_ms < 7 OR (wait_ms = 7 AND (source > 'a' OR (source = 'a' AND call > 'b'))))");
        assert_eq!(end.order.written(), "wait_ms DESC, source, call");
        assert_eq!(end.at(), None);
    }

    #[test]
    fn a_text_cannot_leave_its_literal() {
        assert_eq!(literal("x' OR '1'='1"), "'x'' OR ''1''=''1'");
        assert_eq!(among("queue", "a,b'"), "queue IN ('a', 'b''')");
    }

    #[test]
    fn a_number_is_in_full_or_its_end() {
        assert_eq!(numbered("13800001111").unwrap(), "(from_number = '13800001111' OR to_number = '13800001111')");
        assert_eq!(numbered("*1111").unwrap(), "(from_number LIKE '%1111' OR to_number LIKE '%1111')");
        for number in ["*", "*11", "*11%1", "*1'1"] {
            assert!(numbered(number).is_err(), "{number}");
        }
    }
}
