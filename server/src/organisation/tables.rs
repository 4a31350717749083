//! The organisation's tables in SQL: what each is, and its rows for one who asks.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Field as Column, Schema, TimeUnit};
use callboard_admin::Admin;
use callboard_admin::identity::{Caller, reach};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Kind, Record, Resource, list};
use callboard_admin::words::Lang;
use callboard_domain::Timestamp;
use callboard_sql::{Elsewhere, Reach, Sight, TableHelp};
use callboard_store::table::COMMENT;
use serde_json::Value;

/// The right to ask in SQL; its scope says whose calls.
pub(crate) const RIGHT: &str = "sql.ask";
/// The most rows of one table that a question reads.
const MOST_ROWS: u64 = 200_000;

/// The organisation's tables. Secrets are in none.
pub(crate) fn help(admin: &Admin) -> Vec<TableHelp> {
    admin
        .resources()
        .map(|resource| TableHelp { name: resource.table.into(), comment: comment(resource), schema: Arc::new(schema(resource)) })
        .collect()
}

fn comment(resource: &Resource) -> String {
    format!("{} ({}); those that you may see: takes the right {}.", resource.title.en, resource.title.zh, resource.right("read"))
}

fn schema(resource: &Resource) -> Schema {
    let column = |name: &str, data: DataType, comment: &str| {
        let about = HashMap::from([(COMMENT.to_owned(), comment.to_owned())]);
        Column::new(name, data, true).with_metadata(about)
    };
    let fields = fields(resource)
        .map(|field| column(field.name, data_type(field.kind), &format!("{} ({}).", field.heading(Lang::En), field.heading(Lang::Zh))));
    let times = [column("created_at", instant(), "When it was made."), column("updated_at", instant(), "When it was last changed.")];
    let columns: Vec<Column> = std::iter::once(column("id", DataType::Utf8, "Its id.")).chain(fields).chain(times).collect();
    Schema::new(columns)
}

fn fields(resource: &Resource) -> impl Iterator<Item = &'static Field> {
    resource.fields.iter().filter(|field| !field.secret)
}

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// Amounts are text as everywhere in the API; lists, links and documents are JSON.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Number { .. } | Kind::Duration => DataType::Int64,
        Kind::Bool => DataType::Boolean,
        Kind::Instant => instant(),
        _ => DataType::Utf8,
    }
}

/// What the caller sees with a right, such as the right to ask in SQL.
///
/// # Errors
/// 401 or 403 without the right; or the store fails.
pub(crate) async fn sight(admin: &Arc<Admin>, caller: Caller, right: &str) -> Result<Sight, Problem> {
    let reach = reach::reach(admin, &caller, right).await?.map(|reach| Reach { agents: reach.agents, queues: reach.queues });
    Ok(Sight { reach, masked: !caller.sees_phones(), elsewhere: Some(Arc::new(Reader { admin: Arc::clone(admin), caller })) })
}

/// Reads for one caller.
#[derive(Debug)]
struct Reader {
    admin: Arc<Admin>,
    caller: Caller,
}

#[async_trait::async_trait]
impl Elsewhere for Reader {
    async fn read(&self, table: &str) -> Result<RecordBatch, String> {
        let resource = self.admin.resources().find(|r| r.table == table).ok_or_else(|| format!("there is no table {table}"))?;
        let rows = list::whole(&self.admin, &self.caller, resource, MOST_ROWS).await;
        let rows = rows.map_err(|problem| format!("could not read the table {table}: {}", problem.detail().get(Lang::En)))?;
        let arrays = schema(resource).fields().iter().map(|f| array(f, &rows)).collect();
        RecordBatch::try_new(Arc::new(schema(resource)), arrays).map_err(|e| format!("could not read the table {table}: {e}"))
    }
}

fn array(column: &Column, rows: &[Record]) -> ArrayRef {
    let cells = rows.iter().map(|row| row.get(column.name()).unwrap_or(&Value::Null));
    match column.data_type() {
        DataType::Int64 => Arc::new(cells.map(Value::as_i64).collect::<Int64Array>()),
        DataType::Boolean => Arc::new(cells.map(Value::as_bool).collect::<BooleanArray>()),
        DataType::Timestamp(..) => {
            let instants = cells.map(|cell| cell.as_str().and_then(|t| t.parse::<Timestamp>().ok()).map(Timestamp::as_millis));
            Arc::new(instants.collect::<TimestampMillisecondArray>().with_timezone("UTC"))
        }
        _ => Arc::new(cells.map(text).collect::<StringArray>()),
    }
}

fn text(cell: &Value) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
