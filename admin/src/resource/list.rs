//! Reading rows: a page, one row, labels of what they refer to, and numbers hidden from those who may not see them.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Order as Way, Query, SelectStatement};
use serde_json::{Value, json};

use super::ask::{Ask, Order};
use super::terms::{Terms, up_to};
use super::{Kind, Link, Record, Resource, column, dictionary, scope};
use crate::Admin;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;

/// The most rows that are counted.
pub const MOST_COUNTED: u64 = 10_000;
/// The most rows that are looked at one by one for a page.
const FURTHEST: u64 = 20_000;

/// A page of a list.
#[derive(Debug, serde::Serialize)]
pub struct Page {
    /// Its rows.
    pub items: Vec<Record>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many fit, up to [`MOST_COUNTED`], when that was asked.
    pub total: Option<u64>,
    /// Whether there are no more than that.
    pub total_exact: Option<bool>,
}

/// A page as the caller may see it.
///
/// # Errors
/// When the store fails.
pub async fn page(admin: &Admin, caller: &Caller, resource: &'static Resource, ask: &Ask, data: DataScope) -> Result<Page, Problem> {
    let db = admin.db();
    let mut allowed = Cond::all().add(ask.filter.rows.clone());
    if let Some(own) = scope::visible(resource, caller, data) {
        allowed = allowed.add(own);
    }
    let mut many = Vec::new();
    for terms in &ask.filter.terms {
        if terms.are_many(db).await? {
            many.push(terms);
        } else {
            allowed = allowed.add(terms.found(resource));
        }
    }
    let total = if ask.count { Some(count(db, resource, allowed.clone(), &many).await?) } else { None };
    let found = if ask.filter.terms.is_empty() {
        read(db, resource, ask, allowed).await?
    } else if many.len() < ask.filter.terms.len() {
        find(db, resource, ask, many.iter().fold(allowed, |all, terms| all.add(terms.held(resource)))).await?
    } else {
        walk(db, resource, ask, allowed, &many).await?
    };
    let more = found.len() as u64 > ask.limit;
    let mut items = found;
    items.truncate(usize::try_from(ask.limit).unwrap_or(usize::MAX));
    let next = if more { items.last().map(|row| ask.cursor(row)) } else { None };
    links(db, resource, &mut items).await?;
    finish(admin, db, caller, resource, &mut items).await?;
    let (total, total_exact) = total.unzip();
    Ok(Page { items, next, total, total_exact })
}

/// Rows of a page and one more, if there is one.
async fn read(db: &impl ConnectionTrait, resource: &'static Resource, ask: &Ask, allowed: Condition) -> Result<Vec<Record>, Problem> {
    let mut select = rows(resource, allowed);
    if let Some(after) = &ask.after {
        select.cond_where(ask.order.after(resource.table, after));
    }
    ordered(&mut select, resource, ask.order).limit(ask.limit + 1);
    Ok(db.query_all(&select).await?.iter().map(|row| column::read(resource, row)).collect::<Result<_, _>>()?)
}

/// As [`read`], where what fits is found first and then sorted, whatever the store thinks of it. PostgreSQL would rather walk the
/// list to a page of rows that fit, as though they were spread over it evenly; they may all lie at its far end.
async fn find(db: &impl ConnectionTrait, resource: &'static Resource, ask: &Ask, allowed: Condition) -> Result<Vec<Record>, Problem> {
    let mut fit = rows(resource, allowed);
    if let Some(after) = &ask.after {
        fit.cond_where(ask.order.after(resource.table, after));
    }
    // What has a limit is a question of its own; nothing has so many rows.
    fit.limit(u64::from(u32::MAX));
    let mut select = columns(resource);
    ordered(select.from_subquery(fit, resource.table), resource, ask.order).limit(ask.limit + 1);
    Ok(db.query_all(&select).await?.iter().map(|row| column::read(resource, row)).collect::<Result<_, _>>()?)
}

