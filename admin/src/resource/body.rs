//! A body checked against a descriptor: only known fields that may be written, each of its kind.
//!
//! Pure: what needs the store (unique, references, dictionaries) is asked in `write`.

use callboard_domain::Timestamp;
use serde_json::Value;

use super::column::{amount, cents};
use super::{Field, Kind, Record, Resource};
use crate::problem::{FieldError, Problem};

/// Whether a row is made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A new row: what is required must be there, defaults are filled in.
    Create,
    /// Only what is there changes.
    Change,
}

/// Brings what came into the form in which it is kept, or says what is wrong with every field.
///
/// # Errors
/// Everything that is wrong at once.
pub fn check(resource: &Resource, body: Record, mode: Mode) -> Result<Record, Vec<FieldError>> {
    let (mut clean, mut errors) = (Record::new(), Vec::new());
    for (name, value) in body {
        match resource.field(&name) {
            None => errors.push(FieldError::new(name, "unknown", "there is no such field", "没有该字段")),
            Some(field) if field.readonly => errors.push(FieldError::new(name, "read_only", "cannot be written", "不可修改")),
            Some(field) if field.fixed && mode == Mode::Change => {
                errors.push(FieldError::new(name, "read_only", "cannot be changed once it is set", "设置后不可修改"));
            }
            Some(field) => match normal(field, value) {
                Ok(value) if field.required && is_empty(&value) => errors.push(required(field)),
                Ok(value) => drop(clean.insert(name, usual(field, value))),
                Err(error) => errors.push(error),
            },
        }
    }
    if mode == Mode::Create {
        for field in resource.fields.iter().filter(|f| !f.readonly || f.default.is_some()) {
            if clean.contains_key(field.name) || errors.iter().any(|e| e.field == field.name) {
                continue;
            }
            match field.default {
                Some(_) => drop(clean.insert(field.name.into(), usual(field, Value::Null))),
                None if field.required => errors.push(required(field)),
                None => {}
            }
        }
    }
    if errors.is_empty() { Ok(clean) } else { Err(errors) }
}

/// A body of a route of its own, checked against the fields that it takes.
///
/// # Errors
/// Everything that is wrong at once.
pub fn taken(fields: &[Field], body: Record) -> Result<Record, Problem> {
    let (mut clean, mut errors) = (Record::new(), Vec::new());
    for (name, value) in body {
        match fields.iter().find(|field| field.name == name) {
            None => errors.push(FieldError::new(name, "unknown", "there is no such field", "没有该字段")),
            Some(field) => match normal(field, value) {
                Ok(value) => drop(clean.insert(name, usual(field, value))),
                Err(error) => errors.push(error),
            },
        }
    }
    let empty = |field: &&Field| clean.get(field.name).is_none_or(is_empty) && errors.iter().all(|e| e.field != field.name);
    let missing: Vec<FieldError> = fields.iter().filter(|field| field.required).filter(empty).map(required).collect();
    errors.extend(missing);
    if errors.is_empty() { Ok(clean) } else { Err(Problem::invalid(errors)) }
}

/// A value, or the usual one where there is none: a column with a default is never empty.
fn usual(field: &Field, value: Value) -> Value {
    match field.default {
        Some(text) if value.is_null() => from_text(field, text).unwrap_or(Value::Null),
        _ => value,
    }
}

fn required(field: &Field) -> FieldError {
    FieldError::new(field.name, "required", format!("{} is required", field.title.en), format!("{}不能为空", field.title.zh))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// What a cell of a file, a parameter or a default means.
///
/// # Errors
/// When it is not of the field's kind.
pub fn from_text(field: &Field, text: &str) -> Result<Value, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let value = match field.kind {
        Kind::Number { .. } | Kind::Duration => text.parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from),
        Kind::Bool => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" | "是" => Value::Bool(true),
            "false" | "no" | "0" | "否" => Value::Bool(false),
            _ => Value::String(text.to_owned()),
        },
        Kind::List | Kind::Phones | Kind::Links(_) => {
            text.split([';', '；', ',', '，', '、']).map(str::trim).filter(|t| !t.is_empty()).map(Value::from).collect()
        }
        _ => Value::String(text.to_owned()),
    };
    normal(field, value)
}

/// One value in the form in which it is kept.
///
/// # Errors
/// When it is not of the field's kind.
pub fn normal(field: &Field, value: Value) -> Result<Value, FieldError> {
    if value.is_null() {
        return Ok(value);
    }
    let wrong = |en: &str, zh: &str| Err(FieldError::new(field.name, "kind", en, zh));
    match (field.kind, value) {
        (Kind::Number { least, most }, value) => match value.as_i64() {
            Some(n) if (least..=most).contains(&n) => Ok(n.into()),
            _ => wrong(&format!("must be a whole number from {least} to {most}"), &format!("须为 {least} 至 {most} 的整数")),
        },
        (Kind::Duration, value) if value.as_i64().is_some_and(|ms| ms >= 0) => Ok(value),
        (Kind::Duration, _) => wrong("must be a whole number of milliseconds", "须为整数毫秒"),
        (Kind::Bool, value) if value.is_boolean() => Ok(value),
        (Kind::Bool, _) => wrong("must be true or false", "须为是或否"),
        (Kind::Money, Value::String(text)) if cents(text.trim()).is_some() => Ok(cents(text.trim()).map(amount).into()),
        (Kind::Money, Value::Number(n)) if cents(&n.to_string()).is_some() => Ok(cents(&n.to_string()).map(amount).into()),
        (Kind::Money, _) => wrong("must be an amount such as 12.50", "须为金额, 如 12.50"),
        (Kind::Json, value) if value.is_object() || value.is_array() => {
            if value.to_string().len() > field.max {
                Err(too_long(field))
            } else {
                Ok(value)
            }
        }
        (Kind::Json, _) => wrong("must be an object or a list", "须为对象或列表"),
        (Kind::List | Kind::Phones | Kind::Links(_), Value::Array(list)) => entries(field, list),
        (Kind::List | Kind::Phones | Kind::Links(_), _) => wrong("must be a list of texts", "须为文本列表"),
        (_, Value::String(text)) => one_text(field, &text),
        _ => wrong("must be a text", "须为文本"),
    }
}

