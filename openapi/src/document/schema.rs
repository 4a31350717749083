//! Fields as JSON schemas.

use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

use super::parameter;
use callboard_admin::resource::{Field, Kind, Resource};

type Object = RefOr<Schema>;

pub(super) fn named(name: &str) -> Object {
    Ref::from_schema_name(name).into()
}

pub(super) fn text() -> Object {
    object(ObjectBuilder::new().schema_type(Type::String))
}

fn object(builder: ObjectBuilder) -> Object {
    Schema::Object(builder.build()).into()
}

/// An object that has no other fields than those named.
fn closed() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn one_or_none(kind: Type) -> SchemaType {
    SchemaType::Array(vec![kind, Type::Null])
}

/// `user-groups` as `UserGroups`.
pub(super) fn pascal(path: &str) -> String {
    path.split('-').map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>()).collect()
}

/// A field's value; none where it may be empty.
fn value(field: &Field, nullable: bool) -> Object {
    let of = |kind: Type| if nullable { one_or_none(kind) } else { SchemaType::Type(kind) };
    let text = || ObjectBuilder::new().schema_type(of(Type::String)).title(Some(format!("{} · {}", field.title.en, field.title.zh)));
    object(match field.kind {
        Kind::Number { least, most } => ObjectBuilder::new().schema_type(of(Type::Integer)).minimum(Some(least)).maximum(Some(most)),
        Kind::Duration => ObjectBuilder::new().schema_type(of(Type::Integer)).minimum(Some(0)).description(Some("Milliseconds")),
        Kind::Bool => ObjectBuilder::new().schema_type(of(Type::Boolean)),
        Kind::Instant => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        Kind::Date => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
        Kind::Choice(choices) => {
            let values = choices.iter().map(|c| json!(c.value)).chain(nullable.then_some(serde_json::Value::Null));
            text().enum_values(Some(values))
        }
        Kind::Links(_) | Kind::List | Kind::Phones => {
            let list = ArrayBuilder::new().items(self::text()).max_items(Some(field.max)).build();
            return Schema::Array(list).into();
        }
        Kind::Json => ObjectBuilder::new().schema_type(SchemaType::AnyValue),
        Kind::Money => text().description(Some("An amount with two decimals")),
        Kind::Text | Kind::LongText | Kind::Dictionary(_) | Kind::Reference(_) | Kind::Phone | Kind::Email => text().max_length(Some(field.max)),
    })
}

/// A row as it is read.
pub(super) fn row(resource: &Resource) -> Object {
    let instant = || object(ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))));
    let mut row = ObjectBuilder::new().title(Some(resource.title.en)).property("id", text()).required("id");
    row = row.property("version", object(ObjectBuilder::new().schema_type(Type::Integer))).required("version");
    for field in resource.fields.iter().filter(|f| !f.secret) {
        row = row.property(field.name, value(field, !field.required)).required(field.name);
        if field.has_label() {
            let label = object(ObjectBuilder::new().schema_type(one_or_none(Type::String)));
            row = match field.kind {
                Kind::Links(_) => row.property(field.label(), Schema::Array(ArrayBuilder::new().items(label).build())),
                _ => row.property(field.label(), label),
            };
        }
    }
    for name in ["created_at", "updated_at"] {
        row = row.property(name, instant()).required(name);
    }
    object(row)
}

/// A row as it is sent: all that a new one needs, or only what changes.
pub(super) fn written(resource: &Resource, new: bool) -> Object {
    let fields = resource.fields.iter().filter(|f| !f.readonly && (new || !f.fixed));
    object(fields.fold(closed(), |body, field| {
        let body = body.property(field.name, value(field, !field.required));
        if new && field.required && field.default.is_none() { body.required(field.name) } else { body }
    }))
}

/// The body of a route of its own.
pub(super) fn body(fields: &[Field]) -> Object {
    object(fields.iter().fold(closed(), |body, field| {
        let body = body.property(field.name, value(field, !field.required));
        if field.required { body.required(field.name) } else { body }
    }))
}

/// A page of rows.
pub(super) fn list(name: &str) -> Object {
    let none = |kind| object(ObjectBuilder::new().schema_type(one_or_none(kind)));
    let page = ObjectBuilder::new().property("items", Schema::Array(ArrayBuilder::new().items(named(name)).build())).required("items");
    object(
        page.property("next", none(Type::String))
            .required("next")
            .property("total", none(Type::Integer))
            .required("total")
            .property("total_exact", none(Type::Boolean))
            .required("total_exact"),
    )
}

/// Rows below one another.
pub(super) fn tree() -> Object {
    let node = ObjectBuilder::new().property("id", text()).property("label", text()).property("children", Schema::Array(ArrayBuilder::new().build()));
    object(ObjectBuilder::new().property("items", Schema::Array(ArrayBuilder::new().items(object(node)).build())).required("items"))
}

/// RFC 9457.
pub(super) fn problem() -> Object {
    let error = ObjectBuilder::new().property("field", text()).property("code", text()).property("message", text());
    let problem = ["type", "title", "detail"].iter().fold(ObjectBuilder::new(), |p, name| p.property(*name, text()).required(*name));
    let problem = problem.property("status", object(ObjectBuilder::new().schema_type(Type::Integer))).required("status");
    object(problem.property("errors", Schema::Array(ArrayBuilder::new().items(object(error)).build())))
}

/// An import.
pub(super) fn job() -> Object {
    let number = || object(ObjectBuilder::new().schema_type(Type::Integer));
    let error = ObjectBuilder::new().property("row", number()).property("field", text()).property("code", text()).property("message", text());
    let mut job = ["id", "resource", "path"].iter().fold(ObjectBuilder::new(), |j, name| j.property(*name, text()).required(*name));
    let states = ["queued", "running", "done", "failed", "cancelled"].map(|s| json!(s));
    job = job.property("state", object(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(states)))).required("state");
    job = ["rows", "done", "accepted", "rejected"].iter().fold(job, |j, name| j.property(*name, number()).required(*name));
    object(job.property("errors", Schema::Array(ArrayBuilder::new().items(object(error)).build())).required("errors"))
}

/// The parameters by which a list is filtered and sorted.
pub(super) fn filters(resource: &Resource) -> Vec<Parameter> {
    let query = |name: &str, what: &str| parameter(name, ParameterIn::Query, false, what, text());
    let mut all = vec![query("q", "Stands in one of the searched fields")];
    let sorted: Vec<&str> = resource.fields.iter().filter(|f| f.sort).map(|f| f.name).chain(["created_at", "updated_at"]).collect();
    all.push(query("sort", &format!("One of {}; - before it for the latest first", sorted.join(", "))));
    for field in resource.fields.iter().filter(|f| f.filter) {
        all.push(query(field.name, field.title.en));
        all.push(query(&format!("{}.in", field.name), "One of several, with commas between"));
        if field.is_column() && !matches!(field.kind, Kind::Bool | Kind::List | Kind::Phones) {
            all.push(query(&format!("{}.from", field.name), "From, inclusive"));
            all.push(query(&format!("{}.to", field.name), "To, exclusive"));
        }
    }
    for name in ["created_at", "updated_at"] {
        all.push(query(&format!("{name}.from"), "From, inclusive"));
        all.push(query(&format!("{name}.to"), "To, exclusive"));
    }
    all
}