/// As [`read`], where many rows have each of the terms: rows are looked at in the order of the list. If those that fit do not
/// come soon they are found first all the same.
async fn walk(
    db: &impl ConnectionTrait,
    resource: &'static Resource,
    ask: &Ask,
    allowed: Condition,
    many: &[&Terms],
) -> Result<Vec<Record>, Problem> {
    let mut select = rows(resource, allowed.clone());
    if let Some(after) = &ask.after {
        select.cond_where(ask.order.after(resource.table, after));
    }
    ordered(&mut select, resource, ask.order).offset(FURTHEST).limit(1);
    let last = db.query_one(&select).await?.map(|row| column::read(resource, &row)).transpose()?;
    let near = last.as_ref().map_or_else(Cond::all, |row| ask.order.until(resource.table, row.get(ask.order.column).unwrap_or(&Value::Null)));
    let held = many.iter().fold(allowed.clone().add(near), |all, terms| all.add(terms.held(resource)));
    let found = read(db, resource, ask, held).await?;
    if last.is_none() || found.len() as u64 > ask.limit {
        return Ok(found);
    }
    find(db, resource, ask, many.iter().fold(allowed, |all, terms| all.add(terms.found(resource)))).await
}

/// How many rows fit, and whether there are no more than that.
async fn count(db: &impl ConnectionTrait, resource: &'static Resource, allowed: Condition, many: &[&Terms]) -> Result<(u64, bool), Problem> {
    let select = match many {
        [] => Query::select().column((resource.table, "id")).from(resource.table).cond_where(allowed).to_owned(),
        [first, others @ ..] => first.of_rows(resource, others.iter().fold(allowed, |all, terms| all.add(terms.held(resource)))),
    };
    let n = up_to(db, select, MOST_COUNTED + 1).await?;
    Ok((Ord::min(n, MOST_COUNTED), n <= MOST_COUNTED))
}

/// All rows of a resource as the caller may see them, with links and without labels, for questions over whole tables.
///
/// # Errors
/// 401 or 403 without the right to read them, 413 when there are more than `most`; or the store fails.
pub async fn whole(admin: &Admin, caller: &Caller, resource: &'static Resource, most: u64) -> Result<Vec<Record>, Problem> {
    let data = caller.need(&resource.right("read"))?;
    let mut select = rows(resource, scope::visible(resource, caller, data).unwrap_or_else(Cond::all));
    let found = admin.db().query_all(select.limit(most + 1)).await?;
    if found.len() as u64 > most {
        return Err(Problem::too_large(
            format!("{} has more than {most} rows; ask the list with filters instead", resource.table),
            format!("{} 超过 {most} 行, 请改用带筛选条件的列表", resource.title.zh),
        ));
    }
    let mut items = found.iter().map(|row| column::read(resource, row)).collect::<Result<Vec<_>, _>>()?;
    links(admin.db(), resource, &mut items).await?;
    hide(admin, caller, resource, &mut items);
    Ok(items)
}

/// One row as the caller may see it; not found where the scope does not reach.
///
/// # Errors
/// Not found, or the store fails.
pub async fn one(
    admin: &Admin,
    db: &impl ConnectionTrait,
    caller: &Caller,
    resource: &'static Resource,
    id: &str,
    data: DataScope,
) -> Result<Record, Problem> {
    let row = raw(db, caller, resource, id, data).await?.ok_or_else(Problem::not_found)?;
    shown(admin, db, caller, resource, row).await
}

/// A row as it is kept, made one that the caller may see: with labels, without what is hidden from them.
///
/// # Errors
/// When the store fails.
pub async fn shown(
    admin: &Admin,
    db: &impl ConnectionTrait,
    caller: &Caller,
    resource: &'static Resource,
    mut row: Record,
) -> Result<Record, Problem> {
    finish(admin, db, caller, resource, std::slice::from_mut(&mut row)).await?;
    Ok(row)
}

/// One row as it is kept, with its links, if the scope reaches it.
///
/// # Errors
/// When the store fails.
pub async fn raw(
    db: &impl ConnectionTrait,
    caller: &Caller,
    resource: &'static Resource,
    id: &str,
    data: DataScope,
) -> Result<Option<Record>, Problem> {
    let mut only = Cond::all().add(Expr::col((resource.table, "id")).eq(id));
    if let Some(own) = scope::visible(resource, caller, data) {
        only = only.add(own);
    }
    let Some(row) = db.query_one(&rows(resource, only)).await? else { return Ok(None) };
    let mut record = [column::read(resource, &row)?];
    links(db, resource, &mut record).await?;
    let [record] = record;
    Ok(Some(record))
}

