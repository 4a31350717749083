//! One row of a file: its cells by the head's fields, names of other rows for their ids.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::Mode;
use callboard_admin::Admin;
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::many::{Checked, Place};
use callboard_admin::resource::write::Entries;
use callboard_admin::resource::{Field, Kind, Record, Resource, body, column, dictionary};
use callboard_admin::words::Lang;

/// What the columns of a file are.
pub(super) struct Head {
    resource: &'static Resource,
    key: &'static Field,
    columns: Vec<Column>,
}

/// One column.
enum Column {
    Field(&'static Field),
    Entry(Entries),
}

/// Ids of rows and values of options that files name, so that each is looked up once.
#[derive(Default)]
pub(super) struct Names {
    known: HashMap<(&'static str, String), Option<String>>,
    /// The new rows of the file itself.
    own: HashMap<String, Vec<String>>,
}

impl Names {
    /// A new row of the file, which later ones may name as they name rows of the store.
    pub(super) fn add(&mut self, head: &Head, row: &Checked, id: &str) {
        let names: BTreeSet<&str> = [head.resource.label, head.key.name].into_iter().filter_map(|field| row.text(field)).collect();
        for name in names {
            self.known.remove(&(head.resource.name, name.to_owned()));
            self.own.entry(name.to_owned()).or_default().push(id.to_owned());
        }
    }
}

/// The fields that a file may have.
pub(crate) fn importable(resource: &'static Resource) -> impl Iterator<Item = &'static Field> {
    resource.fields.iter().filter(|f| !f.readonly && !f.secret && f.kind != Kind::Json)
}

impl Head {
    /// Whether rows may name rows that stand before them in the file, such as the group above.
    pub(super) fn names_itself(&self) -> bool {
        self.resource.fields.iter().any(|f| match f.kind {
            Kind::Reference(name) => name == self.resource.name,
            Kind::Links(link) => link.resource == self.resource.name,
            _ => false,
        })
    }

    /// Finds each column's field by its label in either language or by its name.
    ///
    /// # Errors
    /// A column that is none, one that is there twice, or one that is missing.
    pub(super) async fn read(admin: &Admin, resource: &'static Resource, cells: &[String]) -> Result<Self, Problem> {
        let entries = resource.rules.entries(admin).await?;
        let (mut fields, mut errors): (Vec<&'static Field>, Vec<FieldError>) = (Vec::new(), Vec::new());
        let mut columns: Vec<Column> = Vec::new();
        for cell in cells.iter().map(|c| c.trim()) {
            let means = |f: &&Field| f.heading(Lang::Zh) == cell || f.heading(Lang::En).eq_ignore_ascii_case(cell) || f.name == cell;
            match importable(resource).find(means) {
                Some(field) if fields.iter().any(|f| f.name == field.name) => {
                    errors.push(FieldError::new(field.name, "twice", "stands in two columns", "出现在两列中"));
                }
                Some(field) => {
                    fields.push(field);
                    columns.push(Column::Field(field));
                }
                None if let Some(entry) =
                    entries.iter().find(|e| e.title.zh == cell || e.title.en.eq_ignore_ascii_case(cell) || e.column() == cell) =>
                {
                    columns.push(Column::Entry(entry.clone()));
                }
                None => errors.push(FieldError::new(cell, "unknown", format!("there is no field {cell}"), format!("没有字段 {cell}"))),
            }
        }
        let key = resource.features.import.and_then(|key| resource.field(key)).ok_or_else(Problem::internal)?;
        for field in importable(resource).filter(|f| f.name == key.name || f.required && f.default.is_none()) {
            if !fields.iter().any(|f| f.name == field.name) {
                let (en, zh) = (format!("the column {} is missing", field.title.en), format!("缺少列 {}", field.title.zh));
                errors.push(FieldError::new(field.name, "required", en, zh));
            }
        }
        if errors.is_empty() { Ok(Self { resource, key, columns }) } else { Err(Problem::invalid(errors)) }
    }
}

/// Checks what the row of a file makes or changes; none where it changes nothing.
pub(super) async fn check(place: &Place<'_>, head: &Head, (cells, mode): (&[String], Mode), names: &mut Names) -> Result<Option<Checked>, Problem> {
    let (mut record, mut errors) = (Record::new(), Vec::new());
    for (column, cell) in head.columns.iter().zip(cells.iter().map(String::as_str).chain(std::iter::repeat(""))) {
        let field = match column {
            Column::Field(field) => field,
            Column::Entry(entry) => {
                let value = Some(cell.trim()).filter(|c| !c.is_empty()).map_or(Value::Null, Value::from);
                let document = record.entry(entry.field).or_insert_with(|| Value::Object(Record::new()));
                drop(document.as_object_mut().and_then(|d| d.insert(entry.name.clone(), value)));
                continue;
            }
        };
        match value(place, field, cell, names).await? {
            Ok(Value::Null) if field.default.is_some() => {}
            Ok(value) => drop(record.insert(field.name.into(), value)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let key = record.get(head.key.name).cloned().unwrap_or(Value::Null);
    let there = match &key {
        Value::Null => None,
        key => find(place, head, key, &record).await?,
    };
    match (there, mode) {
        (Some(id), Mode::Upsert) => {
            record.retain(|name, _| !head.resource.field(name).is_some_and(|f| f.fixed));
            match place.changed(id, record).await {
                Err(problem) if problem.status() == 404 => {
                    Err(Problem::field(head.key.name, "hidden", "belongs to a row that you may not change", "属于您无权修改的记录"))
                }
                other => other,
            }
        }
        (Some(_), Mode::Insert) => Err(Problem::field(head.key.name, "taken", "is there already", "已存在")),
        (None, _) => place.fresh(record).await.map(Some),
    }
}

/// What the rows before have claimed, each with the row that did.
#[derive(Default)]
pub(super) struct Claimed(HashMap<String, usize>);

impl Claimed {
    /// Claims what a row claims, unless another row of the file has.
    pub(super) fn take(&mut self, head: &Head, row: usize, checked: &Checked) -> Result<(), Problem> {
        let mut claims = checked.claims(head.resource);
        if head.names_itself() {
            // Its name is the row's for all that come after it.
            claims.extend(checked.text(head.key.name).map(|key| (Some(head.key.name), Value::from(key).to_string())));
        }
        for (field, claim) in claims {
            let name = field.unwrap_or(head.key.name);
            let first = *self.0.entry(format!("{}:{claim}", field.unwrap_or_default())).or_insert(row);
            if first != row {
                return Err(Problem::field(name, "taken", format!("stands in row {first} already"), format!("与第 {first} 行重复")));
            }
        }
        Ok(())
    }
}

async fn find(place: &Place<'_>, head: &Head, key: &Value, row: &Record) -> Result<Option<String>, Problem> {
    if let Some(found) = head.resource.rules.find(place.tx, row, place.admin.now()).await? {
        return Ok(found);
    }
    // Logins are kept in small letters; for keys that are not, this finds them as they are.
    let own = column::bind(head.key.kind, key);
    let select = Query::select().column("id").from(head.resource.table).and_where(Expr::col(head.key.name).eq(own)).limit(1).to_owned();
    Ok(place.tx.query_one(&select).await?.map(|row| row.try_get("", "id")).transpose()?)
}

/// What a cell means for a field; names of other rows become ids.
async fn value(place: &Place<'_>, field: &Field, cell: &str, names: &mut Names) -> Result<Result<Value, FieldError>, Problem> {
    let target = match field.kind {
        Kind::Reference(name) => name,
        Kind::Links(link) => link.resource,
        Kind::Dictionary(code) => return option(place.tx, field, code, cell.trim(), names).await,
        _ => return Ok(body::from_text(field, cell)),
    };
    let mut ids = Vec::new();
    for name in cell.split([';', '；']).map(str::trim).filter(|n| !n.is_empty()) {
        match id(place, target, name, names).await? {
            Some(id) => ids.push(Value::String(id)),
            None => return Ok(Err(FieldError::new(field.name, "missing", format!("there is no {name}"), format!("不存在: {name}")))),
        }
    }
    Ok(match (field.kind, ids.len()) {
        (Kind::Links(_), _) => Ok(Value::Array(ids)),
        (_, 0) => Ok(Value::Null),
        (_, 1) => Ok(ids.remove(0)),
        _ => Err(FieldError::new(field.name, "kind", "must be one", "只能有一个")),
    })
}

/// The option that a cell means; one that there is not is refused later, with its sentence.
async fn option(
    tx: &DatabaseTransaction,
    field: &Field,
    code: &'static str,
    cell: &str,
    names: &mut Names,
) -> Result<Result<Value, FieldError>, Problem> {
    let key = (code, cell.to_owned());
    if !cell.is_empty() && !names.known.contains_key(&key) {
        names.known.insert(key.clone(), dictionary::meant(tx, code, cell).await?);
    }
    let meant = names.known.get(&key).cloned().flatten();
    Ok(body::from_text(field, meant.as_deref().unwrap_or(cell)))
}

/// The id of the one row of that name; an id is taken as it is.
async fn id(place: &Place<'_>, resource: &'static str, name: &str, names: &mut Names) -> Result<Option<String>, Problem> {
    if let Some(known) = names.known.get(&(resource, name.to_owned())) {
        return Ok(known.clone());
    }
    let target = place.admin.resource(resource).ok_or_else(Problem::internal)?;
    let mut own = Expr::col(target.label).eq(name).or(Expr::col("id").eq(name));
    if let Some(key) = target.features.import.filter(|key| *key != target.label) {
        own = own.or(Expr::col(key).eq(name));
    }
    let select = Query::select().column("id").from(target.table).and_where(own).limit(2).to_owned();
    let found = place.tx.query_all(&select).await?;
    let own = names.own.get(name).filter(|_| resource == place.resource.name).map_or(&[][..], Vec::as_slice);
    let id = match (found.as_slice(), own) {
        ([one], []) => Some(one.try_get("", "id")?),
        ([], [one]) => Some(one.clone()),
        _ => None,
    };
    names.known.insert((resource, name.to_owned()), id.clone());
    Ok(id)
}
