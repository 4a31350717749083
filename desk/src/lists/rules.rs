//! Rules of entries: numbers in one form, one open entry for each, and nothing that counts without approval.

use async_trait::async_trait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, IntoCondition, Query, Value as Sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use crate::numbers::{beginning, normal};
use crate::parameters;
use callboard_admin::identity::{Caller, Via};
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::Record;
use callboard_admin::resource::terms::{Filter, Terms};
use callboard_admin::resource::write::{Rules, Write};
use callboard_domain::Timestamp;

/// What an entry says: who changes it asks anew.
const SUBSTANCE: [&str; 6] = ["kind", "number", "matching", "treatment", "from_at", "until_at"];
/// Most values of one filter.
const MOST_VALUES: usize = 200;
/// After every number that begins with what stands before it.
const LAST: char = '~';

pub(super) struct ListRules;

#[async_trait]
impl Rules for ListRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        form(write);
        times(write);
        if SUBSTANCE.iter().any(|field| write.changes(field)) {
            ask(write).await?;
        }
        if SUBSTANCE.iter().any(|field| write.changes(field)) || write.changes("state") {
            let key = open_key(&write.after);
            if let Some(key) = &key {
                single(write, key).await?;
            }
            write.extra.push(("open_key", Sql::String(key)));
        }
        Ok(())
    }

    /// `in_force=true`: entries that count now. Numbers are found however they are written.
    fn filter(&self, name: &str, value: &str, caller: &Caller) -> Option<Result<Filter, FieldError>> {
        let number = || Expr::col(("lists", "number"));
        let condition = match (name, value) {
            ("in_force", "true") => in_force(caller.at),
            ("in_force", "false") => in_force(caller.at).not(),
            ("number", value) => number().is_in(written(value)).into_condition(),
            ("number.in", values) => number().is_in(values.split(',').take(MOST_VALUES).flat_map(written)).into_condition(),
            _ => return None,
        };
        Some(Ok(condition.into()))
    }

    /// Numbers by their beginning; by the whole number for those who may not see them. Else the reason.
    fn search(&self, text: &str, caller: &Caller) -> Option<Filter> {
        let dialled = text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) && text.chars().any(|c| c.is_ascii_digit());
        if !dialled {
            return None;
        }
        let number = Expr::col(("lists", "number"));
        if !caller.sees_phones() {
            return Some(number.is_in(written(text)).into_condition().into());
        }
        let start = beginning(text);
        let what = Cond::all().add(number.clone().gte(start.as_str())).add(number.lt(format!("{start}{LAST}")));
        // A beginning may be that of few or of most, and of those at the far end of the list.
        Some(vec![Terms { table: "lists", own: "id", what }].into())
    }

    async fn find(&self, tx: &DatabaseTransaction, row: &Record, now: Timestamp) -> Result<Option<Option<String>>, Problem> {
        let mut row = row.clone();
        if let Some(number) = formed(&row) {
            row.insert("number".into(), number.into());
        }
        let select = Query::select().column("id").from("lists").and_where(Expr::col("open_key").eq(key(&row))).cond_where(lasting(now)).to_owned();
        Ok(Some(tx.query_one(&select).await?.map(|row| row.try_get("", "id")).transpose()?))
    }

    /// Entries whose time is over give their keys back.
    async fn ready(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<(), Problem> {
        let free = Query::update()
            .table("lists")
            .value("open_key", Expr::val(Option::<String>::None))
            .and_where(Expr::col("open_key").is_not_null())
            .and_where(Expr::col("until_at").lte(now.as_millis()))
            .to_owned();
        tx.execute(&free).await?;
        Ok(())
    }

    fn claims(&self, after: &Record) -> Vec<String> {
        open_key(after).into_iter().collect()
    }
}

/// Entries that count at a moment.
pub(super) fn in_force(at: Timestamp) -> Condition {
    let column = |name| Expr::col(("lists", name));
    Cond::all().add(column("state").eq("approved")).add(column("from_at").lte(at.as_millis())).add(lasting(at))
}

/// Entries whose time is not over.
fn lasting(at: Timestamp) -> Condition {
    let until = Expr::col(("lists", "until_at"));
    Cond::any().add(until.clone().is_null()).add(until.gt(at.as_millis()))
}