fn entries(field: &Field, list: Vec<Value>) -> Result<Value, FieldError> {
    if list.len() > field.max {
        return Err(too_long(field));
    }
    let mut kept: Vec<Value> = Vec::with_capacity(list.len());
    for entry in list {
        let Value::String(text) = entry else { return Err(FieldError::new(field.name, "kind", "must be a list of texts", "须为文本列表")) };
        let value = if matches!(field.kind, Kind::Phones) { phone(field, text.trim())? } else { line(field, text.trim(), 200)? };
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    Ok(Value::Array(kept))
}

fn one_text(field: &Field, text: &str) -> Result<Value, FieldError> {
    let wrong = |en: &str, zh: &str| Err(FieldError::new(field.name, "kind", en, zh));
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    match field.kind {
        Kind::Instant => match trimmed.parse::<Timestamp>() {
            Ok(at) => Ok(at.to_string().into()),
            Err(_) => wrong("must be a time such as 2026-03-02T01:00:00.000Z", "须为时间, 如 2026-03-02T01:00:00.000Z"),
        },
        Kind::Date => match trimmed.parse::<jiff::civil::Date>() {
            Ok(day) if trimmed.len() == 10 => Ok(day.to_string().into()),
            _ => wrong("must be a day such as 2026-03-02", "须为日期, 如 2026-03-02"),
        },
        Kind::Choice(choices) => match choices.iter().find(|c| c.value == trimmed || c.title.en == trimmed || c.title.zh == trimmed) {
            Some(choice) => Ok(choice.value.into()),
            None => {
                let values: Vec<&str> = choices.iter().map(|c| c.value).collect();
                wrong(&format!("must be one of {}", values.join(", ")), &format!("须为以下之一: {}", values.join(", ")))
            }
        },
        Kind::Phone => phone(field, trimmed),
        Kind::Email => match trimmed.split_once('@') {
            Some((name, host)) if !name.is_empty() && host.contains('.') && !trimmed.contains(char::is_whitespace) => line(field, trimmed, field.max),
            _ => wrong("must be a mail address", "须为邮箱地址"),
        },
        Kind::LongText => {
            if text.chars().count() > field.max {
                return Err(too_long(field));
            }
            if text.contains('\0') { Err(FieldError::unkept(field.name)) } else { Ok(text.into()) }
        }
        _ => line(field, trimmed, field.max),
    }
}

/// One line without control characters.
fn line(field: &Field, text: &str, max: usize) -> Result<Value, FieldError> {
    if text.chars().count() > max {
        return Err(too_long(field));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(field.name, "kind", "must be one line", "须为单行文本"));
    }
    Ok(text.into())
}

/// Digits after an optional `+`; blanks, hyphens and brackets are left out.
fn phone(field: &Field, text: &str) -> Result<Value, FieldError> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if (2..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(number.into());
    }
    Err(FieldError::new(field.name, "kind", "must be a telephone number of 2 to 20 digits", "须为 2 至 20 位的电话号码"))
}

fn too_long(field: &Field) -> FieldError {
    FieldError::new(field.name, "long", format!("may have at most {} characters or entries", field.max), format!("最多 {} 个字符或条目", field.max))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAME: Field = Field::text("name", "Name", "名称").required().max(5);

    #[test]
    fn each_kind_takes_its_own_and_says_what_is_wrong() {
        let number = Field::number("n", 0, 9, "N", "数");
        assert_eq!(normal(&number, json!(9)).unwrap(), json!(9));
        assert_eq!(normal(&number, json!(10)).unwrap_err().code, "kind");
        assert_eq!(normal(&number, json!("9")).unwrap_err().code, "kind");
        let phone = Field::new("p", Kind::Phone, "P", "号");
        assert_eq!(normal(&phone, json!("+86 138-0000-1111")).unwrap(), json!("+8613800001111"));
        assert_eq!(normal(&phone, json!("138****1111")).unwrap_err().code, "kind");
        let money = Field::new("m", Kind::Money, "M", "额");
        assert_eq!(normal(&money, json!(12.5)).unwrap(), json!("12.50"));
        let day = Field::new("d", Kind::Date, "D", "日");
        assert!(normal(&day, json!("2026-02-30")).is_err());
        assert_eq!(normal(&NAME, json!(" 王小明 ")).unwrap(), json!("王小明"));
        assert_eq!(normal(&NAME, json!("toolong")).unwrap_err().code, "long");
        assert_eq!(normal(&NAME, json!("a\nb")).unwrap_err().code, "kind");
    }

    #[test]
    fn cells_of_files_are_read_in_both_languages() {
        assert_eq!(from_text(&Field::enabled(), "否").unwrap(), json!(false));
        let list = Field::new("tags", Kind::List, "Tags", "标签");
        assert_eq!(from_text(&list, "a；b, a").unwrap(), json!(["a", "b"]));
    }
}
