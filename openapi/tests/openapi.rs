//! `GET /api/v1/openapi.json`: the document, and a walk over every route in it with every role and none.

use axum::http::Method;
use callboard_admin::http::{Route, list};
use callboard_admin::identity::door::Need;
use serde_json::{Value, json};

use crate::house::{Visitor, both};

/// Sends what a route takes, as far as it can be known; the ids are those of nothing.
async fn knock(visitor: &Visitor, route: &Route) -> u16 {
    let mut path = route.path.clone();
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        path.replace_range(from..=to, "00000000-0000-7000-8000-000000000000");
    }
    let kind = if path.ends_with("/imports") { "text/csv" } else { "application/json" };
    visitor.send(route.method.clone(), &path, &[("content-type", kind), ("if-match", "\"1\"")], b"{}".to_vec()).await.status.as_u16()
}

both!(every_route_refuses_nobody_and_whoever_has_not_the_right, house, {
    let document = house.stranger().get("/openapi.json").await.is(200).body;
    assert_eq!(document["openapi"], "3.1.0");
    let mut walked = 0;
    let powerless = house.user("powerless", &["wall.view"], "own", json!({})).await;
    for route in list(crate::PARTS) {
        let operation = &document["paths"][format!("/api/v1{}", route.path)][route.method.as_str().to_lowercase()];
        assert!(operation["responses"].is_object(), "{} {} is not in the document", route.method, route.path);
        walked += 1;
        let stranger = knock(&house.stranger(), &route).await;
        match &route.need {
            Need::Nothing => assert!(operation["security"].is_null(), "{}", route.path),
            _ => assert_eq!(stranger, 401, "{} {} for a stranger", route.method, route.path),
        }
        if let Need::Right(_) = route.need {
            assert_eq!(knock(&powerless, &route).await, 403, "{} {} without the right", route.method, route.path);
        }
    }
    let written = document["paths"].as_object().unwrap().values().map(|p| p.as_object().unwrap().len()).sum::<usize>();
    assert_eq!(walked, written, "the document has a route that is not served");
});

both!(each_right_alone_opens_its_own_routes_and_no_other, house, {
    // A user for every right there is would take long to hash: one whose role is changed does.
    let boss = house.administrator().await;
    let visitor = house.user("one.right", &["wall.view"], "own", json!({})).await;
    let mut role = boss.get("/roles?name=role%20of%20one.right").await.is(200).body["items"][0].clone();
    let path = format!("/roles/{}", role["id"].as_str().unwrap());
    let mut rights: Vec<String> =
        list(crate::PARTS).into_iter().filter_map(|r| if let Need::Right(right) = r.need { Some(right) } else { None }).collect();
    rights.sort();
    rights.dedup();
    for right in rights {
        role = boss.patch(&path, role["version"].as_i64().unwrap(), json!({"rights": [right]})).await.is(200).body;
        for route in list(crate::PARTS).iter().filter(|r| r.method != Method::POST || !r.path.ends_with("/imports")) {
            let Need::Right(needed) = &route.need else { continue };
            let status = knock(&visitor, route).await;
            assert_eq!(status != 403, *needed == right, "{} {} with {right}: {status}", route.method, route.path);
            if *needed == right && route.path.contains("{id}") {
                assert!(
                    [404, 412, 422, 428].contains(&status) || route.also.contains(&status),
                    "{} {} with {right}: {status}",
                    route.method,
                    route.path
                );
            }
        }
    }
});

both!(what_is_no_json_is_refused_at_every_route_that_takes_it_as_the_document_says, house, {
    let boss = house.administrator().await;
    let document = boss.get("/openapi.json").await.is(200).body;
    let mut knocked = 0;
    for route in list(crate::PARTS) {
        let operation = &document["paths"][format!("/api/v1{}", route.path)][route.method.as_str().to_lowercase()];
        if operation["requestBody"]["content"]["application/json"].is_null() {
            continue;
        }
        knocked += 1;
        let path = ["{other}", "{source}", "{call}"].iter().fold(route.path.clone(), |path, name| path.replace(name, "x"));
        let path = path.replace("{id}", "00000000-0000-7000-8000-000000000000");
        let send = async |kind, body: &[u8]| {
            let headers = [("content-type", kind), ("if-match", "\"1\"")];
            let answer = boss.send(route.method.clone(), &path, &headers, body.to_vec()).await;
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{} {}", route.method, route.path);
            assert!(operation["responses"][answer.status.as_str()].is_object(), "{} {}: {}", route.method, route.path, answer.status);
            answer.status.as_u16()
        };
        let huge = format!("{{\"a\":\"{}\"}}", "a".repeat(1024 * 1024));
        assert_eq!(send("text/plain", b"{}").await, 415, "{} {}", route.method, route.path);
        assert_eq!(send("application/json", b"{").await, 400, "{} {}", route.method, route.path);
        assert_eq!(send("application/json", b"\"a text\"").await, 422, "{} {}", route.method, route.path);
        assert_eq!(send("application/json", huge.as_bytes()).await, 413, "{} {}", route.method, route.path);
    }
    assert!(knocked > 10, "{knocked}");
});

#[test]
fn no_two_resources_share_a_name_or_a_path() {
    let mut seen = std::collections::BTreeSet::new();
    for resource in callboard_admin::part::resources(crate::PARTS) {
        assert!(seen.insert(("name", resource.name)) && seen.insert(("path", resource.path)), "{} {}", resource.name, resource.path);
    }
}

both!(the_page_needs_nothing_from_elsewhere, house, {
    let page = house.stranger().get("/docs").await.is(200);
    let html = String::from_utf8(page.bytes).unwrap();
    assert!(html.contains("/api/v1/users/{id}") && !html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    house.stranger().get("/docs/style.css").await.is(200);
});

#[test]
fn a_document_s_schemas_name_what_is_required_and_what_is_only_read() {
    let document: Value = serde_json::to_value(callboard_openapi::document(crate::PARTS)).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["UsersNew"]["required"], json!(["login", "name"]));
    assert!(schemas["UsersNew"]["properties"]["last_sign_in_at"].is_null());
    assert!(schemas["Users"]["properties"]["password"].is_null());
    assert!(schemas["UsersChange"]["required"].is_null());
    assert_eq!(schemas["Roles"]["properties"]["scope"]["enum"], json!(["own", "skill_group", "group", "all", null]));
}