fn rows(resource: &Resource, only: Condition) -> SelectStatement {
    columns(resource).from(resource.table).cond_where(only).to_owned()
}

/// What is read of a row.
fn columns(resource: &Resource) -> SelectStatement {
    let mut select = Query::select();
    for name in column::COMMON {
        select.column((resource.table, name));
    }
    for field in resource.columns() {
        select.column((resource.table, field.name));
    }
    select
}

fn ordered<'a>(select: &'a mut SelectStatement, resource: &Resource, order: Order) -> &'a mut SelectStatement {
    let way = if order.descending { Way::Desc } else { Way::Asc };
    select.order_by_expr(order.key(resource.table), way.clone()).order_by((resource.table, "id"), way)
}

/// Labels and masks.
async fn finish(admin: &Admin, db: &impl ConnectionTrait, caller: &Caller, resource: &'static Resource, rows: &mut [Record]) -> Result<(), Problem> {
    for field in resource.fields {
        let values: BTreeSet<String> = rows.iter().filter_map(|r| r.get(field.name)).flat_map(texts).collect();
        let labels = match field.kind {
            Kind::Reference(name) | Kind::Links(Link { resource: name, .. }) => match admin.resource(name) {
                Some(target) => readable(db, caller, target, values).await?,
                None => continue,
            },
            Kind::Dictionary(code) => dictionary::titles(db, code, values, caller.lang).await?,
            _ => continue,
        };
        let label = |id: &Value| id.as_str().and_then(|id| labels.get(id)).map_or(Value::Null, |l| json!(l));
        for row in rows.iter_mut() {
            let value = match row.get(field.name) {
                Some(Value::Array(ids)) => ids.iter().map(label).collect(),
                Some(id) => label(id),
                None => Value::Null,
            };
            row.insert(field.label(), value);
        }
    }
    hide(admin, caller, resource, rows);
    Ok(())
}

/// Masks telephone numbers for those who may not see them.
fn hide(admin: &Admin, caller: &Caller, resource: &Resource, rows: &mut [Record]) {
    if caller.sees_phones() {
        return;
    }
    let mask = admin.mask();
    for field in resource.fields {
        for value in rows.iter_mut().filter_map(|r| r.get_mut(field.name)) {
            match field.kind {
                Kind::Phone | Kind::Phones => mask.all(value),
                Kind::Json => mask.within(value),
                _ => {}
            }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Digits in a row that may be a telephone number.
const LEAST_DIGITS: usize = 7;

/// How telephone numbers are hidden: so many digits stay at the beginning, to tell an area, and at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    /// Digits that stay at the beginning.
    pub head: u8,
    /// Digits that stay at the end.
    pub tail: u8,
}

impl Mask {
    /// `138****1111`.
    pub const USUAL: Self = Self { head: 3, tail: 4 };

    /// A telephone number with its middle hidden; short ones wholly.
    #[must_use]
    pub fn hide(self, number: &str) -> String {
        let letters: Vec<char> = number.chars().collect();
        let (head, tail) = (usize::from(self.head), usize::from(self.tail));
        match (letters.get(..head), letters.len().checked_sub(tail).and_then(|at| letters.get(at..))) {
            (Some(start), Some(end)) if letters.len() > head + tail => {
                start.iter().copied().chain("****".chars()).chain(end.iter().copied()).collect()
            }
            _ => "****".into(),
        }
    }

    /// Text such as a file's name, with each run of seven and more digits hidden as a number.
    #[must_use]
    pub fn numbers(self, text: &str) -> String {
        let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, from) = rest.split_at(start);
            let (digits, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
            shown.push_str(before);
            shown.push_str(&if digits.len() < LEAST_DIGITS { digits.to_owned() } else { self.hide(digits) });
            rest = after;
        }
        shown + rest
    }

    /// Telephone numbers, one or several.
    pub fn all(self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|v| self.all(v)),
            Value::String(text) => *text = self.hide(text),
            _ => {}
        }
    }

    /// Whatever looks like a number inside a document, such as what the audit log keeps of a row.
    pub fn within(self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|v| self.within(v)),
            Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
                // Files are named after numbers, among other things.
                Value::String(path) if name == "path" => *path = self.numbers(path),
                _ => self.within(value),
            }),
            Value::String(text) => {
                let digits = text.strip_prefix('+').unwrap_or(text);
                if digits.len() >= LEAST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
                    *text = self.hide(text);
                }
            }
            _ => {}
        }
    }
}

