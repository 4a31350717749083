//! Between JSON and columns: one place knows how each kind is kept.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Expr, Value as Sql};
use sea_orm::{DbErr, QueryResult};
use serde_json::Value;

use super::{Field, Kind, Record, Resource};

/// What every row has besides its fields.
pub const COMMON: [&str; 4] = ["id", "version", "created_at", "updated_at"];

/// The value for a column; `json` has been checked.
#[must_use]
pub fn bind(kind: Kind, json: &Value) -> Sql {
    match kind {
        Kind::Number { .. } | Kind::Duration => Sql::BigInt(json.as_i64()),
        Kind::Bool => Sql::Bool(json.as_bool()),
        Kind::Money => Sql::BigInt(json.as_str().and_then(cents)),
        Kind::Instant => Sql::BigInt(json.as_str().and_then(|t| t.parse::<Timestamp>().ok()).map(Timestamp::as_millis)),
        Kind::List | Kind::Phones | Kind::Json => Sql::String((!json.is_null()).then(|| json.to_string())),
        Kind::Text
        | Kind::LongText
        | Kind::Date
        | Kind::Choice(_)
        | Kind::Dictionary(_)
        | Kind::Reference(_)
        | Kind::Phone
        | Kind::Email
        | Kind::Links(_) => Sql::String(json.as_str().map(str::to_owned)),
    }
}

/// Smaller than any value, for rows that have none: both stores then sort them alike.
#[must_use]
pub fn least(kind: Kind) -> Expr {
    match kind {
        Kind::Number { .. } | Kind::Duration | Kind::Money | Kind::Instant => Expr::val(i64::MIN),
        Kind::Bool => Expr::val(false),
        _ => Expr::val(""),
    }
}

/// Reads a row: the common columns and every column of the resource.
///
/// # Errors
/// When the table is not what the descriptor says.
pub fn read(resource: &Resource, row: &QueryResult) -> Result<Record, DbErr> {
    let mut record = Record::new();
    record.insert("id".into(), row.try_get::<String>("", "id")?.into());
    record.insert("version".into(), row.try_get::<i64>("", "version")?.into());
    for field in resource.columns() {
        record.insert(field.name.into(), cell(field, row)?);
    }
    for name in ["created_at", "updated_at"] {
        record.insert(name.into(), instant(row.try_get::<i64>("", name)?));
    }
    Ok(record)
}

fn cell(field: &Field, row: &QueryResult) -> Result<Value, DbErr> {
    let text = || row.try_get::<Option<String>>("", field.name);
    let number = || row.try_get::<Option<i64>>("", field.name);
    Ok(match field.kind {
        Kind::Number { .. } | Kind::Duration => number()?.into(),
        Kind::Bool => row.try_get::<Option<bool>>("", field.name)?.into(),
        Kind::Money => number()?.map(amount).into(),
        Kind::Instant => number()?.map_or(Value::Null, instant),
        Kind::List | Kind::Phones => text()?.map_or_else(|| Value::Array(Vec::new()), parse),
        Kind::Json => text()?.map_or(Value::Null, parse),
        _ => text()?.into(),
    })
}

fn parse(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// Milliseconds since the epoch as the API writes them.
#[must_use]
pub fn instant(ms: i64) -> Value {
    Timestamp::from_millis(ms).to_string().into()
}

/// Hundredths as text with two decimals.
#[must_use]
pub fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// An amount in hundredths, from text such as `12`, `12.5` or `-0.05`.
#[must_use]
pub fn cents(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || part.len() > 2 || !plain(whole) || !plain(part) {
        return None;
    }
    let part: i64 = if part.is_empty() { 0 } else { format!("{part:0<2}").parse().ok()? };
    Some(sign * (whole.parse::<i64>().ok()? * 100 + part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_hundredths() {
        for (text, value) in [("12", 1_200), ("12.5", 1_250), ("-0.05", -5), ("0.10", 10)] {
            assert_eq!(cents(text), Some(value), "{text}");
            assert_eq!(cents(&amount(value)), Some(value));
        }
        assert_eq!(amount(-5), "-0.05");
        for bad in ["", ".5", "1.234", "1e3", "9999999999999999", "1,5"] {
            assert_eq!(cents(bad), None, "{bad}");
        }
    }
}
