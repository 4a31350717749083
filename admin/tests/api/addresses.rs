//! What no store can keep and no router understands is refused as every other problem, on both stores alike.

use axum::http::{Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::house::both;

both!(a_nul_is_refused_wherever_it_stands, house, {
    let boss = house.administrator().await;
    let path = "/users/a%00b";
    boss.get(path).await.is(400);
    boss.patch(path, 1, json!({"name": "x"})).await.is(400);
    boss.delete(path, 1).await.is(400);
    boss.post(&format!("{path}/password"), json!({})).await.is(400);
    for query in ["q=%00", "name=%00", "name.like=a%00b", "role_ids=%00", "%00=1"] {
        boss.get(&format!("/users?{query}")).await.is(400);
    }
    let answer = boss.post("/users", json!({"login": "a\0b", "name": "x"})).await.is(422);
    assert_eq!(answer.wrong(), [("login".to_owned(), "kind".to_owned())]);
    boss.post("/roles", json!({"name": "x", "scope": "all", "rights": ["users.read", {"\0": 1}]})).await.is(422);
    house.stranger().post("/session", json!({"login": "a\0b", "password": "x"})).await.is(422);
    for place in [json!(["name", "x", "\0"]), json!(["name", "\0", "x"])] {
        let cursor = URL_SAFE_NO_PAD.encode(place.to_string());
        let answer = boss.get(&format!("/user-groups?sort=name&cursor={cursor}")).await.is(422);
        assert_eq!(answer.wrong(), [("cursor".to_owned(), "kind".to_owned())]);
    }
});

both!(every_refusal_of_the_router_is_a_problem_document, house, {
    let boss = house.administrator().await;
    for (method, path, status) in [
        (Method::GET, "/users/%ff", 400),
        (Method::GET, "/users?q=%ff", 400),
        (Method::GET, "/nothing", 404),
        (Method::POST, "/users/x/y/z", 404),
        (Method::PUT, "/users", 405),
    ] {
        let answer = boss.send(method, path, &[], Vec::new()).await.is(status);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{path}");
        assert_eq!(answer.body["status"], status, "{path}");
        assert_eq!(answer.headers.contains_key(header::ALLOW), status == 405, "{path}");
    }
});