/// A number as entries may keep it: as a whole, or as a beginning.
fn written(text: &str) -> Vec<String> {
    let (whole, start) = (normal(text), beginning(text));
    if whole == start { vec![whole] } else { vec![whole, start] }
}

fn text<'a>(row: &'a Record, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The number in the form in which it is looked up.
fn formed(row: &Record) -> Option<String> {
    let number = row.get("number").and_then(Value::as_str)?;
    Some(match text(row, "matching") {
        "prefix" | "area" => beginning(number),
        _ => normal(number),
    })
}

/// What no two open entries share.
pub(super) fn key_of(kind: &str, matching: &str, number: &str) -> String {
    format!("{kind}:{matching}:{number}")
}

fn key(row: &Record) -> String {
    let matching = Some(text(row, "matching")).filter(|m| !m.is_empty()).unwrap_or("exact");
    key_of(text(row, "kind"), matching, text(row, "number"))
}

/// The key of an entry that counts or may come to count.
fn open_key(row: &Record) -> Option<String> {
    matches!(text(row, "state"), "requested" | "approved").then(|| key(row))
}

/// Brings the number into one form; what is done with calls belongs to the black list.
fn form(write: &mut Write<'_>) {
    if write.changes("number") || write.changes("matching") {
        let number = formed(&write.after).unwrap_or_default();
        let is_area = number.starts_with('0') && (3..=4).contains(&number.len());
        match write.text("matching") {
            Some("area") if !is_area => write.refuse("number", "must be an area code such as 010 or 0571", "须为区号, 如 010 或 0571"),
            _ if number.trim_start_matches('+').len() < 2 => {
                write.refuse("number", "must have two digits besides the country's", "除国家代码外至少两位数字");
            }
            _ => drop(write.after.insert("number".into(), number.into())),
        }
    }
    match (write.text("kind"), write.text("treatment")) {
        (Some("black"), None) => drop(write.after.insert("treatment".into(), "reject".into())),
        (Some("red"), Some(_)) if write.changes("treatment") => {
            write.refuse("treatment", "is for the black list: callers of the red list are never held up", "仅用于黑名单: 红名单来电不受限制");
        }
        (Some("red"), _) => drop(write.after.insert("treatment".into(), Value::Null)),
        _ => {}
    }
}

fn times(write: &mut Write<'_>) {
    if write.text("from_at").is_none() {
        write.after.insert("from_at".into(), write.admin.now().to_string().into());
    }
    // Times are kept in one form: text compares as time does.
    let until = write.text("until_at").map(str::to_owned);
    if let Some(until) = until.filter(|_| write.changes("until_at") || write.changes("from_at")) {
        if write.text("from_at").is_some_and(|from| until.as_str() <= from) {
            write.refuse("until_at", "must be after its beginning", "须晚于生效时间");
        } else if until <= write.admin.now().to_string() && write.caller.via != Via::Server {
            write.refuse("until_at", "must lie ahead", "须晚于现在");
        }
    }
}

/// Whoever writes what an entry says asks for it; where lists need no approval it counts at once.
async fn ask(write: &mut Write<'_>) -> Result<(), Problem> {
    let waits = parameters::current(write.tx).await?.lists_approval;
    let me = write.caller.user_id.clone().map_or(Value::Null, Value::String);
    let at = if waits { Value::Null } else { write.admin.now().to_string().into() };
    let state = if waits { "requested" } else { "approved" };
    for (name, value) in [("state", state.into()), ("requested_by", me), ("decided_by", Value::Null), ("decided_at", at), ("decision", Value::Null)] {
        write.after.insert(name.into(), value);
    }
    Ok(())
}

/// No other open entry says the same.
async fn single(write: &mut Write<'_>, key: &str) -> Result<(), Problem> {
    let same = Query::select()
        .column("state")
        .from("lists")
        .and_where(Expr::col("open_key").eq(key))
        .and_where(Expr::col("id").ne(write.id))
        .cond_where(lasting(write.admin.now()))
        .to_owned();
    let Some(row) = write.tx.query_one(&same).await? else { return Ok(()) };
    let (en, zh) = match row.try_get::<String>("", "state")?.as_str() {
        "approved" => ("is on this list already", "已在该名单中"),
        _ => ("has been asked for already and waits for approval", "已提交申请, 正等待审核"),
    };
    write.errors.push(FieldError::new("number", "taken", en, zh));
    Ok(())
}