/// What rows of a resource are called, of those that the caller may read: a label is part of its row. Oneself is always known.
async fn readable(db: &impl ConnectionTrait, caller: &Caller, target: &Resource, ids: BTreeSet<String>) -> Result<HashMap<String, String>, Problem> {
    let me = || Expr::col((target.table, "id")).eq(caller.user_id.clone().unwrap_or_default());
    let only = match caller.may(&target.right("read")).map(|data| scope::visible(target, caller, data)) {
        Some(None) => Cond::all(),
        Some(Some(reach)) => Cond::any().add(reach).add(me()),
        None => Cond::all().add(me()),
    };
    labels(db, target, ids, only).await
}

/// What rows of a resource are called, by id, of those that are so.
pub(super) async fn labels(
    db: &impl ConnectionTrait,
    resource: &Resource,
    ids: BTreeSet<String>,
    only: Condition,
) -> Result<HashMap<String, String>, Problem> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let own = Expr::col((resource.table, "id")).is_in(ids);
    let select = Query::select().column("id").column(resource.label).from(resource.table).and_where(own).cond_where(only).to_owned();
    let mut found = HashMap::new();
    for row in db.query_all(&select).await? {
        found.insert(row.try_get::<String>("", "id")?, row.try_get::<Option<String>>("", resource.label)?.unwrap_or_default());
    }
    Ok(found)
}

async fn links(db: &impl ConnectionTrait, resource: &'static Resource, rows: &mut [Record]) -> Result<(), Problem> {
    for field in resource.fields {
        let Kind::Links(link) = field.kind else { continue };
        let own: Vec<String> = rows.iter().filter_map(|r| r.get("id")).filter_map(Value::as_str).map(str::to_owned).collect();
        let select = Query::select()
            .column(link.own)
            .column(link.other)
            .from(link.table)
            .and_where(Expr::col(link.own).is_in(own))
            .order_by(link.other, Way::Asc)
            .to_owned();
        let mut pairs: HashMap<String, Vec<Value>> = HashMap::new();
        if !rows.is_empty() {
            for row in db.query_all(&select).await? {
                pairs.entry(row.try_get("", link.own)?).or_default().push(row.try_get::<String>("", link.other)?.into());
            }
        }
        for row in rows.iter_mut() {
            let ids = row.get("id").and_then(Value::as_str).and_then(|id| pairs.remove(id)).unwrap_or_default();
            row.insert(field.name.into(), Value::Array(ids));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_number_is_hidden() {
        assert_eq!(Mask::USUAL.hide("13800001111"), "138****1111");
        assert_eq!(Mask::USUAL.hide("+8613800001111"), "+86****1111");
        assert_eq!((Mask::USUAL.hide("8001"), Mask::USUAL.hide("")), ("****".into(), "****".into()));
        assert_eq!(Mask::USUAL.numbers("2026/out-13800001111-1002-8613900002222.wav"), "2026/out-138****1111-1002-861****2222.wav");
        assert_eq!((Mask::USUAL.numbers("录音1234567"), Mask::USUAL.numbers("123456")), ("录音****".into(), "123456".into()));
        let mut kept = json!({ "path": "a/13800001111.wav", "note": "a/13800001111.wav" });
        Mask::USUAL.within(&mut kept);
        assert_eq!(kept, json!({ "path": "a/138****1111.wav", "note": "a/13800001111.wav" }));
        assert_eq!(Mask { head: 0, tail: 0 }.hide("13800001111"), "****");
    }
}
