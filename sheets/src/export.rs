//! `GET /api/v1/{path}/export`: a list as CSV or XLSX, in the reader's language.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::sheet::{self, Format, MOST_ROWS};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::http::Routes;
use callboard_admin::http::body::Asked;
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::ask::{self, Ask};
use callboard_admin::resource::write::Entries;
use callboard_admin::resource::{Field, Kind, Record, Resource, list};
use callboard_admin::words::Lang;

/// Rows that are read at a time.
const PIECE: u64 = 1_000;

pub(crate) fn routes(routes: &mut Routes, resource: &'static Resource) {
    if resource.features.export {
        let (path, need) = (format!("/{}/export", resource.path), Need::Right(resource.right("export")));
        routes.get(&path, need, &format!("{}: export", resource.title.en), move |state, caller, query| export(resource, state, caller, query));
    }
}

/// A column: a field, or an entry of one.
enum Column {
    Field(&'static Field),
    Entry(Entries),
}

impl Column {
    fn title(&self, lang: Lang) -> String {
        match self {
            Self::Field(field) => field.heading(lang),
            Self::Entry(entry) => entry.title.get(lang).to_owned(),
        }
    }

    fn cell(&self, row: &Record, lang: Lang) -> String {
        match self {
            Self::Field(field) => cell(field, row, lang),
            Self::Entry(entry) => shown(Kind::Text, row.get(entry.field).and_then(|d| d.get(&entry.name)).unwrap_or(&Value::Null), lang),
        }
    }
}

/// What is exported: rows of a list, piece by piece.
struct Export {
    admin: Arc<Admin>,
    caller: Caller,
    resource: &'static Resource,
    columns: Vec<Column>,
    ask: Ask,
    data: DataScope,
    done: bool,
}

async fn export(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(parameters): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("export"))?;
    let value = |name: &str| parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let format = Format::named(value("format").unwrap_or("csv"))?;
    let columns = columns(resource, resource.rules.entries(&admin).await?, value("columns"))?;
    let mut ask = Ask::read(resource, &parameters, &caller)?;
    ask.limit = PIECE;
    let filter = parameters.iter().map(|(n, v)| (n.clone(), json!(v))).collect();
    let entry = Entry { action: "export", resource: resource.name, label: resource.path, after: Some(filter), ..Entry::default() };
    audit::note(&admin, admin.db(), &caller, entry).await?;
    let head: Vec<String> = columns.iter().map(|c| c.title(caller.lang)).collect();
    let mut export = Export { admin, caller, resource, columns, ask, data, done: false };
    let body = match format {
        Format::Csv => {
            let first = Bytes::from(sheet::csv_head(&head)?);
            let rest = futures::stream::try_unfold(export, |mut export| async move {
                match export.piece().await {
                    Ok(rows) if rows.is_empty() => Ok(None),
                    Ok(rows) => sheet::csv_rows(&rows).map(|bytes| Some((Bytes::from(bytes), export))).map_err(|_| std::io::Error::other("csv")),
                    Err(_) => Err(std::io::Error::other("the settings store failed")),
                }
            });
            Body::from_stream(futures::StreamExt::chain(futures::stream::iter([Ok(first)]), rest))
        }
        Format::Xlsx => {
            let mut rows = Vec::new();
            loop {
                let piece = export.piece().await?;
                if piece.is_empty() {
                    break;
                }
                rows.extend(piece);
                if rows.len() > MOST_ROWS {
                    let (en, zh) = (format!("more than {MOST_ROWS} rows; take CSV"), format!("超过 {MOST_ROWS} 行, 请导出 CSV"));
                    return Err(Problem::too_large(en, zh));
                }
            }
            let written = tokio::task::spawn_blocking(move || sheet::xlsx(&head, &rows)).await.map_err(|_| Problem::internal())??;
            Body::from(written)
        }
    };
    Ok(file(resource.path, format, body))
}

/// A file that the browser keeps instead of showing it.
pub(crate) fn file(name: &str, format: Format, body: Body) -> Response {
    let kept = format!("attachment; filename=\"{name}.{}\"", format.extension());
    ([(header::CONTENT_TYPE, format.mime().to_owned()), (header::CONTENT_DISPOSITION, kept)], body).into_response()
}

/// The columns that are named, or all that can be shown; entries stand for the document that holds them.
fn columns(resource: &'static Resource, entries: Vec<Entries>, named: Option<&str>) -> Result<Vec<Column>, Problem> {
    let Some(named) = named.filter(|n| !n.is_empty()) else {
        let times = ask::field(resource, "created_at");
        let fields = resource.fields.iter().filter(|f| !f.secret && !entries.iter().any(|e| e.field == f.name));
        return Ok(fields.chain(times).map(Column::Field).chain(entries.iter().cloned().map(Column::Entry)).collect());
    };
    let entry = |name: &str| entries.iter().find(|e| e.column() == name).cloned().map(Column::Entry);
    let found = |name: &str| ask::field(resource, name).filter(|f| !f.secret).map(Column::Field).or_else(|| entry(name));
    let unknown = |name: &str| Problem::field("columns", "unknown", format!("there is no field {name}"), format!("没有字段 {name}"));
    named.split(',').map(|name| found(name).ok_or_else(|| unknown(name))).collect()
}

impl Export {
    /// The next rows as cells; none at the end.
    async fn piece(&mut self) -> Result<Vec<Vec<String>>, Problem> {
        if self.done {
            return Ok(Vec::new());
        }
        let page = list::page(&self.admin, &self.caller, self.resource, &self.ask, self.data).await?;
        self.done = page.next.is_none();
        let last = page.items.last();
        self.ask.after = last.map(|row| (row.get(self.ask.order.column).cloned().unwrap_or(Value::Null), text(row, "id")));
        Ok(page.items.iter().map(|row| self.columns.iter().map(|c| c.cell(row, self.caller.lang)).collect()).collect())
    }
}

fn text(row: &Record, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A field as people read it.
fn cell(field: &Field, row: &Record, lang: Lang) -> String {
    let name = if field.has_label() { field.label() } else { field.name.to_owned() };
    shown(field.kind, row.get(&name).unwrap_or(&Value::Null), lang)
}

fn shown(kind: Kind, value: &Value, lang: Lang) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Choice(choices), Value::String(value)) => {
            choices.iter().find(|c| c.value == value).map_or_else(|| value.clone(), |c| c.title.get(lang).to_owned())
        }
        (_, Value::Bool(yes)) => match (lang, yes) {
            (Lang::Zh, true) => "是".into(),
            (Lang::Zh, false) => "否".into(),
            (Lang::En, true) => "yes".into(),
            (Lang::En, false) => "no".into(),
        },
        (_, Value::Array(list)) => list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect::<Vec<_>>().join("; "),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}
