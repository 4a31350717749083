//! The API's document, OpenAPI 3.1, made from the routes that are served and the descriptors behind them.
//!
//! Nothing is written twice: a route that exists is in it, and a field's kind is its schema.

mod schema;

use std::collections::BTreeSet;

use axum::http::Method;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required, Schema};

use callboard_admin::http::{self, Route};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::session::COOKIE;
use callboard_admin::part::{self, Part};
use callboard_admin::resource::Resource;
use schema::{named, pascal, row, text};

/// Ways of a route that is shared by resources, by the end of its path.
const SHEETS: [&str; 2] = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];

/// The document.
#[must_use]
pub fn document(parts: &[&'static Part]) -> OpenApi {
    let mut paths = Paths::new();
    for route in http::list(parts) {
        if let Some(method) = method(&route.method) {
            paths.add_path_operation(format!("/api/v1{}", route.path), vec![method], operation(&route));
        }
    }
    let mut components = Components::new();
    components.schemas.insert("Problem".into(), schema::problem());
    components.schemas.insert("ImportJob".into(), schema::job());
    for resource in part::resources(parts) {
        let name = pascal(resource.path);
        components.schemas.insert(name.clone(), row(resource));
        components.schemas.insert(format!("{name}Page"), schema::list(&name));
        if resource.features.create {
            components.schemas.insert(format!("{name}New"), schema::written(resource, true));
        }
        if resource.features.edit {
            components.schemas.insert(format!("{name}Change"), schema::written(resource, false));
        }
    }
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
    components.security_schemes.insert("session".into(), cookie.into());
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.security_schemes.insert("token".into(), bearer.into());
    let info = InfoBuilder::new().title("Callboard").version("1").description(Some(
        "The organisation. Times are RFC 3339, ids are UUIDs; a session's unsafe requests carry X-CSRF-Token. \
         Errors are problem documents (RFC 9457) in the reader's language.",
    ));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components)).build()
}

fn method(method: &Method) -> Option<HttpMethod> {
    Some(match *method {
        Method::GET => HttpMethod::Get,
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => return None,
    })
}

/// What a route of a resource's shared ways does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    List,
    Create,
    Tree,
    Export,
    Import,
    Template,
    View,
    Change,
    Remove,
}

fn way(route: &Route, resource: &Resource) -> Option<Way> {
    let rest = route.path.strip_prefix('/')?.strip_prefix(resource.path)?;
    Some(match (rest, route.method.as_str()) {
        ("", "GET") => Way::List,
        ("", "POST") => Way::Create,
        ("/tree", _) => Way::Tree,
        ("/export", _) => Way::Export,
        ("/imports", _) => Way::Import,
        ("/imports/template", _) => Way::Template,
        ("/{id}", "GET") => Way::View,
        ("/{id}", "PATCH") => Way::Change,
        ("/{id}", "DELETE") => Way::Remove,
        _ => return None,
    })
}

fn operation(route: &Route) -> Operation {
    let way = route.resource.and_then(|resource| way(route, resource).map(|way| (way, resource)));
    let first = route.path.split('/').nth(1).unwrap_or_default();
    let mut operation = OperationBuilder::new().tag(first).summary(Some(route.summary.clone())).operation_id(Some(id(route)));
    // 401 everywhere: a key that is not good is refused also where none is needed.
    let mut refusals: BTreeSet<u16> = [400, 401, 429].into();
    match &route.need {
        Need::Nothing => {}
        need => {
            refusals.insert(403);
            let schemes = if *need == Need::Person { &["session"][..] } else { &["session", "token"] };
            for scheme in schemes {
                operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>(*scheme, []));
            }
            if let Need::Right(right) = need {
                operation = operation.description(Some(format!("Needs the right `{right}`.")));
            }
        }
    }
    for name in route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        operation = operation.parameter(parameter(name, ParameterIn::Path, true, "Its id", text()));
        refusals.insert(404);
    }
    if route.method != Method::GET {
        refusals.extend([403, 409, 413, 415, 422]);
    }
    match way {
        Some((way, resource)) => operation = shared(operation, way, resource, &mut refusals),
        None => {
            for (name, what) in route.asks {
                operation = operation.parameter(parameter(name, ParameterIn::Query, false, what, text()));
            }
            if !route.takes.is_empty() {
                operation = operation.request_body(Some(json_body(schema::body(route.takes))));
            }
            refusals.extend([404, 409, 422]);
            // What is given: a document, a page or nothing; the routes' own tests say which.
            operation = operation
                .response("200", ResponseBuilder::new().description("Done").build())
                .response("204", ResponseBuilder::new().description("Done"));
        }
    }
    for status in refusals {
        operation = operation.response(status.to_string(), refusal(status));
    }
    for status in route.also {
        operation = operation.response(status.to_string(), ResponseBuilder::new().description(reason(*status)));
    }
    operation.build()
}

