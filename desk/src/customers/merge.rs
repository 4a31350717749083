//! `POST /api/v1/customers/{id}/merge`: two records of one customer become one; nothing that was done with either is lost.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde::Deserialize;
use serde_json::Value;

use super::CUSTOMERS;
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Body};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Record, list, write};

/// What hangs on a customer and goes over.
const BELOW: [&str; 4] = ["follow_ups", "appointments", "opportunities", "customer_transfers"];

pub(super) fn routes(routes: &mut Routes) {
    const OTHER: &[Field] = &[Field::text("other", "The other record", "另一条记录").required()];
    routes.post("/customers/{id}/merge", Need::Right(CUSTOMERS.right("delete")), "Take another record of the same customer into this one", merge);
    routes.takes(OTHER);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    other: String,
}

async fn merge(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(Merge { other }): Body<Merge>,
) -> Result<Json<Record>, Problem> {
    let data = caller.need(&CUSTOMERS.right("delete"))?;
    list::raw(admin.db(), &caller, &CUSTOMERS, &id, data).await?.ok_or_else(Problem::not_found)?;
    // Both rights, each as far as it reaches: the narrower counts.
    let data = data.min(caller.need(&CUSTOMERS.right("write"))?);
    if id == other {
        return Err(Problem::field("other", "rule", "is the same record", "是同一条记录"));
    }
    let tx = admin.begin().await?;
    let kept = list::raw(&tx, &caller, &CUSTOMERS, &id, data).await?.ok_or_else(Problem::not_found)?;
    let gone = list::raw(&tx, &caller, &CUSTOMERS, &other, data).await?.ok_or_else(Problem::not_found)?;
    for table in BELOW {
        tx.execute(Query::update().table(table).value("customer_id", &id).and_where(Expr::col("customer_id").eq(&other))).await?;
    }
    let version = gone.get("version").and_then(Value::as_i64).unwrap_or_default();
    write::remove(&admin, &caller, &tx, &CUSTOMERS, (&other, version), data).await?;
    write::change(&admin, &caller, &tx, &CUSTOMERS, (&id, None), united(&kept, &gone), data).await?;
    let row = list::one(&admin, &tx, &caller, &CUSTOMERS, &id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}

/// What the one that stays lacks, from the other: lists are put together, everything else only fills gaps; the owner stays.
fn united(kept: &Record, gone: &Record) -> Record {
    let mut changes = Record::new();
    for field in CUSTOMERS.fields.iter().filter(|f| !matches!(f.name, "owner_id" | "name")) {
        let (mine, theirs) = (kept.get(field.name).unwrap_or(&Value::Null), gone.get(field.name).unwrap_or(&Value::Null));
        let value = match (mine, theirs) {
            (Value::Array(mine), Value::Array(theirs)) => {
                let new = theirs.iter().filter(|t| !mine.contains(t));
                Value::Array(mine.iter().chain(new).take(field.max).cloned().collect())
            }
            (Value::Object(mine), Value::Object(theirs)) => {
                let mut all = theirs.clone();
                all.extend(mine.clone());
                Value::Object(all)
            }
            (Value::Null, theirs) => theirs.clone(),
            (mine, _) => mine.clone(),
        };
        if value != *mine {
            changes.insert(field.name.into(), value);
        }
    }
    changes
}
