//! `GET /api/v1/customers/{id}/contacts`: the calls with a customer, by their numbers.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use callboard_domain::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::CUSTOMERS;
use callboard_admin::Admin;
use callboard_admin::http::{Routes, body::Asked};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::list::{self, Mask};

const USUAL: usize = 50;
const MOST: usize = 200;

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/customers/{id}/contacts", Need::Right(CUSTOMERS.right("read")), "Calls with a customer", contacts);
}

#[derive(Debug, Deserialize)]
struct Page {
    limit: Option<usize>,
    before: Option<String>,
}

async fn contacts(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(page): Asked<Page>,
) -> Result<Json<Value>, Problem> {
    let data = caller.need(&CUSTOMERS.right("read"))?;
    let row = list::raw(admin.db(), &caller, &CUSTOMERS, &id, data).await?.ok_or_else(Problem::not_found)?;
    let before = match page.before.as_deref().map(str::parse::<Timestamp>) {
        None => admin.now(),
        Some(Ok(at)) => at,
        Some(Err(_)) => return Err(Problem::field("before", "kind", "must be a time", "须为时间")),
    };
    let numbers: Vec<String> =
        row.get("phones").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let Some(calls) = admin.calls().filter(|_| !numbers.is_empty()) else {
        return Ok(Json(json!({ "items": [], "known": admin.calls().is_some() })));
    };
    let limit = page.limit.unwrap_or(USUAL).clamp(1, MOST);
    let mut items = calls.of_numbers(&admin, &caller, &numbers, before, limit).await.map_err(|error| {
        tracing::error!("could not read the calls of a customer: {error}");
        Problem::internal()
    })?;
    if !caller.sees_phones() {
        let mask = admin.mask();
        items.iter_mut().for_each(|call| hide(mask, call, &numbers));
    }
    Ok(Json(json!({ "items": items, "known": true })))
}

/// Hides the customer's numbers wherever a call shows them.
fn hide(mask: Mask, value: &mut Value, numbers: &[String]) {
    match value {
        Value::String(text) if numbers.iter().any(|n| text.ends_with(n.as_str())) => *text = mask.hide(text),
        Value::Array(list) => list.iter_mut().for_each(|v| hide(mask, v, numbers)),
        Value::Object(object) => object.values_mut().for_each(|v| hide(mask, v, numbers)),
        _ => {}
    }
}