fn shared(mut operation: OperationBuilder, way: Way, resource: &Resource, refusals: &mut BTreeSet<u16>) -> OperationBuilder {
    let name = pascal(resource.path);
    let object = |what: &str, name: &str| json_answer(what, named(name));
    if matches!(way, Way::List | Way::Export) {
        operation = schema::filters(resource).into_iter().fold(operation, OperationBuilder::parameter);
        refusals.insert(422);
    }
    match way {
        Way::List => {
            for (name, what) in [("limit", "Rows of a page, 1 to 200"), ("cursor", "`next` of the page before"), ("count", "`true` counts all")] {
                operation = operation.parameter(parameter(name, ParameterIn::Query, false, what, text()));
            }
            operation.response("200", object("A page", &format!("{name}Page")))
        }
        Way::Create => {
            let key = parameter("Idempotency-Key", ParameterIn::Header, false, "The same within a day makes nothing new", text());
            operation.parameter(key).request_body(Some(json_body(named(&format!("{name}New"))))).response("201", object("The row", &name))
        }
        Way::Tree => operation.response("200", json_answer("The rows below one another", schema::tree())),
        Way::Export => {
            for (name, what) in [("format", "csv or xlsx"), ("columns", "Fields, with commas between")] {
                operation = operation.parameter(parameter(name, ParameterIn::Query, false, what, text()));
            }
            refusals.insert(413);
            operation.response("200", sheet_answer())
        }
        Way::Import => {
            operation = operation.parameter(parameter("mode", ParameterIn::Query, false, "insert or upsert", text()));
            let body = SHEETS.iter().fold(RequestBodyBuilder::new(), |body, mime| body.content(*mime, ContentBuilder::new().build()));
            operation.request_body(Some(body.required(Some(Required::True)).build())).response("202", object("The job", "ImportJob"))
        }
        Way::Template => {
            refusals.insert(422);
            operation.parameter(parameter("format", ParameterIn::Query, false, "csv or xlsx", text())).response("200", sheet_answer())
        }
        Way::View => operation.response("200", object("The row", &name)),
        Way::Change => {
            refusals.extend([412, 428]);
            operation
                .parameter(parameter("If-Match", ParameterIn::Header, true, "The ETag that was read", text()))
                .request_body(Some(json_body(named(&format!("{name}Change")))))
                .response("200", object("The row", &name))
        }
        Way::Remove => {
            refusals.extend([412, 428]);
            operation
                .parameter(parameter("If-Match", ParameterIn::Header, true, "The ETag that was read", text()))
                .response("204", ResponseBuilder::new().description("Gone"))
        }
    }
}

/// Such as `get_users_id_password`.
fn id(route: &Route) -> String {
    let path: String = route.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let parts: Vec<&str> = path.split('_').filter(|p| !p.is_empty()).collect();
    format!("{}_{}", route.method.as_str().to_lowercase(), parts.join("_"))
}

fn parameter(name: &str, place: ParameterIn, required: bool, what: &str, schema: RefOr<Schema>) -> Parameter {
    let required = if required { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(required).description(Some(what)).schema(Some(schema)).build()
}

fn json_body(schema: RefOr<Schema>) -> utoipa::openapi::request_body::RequestBody {
    RequestBodyBuilder::new().content("application/json", ContentBuilder::new().schema(Some(schema)).build()).required(Some(Required::True)).build()
}

fn json_answer(what: &str, schema: RefOr<Schema>) -> Response {
    ResponseBuilder::new().description(what).content("application/json", ContentBuilder::new().schema(Some(schema)).build()).build()
}

fn sheet_answer() -> Response {
    SHEETS.iter().fold(ResponseBuilder::new().description("A file"), |r, mime| r.content(*mime, ContentBuilder::new().build())).build()
}

fn refusal(status: u16) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(reason(status)).content("application/problem+json", content).build()
}

fn reason(status: u16) -> &'static str {
    axum::http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Refused")
}
