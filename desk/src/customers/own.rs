//! Values of the fields that an organisation has defined for its customers (`customer_fields`).

use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use serde_json::Value;

use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::{Field, Kind, Record, Write, body};

/// Text of any field; only its kind and length matter.
const TEXT: Field = Field::text("own", "Own field", "自定义字段").max(200);
const NUMBER: Field = Field::number("own", -1_000_000_000_000, 1_000_000_000_000, "Own field", "自定义字段");
const DAY: Field = Field::new("own", Kind::Date, "Own field", "自定义字段");
const YES_NO: Field = Field::new("own", Kind::Bool, "Own field", "自定义字段");

/// A definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub name: String,
    pub kind: String,
    pub title_en: String,
    pub title_zh: String,
    pub dictionary_id: Option<String>,
    pub required: bool,
}

/// The definitions in use, in order.
pub(super) async fn definitions(db: &impl ConnectionTrait) -> Result<Vec<Definition>, Problem> {
    let select = Query::select()
        .columns(["name", "kind", "title_en", "title_zh", "dictionary_id", "required"])
        .from("customer_fields")
        .and_where(Expr::col("enabled").eq(true))
        .order_by("position", Order::Asc)
        .order_by("name", Order::Asc)
        .to_owned();
    let mut all = Vec::new();
    for row in db.query_all(&select).await? {
        all.push(Definition {
            name: row.try_get("", "name")?,
            kind: row.try_get("", "kind")?,
            title_en: row.try_get("", "title_en")?,
            title_zh: row.try_get("", "title_zh")?,
            dictionary_id: row.try_get("", "dictionary_id")?,
            required: row.try_get("", "required")?,
        });
    }
    Ok(all)
}

/// Checks what a write says about own fields. What it does not name stays; `null` empties; values of fields out of use are kept.
pub(super) async fn check(write: &mut Write<'_>) -> Result<(), Problem> {
    let before = write.before.as_ref().and_then(|r| r.get("own")).and_then(Value::as_object).cloned().unwrap_or_default();
    let sent = match write.after.get("own") {
        Some(Value::Object(sent)) => sent.clone(),
        Some(Value::Array(_)) => {
            write.refuse("own", "must be an object", "须为对象");
            return Ok(());
        }
        _ => Record::new(),
    };
    let known = definitions(write.tx).await?;
    let mut kept = before.clone();
    for (name, value) in sent {
        if before.get(&name) == Some(&value) {
            continue;
        }
        let Some(definition) = known.iter().find(|d| d.name == name) else {
            write.errors.push(FieldError::new(format!("own.{name}"), "unknown", "there is no such field", "没有该字段"));
            continue;
        };
        match normal(write.tx, definition, value).await? {
            Ok(Value::Null) => drop(kept.remove(&name)),
            Ok(value) => drop(kept.insert(name, value)),
            Err(error) => write.errors.push(FieldError { field: format!("own.{name}"), ..error }),
        }
    }
    for definition in known.iter().filter(|d| d.required && !kept.contains_key(&d.name)) {
        let field = format!("own.{}", definition.name);
        if !write.errors.iter().any(|e| e.field == field) {
            let (en, zh) = (format!("{} is required", definition.title_en), format!("{}不能为空", definition.title_zh));
            write.errors.push(FieldError::new(field, "required", en, zh));
        }
    }
    write.after.insert("own".into(), if kept.is_empty() { Value::Null } else { Value::Object(kept) });
    Ok(())
}

/// A value in the form in which it is kept; text, as from a file, is read as the field's kind.
async fn normal(db: &impl ConnectionTrait, definition: &Definition, value: Value) -> Result<Result<Value, FieldError>, Problem> {
    let field = match definition.kind.as_str() {
        "number" => &NUMBER,
        "date" => &DAY,
        "yes_no" => &YES_NO,
        _ => &TEXT,
    };
    let read = match &value {
        Value::String(text) => body::from_text(field, text),
        _ => body::normal(field, value),
    };
    let (Ok(Value::String(text)), Some(dictionary), "choice") = (&read, &definition.dictionary_id, definition.kind.as_str()) else { return Ok(read) };
    let option = Query::select()
        .column("value")
        .from("dictionary_options")
        .and_where(Expr::col("dictionary_id").eq(dictionary))
        .and_where(Expr::col("enabled").eq(true))
        .and_where(Expr::col("value").eq(text).or(Expr::col("title_zh").eq(text)).or(Expr::col("title_en").eq(text)))
        .limit(1)
        .to_owned();
    Ok(match db.query_one(&option).await? {
        Some(row) => Ok(row.try_get::<String>("", "value")?.into()),
        None => Err(FieldError::new("own", "missing", "is no option of the dictionary", "不是字典中的选项")),
    })
}

/// A bound of a filter as it is compared; a time counts by its day.
pub(super) fn bound(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |at| at.to_string().chars().take(10).collect())
}
