//! `GET /api/v1/meta`: what the console draws: resources with their fields, and what this caller may do with each.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::Routes;
use crate::Admin;
use crate::identity::door::Need;
use crate::identity::{Caller, rights};
use crate::resource::{Field, Kind, Resource};

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/meta", Need::SignedIn, "What there is, and what you may do with it", meta);
}

async fn meta(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Json<Value> {
    let resources: Vec<Value> = admin.resources().map(|r| resource(r, &caller)).collect();
    Json(json!({ "resources": resources, "rights": rights::all(&admin) }))
}

fn resource(resource: &Resource, caller: &Caller) -> Value {
    let may = |action: &str| caller.may(&resource.right(action)).is_some();
    let features = resource.features;
    json!({
        "name": resource.name,
        "path": resource.path,
        "title": resource.title,
        "group": resource.menu.name(),
        "label": resource.label,
        "sort": resource.sort,
        "fields": resource.fields.iter().map(field).collect::<Vec<_>>(),
        "features": {
            "create": features.create, "edit": features.edit, "remove": features.remove, "import": features.import.is_some(),
            "export": features.export, "disable": resource.can_disable(), "tree": features.tree,
        },
        "rights": { "read": may("read"), "write": may("write"), "remove": may("delete"), "import": may("import"), "export": may("export") },
    })
}

fn field(field: &Field) -> Value {
    let mut value = json!({
        "name": field.name, "kind": field.kind.name(), "title": field.title, "required": field.required, "max": field.max,
        "filter": field.filter, "sort": field.sort, "search": field.search, "shown": field.shown, "readonly": field.readonly,
        "fixed": field.fixed, "secret": field.secret, "masked": field.is_phone(), "unique": field.unique, "default": field.default,
    });
    let more = match field.kind {
        Kind::Choice(choices) => ("options", choices.iter().map(|c| json!({"value": c.value, "title": c.title})).collect::<Vec<_>>().into()),
        Kind::Dictionary(code) => ("dictionary", code.into()),
        Kind::Reference(name) => ("reference", name.into()),
        Kind::Links(link) => ("reference", link.resource.into()),
        Kind::Number { least, most } => ("range", json!([least, most])),
        _ => return value,
    };
    if let Some(object) = value.as_object_mut() {
        object.insert(more.0.into(), more.1);
    }
    value
}
