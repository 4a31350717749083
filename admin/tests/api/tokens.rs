//! `/api/v1/profile/tokens` and `/api/v1/tokens`: keys of programs, and what a stolen or a cunning one cannot do.

use axum::http::Method;
use callboard_admin::identity::door::again;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Query;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Visitor, both};

const DAY_MS: i64 = 24 * 3_600_000;

/// A token of these rights, good for 30 days; the row with its secret.
async fn token(visitor: &Visitor, name: &str, rights: &[&str]) -> Value {
    let body = json!({"name": name, "rights": rights, "expires_at": "2026-04-01T00:00:00.000Z"});
    visitor.post("/profile/tokens", body).await.is(201).body
}

/// A program that carries it.
fn program(house: &House, token: &Value) -> Visitor {
    let mut program = house.stranger();
    program.bearer = Some(token["token"].as_str().unwrap().to_owned());
    program
}

both!(a_token_does_what_it_names_as_far_as_its_user_may_and_nothing_else, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "north"})).await.is(201).id();
    let rights = ["users.read", "users.write", "user_groups.read"];
    let owner = house.user("owner", &rights, "group", json!({"group_id": north})).await;
    let made = token(&owner, "nightly", &["users.read"]).await;
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("cbt_") && secret.len() == 47, "{secret}");
    let program = program(&house, &made);
    assert_eq!(program.get("/users").await.is(200).each("login"), ["owner"], "the reach is the owner's");
    program.get("/user-groups").await.is(403);
    // Unsafe requests need no page token: nothing was sent by itself.
    program.post("/users", json!({"login": "x", "name": "x"})).await.is(403);
    assert_eq!(program.get("/session").await.is(200).body["rights"], json!(["users.read"]));
    // Nobody's token is more than they are.
    for right in ["roles.read", "*", "no.such"] {
        let body = json!({"name": right, "rights": [right], "expires_at": "2026-04-01T00:00:00.000Z"});
        assert_eq!(owner.post("/profile/tokens", body).await.is(422).wrong()[0].0, "rights", "{right}");
    }
    // What its owner loses, it loses.
    let role = boss.get("/roles?name=role%20of%20owner").await.is(200).body["items"][0].clone();
    boss.patch(&format!("/roles/{}", role["id"].as_str().unwrap()), 1, json!({"rights": ["user_groups.read"]})).await.is(200);
    program.get("/users").await.is(403);
});

both!(a_secret_is_shown_once_and_kept_as_a_hash, house, {
    let boss = house.administrator().await;
    let made = token(&boss, "report", &["users.read"]).await;
    let (id, secret) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    let list = boss.get("/profile/tokens").await.is(200);
    assert_eq!(list.each("hint"), [secret[..8].to_owned()]);
    for path in ["/profile/tokens".to_owned(), "/tokens".to_owned(), format!("/tokens/{id}"), "/audit?resource=tokens".to_owned()] {
        let answer = boss.get(&path).await.is(200);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&secret[8..]), "{path}");
    }
    let kept = house.admin.db().query_all(Query::select().column("secret_hash").from("tokens")).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].try_get::<String>("", "secret_hash").unwrap().contains(&secret[4..]));
    assert_eq!(boss.get("/audit?resource=tokens").await.is(200).each("action"), ["create"]);
});

both!(a_token_ends_with_its_time_its_user_or_when_it_is_revoked, house, {
    let boss = house.administrator().await;
    let owner = house.user("owner", &["users.read"], "all", json!({})).await;
    let id = owner.get("/profile").await.is(200).id();
    let made = token(&owner, "short", &["users.read"]).await;
    let carried = program(&house, &made);
    carried.get("/users").await.is(200);
    // A disabled user's does not work; enabled again, it does.
    let version = boss.get(&format!("/users/{id}")).await.is(200).version();
    boss.patch(&format!("/users/{id}"), version, json!({"enabled": false})).await.is(200);
    carried.get("/users").await.is(401);
    boss.patch(&format!("/users/{id}"), version + 1, json!({"enabled": true})).await.is(200);
    carried.get("/users").await.is(200);
    house.wait(30 * DAY_MS);
    carried.get("/users").await.is(401);
    // The administrator revokes what is somebody else's, and a reset password ends all.
    let mut owner = house.stranger();
    owner.sign_in("owner", PASSWORD).await.is(200);
    let boss = house.administrator().await;
    let body = |name: &str| json!({"name": name, "rights": ["users.read"], "expires_at": "2026-06-01T00:00:00.000Z"});
    let (first, second) = (owner.post("/profile/tokens", body("a")).await.is(201), owner.post("/profile/tokens", body("b")).await.is(201));
    let (of_first, of_second) = (program(&house, &first.body), program(&house, &second.body));
    of_first.get("/users").await.is(200);
    boss.delete(&format!("/tokens/{}", first.id()), 1).await.is(204);
    of_first.get("/users").await.is(401);
    owner.delete(&format!("/profile/tokens/{}", boss.post("/profile/tokens", body("c")).await.is(201).id()), 0).await.is(404);
    of_second.get("/users").await.is(200);
    boss.post(&format!("/users/{id}/password"), json!({})).await.is(200);
    of_second.get("/users").await.is(401);
});

both!(a_new_password_ends_tokens_whoever_sets_it, house, {
    let boss = house.administrator().await;
    let owner = house.user("owner", &["users.read"], "all", json!({})).await;
    let carried = program(&house, &token(&owner, "before", &["users.read"]).await);
    carried.get("/users").await.is(200);
    owner.put("/profile/password", json!({"old": PASSWORD, "new": "another horse in the rain"})).await.is(200);
    carried.get("/users").await.is(401);
    let mut owner = house.stranger();
    owner.sign_in("owner", "another horse in the rain").await.is(200);
    let carried = program(&house, &token(&owner, "after", &["users.read"]).await);
    carried.get("/users").await.is(200);
    let me = owner.get("/profile").await.is(200);
    boss.patch(&format!("/users/{}", me.id()), me.version(), json!({"password": "set by the boss"})).await.is(200);
    carried.get("/users").await.is(401);
    owner.get("/users").await.is(401);
    assert!(boss.get("/tokens").await.is(200).each("name").is_empty(), "they do not come back");
});

both!(a_token_makes_no_token_changes_no_password_and_ends_no_session, house, {
    let boss = house.administrator().await;
    let carried = program(&house, &token(&boss, "everything", &["*"]).await);
    carried.get("/users").await.is(200);
    let body = json!({"name": "child", "rights": ["*"], "expires_at": "2026-04-01T00:00:00.000Z"});
    assert_eq!(carried.post("/profile/tokens", body).await.is(403).body["type"], "/problems/no-person");
    carried.put("/profile/password", json!({"old": PASSWORD, "new": "another long one"})).await.is(403);
    carried.delete("/profile/sessions", 0).await.is(403);
    carried.send(Method::PATCH, "/profile", &[("content-type", "application/json")], br#"{"name":"taken"}"#.to_vec()).await.is(403);
    boss.get("/session").await.is(200);
    // A token of less hands out no more than itself.
    let narrow = program(&house, &token(&boss, "narrow", &["roles.write", "users.write"]).await);
    narrow.post("/roles", json!({"name": "up", "rights": ["*"], "scope": "all"})).await.is(422);
    let admin = boss.get("/profile").await.is(200).id();
    narrow.post(&format!("/users/{admin}/password"), json!({})).await.is(403);
    // Nor does it give a screen what would outlive it.
    let screen = boss.post("/devices", json!({"name": "hall", "boards": ["*"]})).await.is(201).id();
    for path in [format!("/devices/{screen}/key"), format!("/devices/{screen}/pairing")] {
        assert_eq!(carried.post(&path, json!({})).await.is(403).body["type"], "/problems/no-person");
    }
});

both!(a_bearer_decides_before_a_cookie_and_a_bad_one_is_nobody, house, {
    let boss = house.administrator().await;
    let mut both = boss.clone();
    both.bearer = Some(token(&boss, "narrow", &["users.read"]).await["token"].as_str().unwrap().to_owned());
    both.get("/users").await.is(200);
    both.get("/roles").await.is(403);
    for bad in ["cbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cbd_x", "cbt_", "x", ""] {
        both.bearer = Some(bad.into());
        both.get("/users").await.is(401);
    }
    both.bearer = None;
    both.send(Method::GET, "/users", &[("authorization", "Basic YWRtaW46YWRtaW4=")], Vec::new()).await.is(401);
    // A user whose password must be changed has no token that works before.
    both.get("/users").await.is(200);
});

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_keys_is_slowed_down_and_a_good_key_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let url = callboard_admin::store::Store::file(&folder.path().join("settings.db"));
    let options = callboard_admin::Options { requests_per_minute: 60, ..callboard_admin::Options::default() };
    let house = House::on(&url, folder, options).await;
    let boss = house.administrator().await;
    let good = program(&house, &token(&boss, "good", &["users.read"]).await);
    let mut thief = house.stranger();
    thief.bearer = Some("cbt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
    let mut last = 401;
    for _ in 0..61 {
        last = thief.get("/users").await.status.as_u16();
    }
    assert_eq!(last, 429);
    good.get("/users").await.is(200);
}

both!(a_lifetime_is_bounded_and_the_last_use_is_noted_each_minute, house, {
    let boss = house.administrator().await;
    for until in ["2027-04-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"] {
        let body = json!({"name": "x", "rights": ["users.read"], "expires_at": until});
        assert_eq!(boss.post("/profile/tokens", body).await.is(422).wrong()[0].0, "expires_at", "{until}");
    }
    boss.post("/profile/tokens", json!({"name": "for ever", "rights": ["users.read"]})).await.is(422);
    let made = token(&boss, "x", &["users.read"]).await;
    let carried = program(&house, &made);
    let used = async || boss.get("/profile/tokens").await.is(200).body["items"][0]["used_at"].clone();
    assert_eq!(used().await, Value::Null);
    carried.get("/users").await.is(200);
    let first = used().await;
    house.wait(59_000);
    carried.get("/users").await.is(200);
    assert_eq!(used().await, first);
    house.wait(1_000);
    carried.get("/users").await.is(200);
    assert_ne!(used().await, first);
    // What it did stands under its user and its name.
    let writer = program(&house, &token(&boss, "writer", &["user_groups.write", "user_groups.read"]).await);
    let group = writer.post("/user-groups", json!({"name": "made by a program"})).await.is(201).id();
    assert_eq!(boss.get(&format!("/audit?target={group}")).await.is(200).each("actor"), ["admin · writer"]);
});

both!(others_tokens_are_seen_by_those_who_may, house, {
    let boss = house.administrator().await;
    let owner = house.user("owner", &["users.read", "tokens.read"], "own", json!({})).await;
    token(&owner, "mine", &["users.read"]).await;
    token(&boss, "the boss's", &["users.read"]).await;
    assert_eq!(owner.get("/tokens").await.is(200).each("name"), ["mine"]);
    assert_eq!(boss.get("/tokens?sort=name").await.is(200).each("name"), ["mine", "the boss's"]);
    assert_eq!(boss.get("/profile/tokens").await.is(200).each("name"), ["the boss's"]);
});

both!(a_door_that_stays_open_asks_again, house, {
    use callboard_admin::identity::{Caller, Via};
    let boss = house.administrator().await;
    let made = token(&boss, "socket", &["wall.view"]).await;
    let mut caller = Caller::default();
    caller.via = Via::Token(made["id"].as_str().unwrap().into());
    let now = again(&house.admin, &caller).await.unwrap();
    assert_eq!((now.rights().collect::<Vec<_>>(), now.name.as_str()), (vec!["wall.view"], "admin · socket"));
    boss.delete(&format!("/tokens/{}", made["id"].as_str().unwrap()), 1).await.is(204);
    assert_eq!(again(&house.admin, &caller).await.unwrap_err().status(), 401);
    let session = boss.get("/profile/sessions").await.is(200).body["items"].as_array().unwrap().iter().find(|s| s["current"] == true).cloned();
    caller.via = Via::Session { id: session.unwrap()["id"].as_str().unwrap().into(), csrf: String::new() };
    assert_eq!(again(&house.admin, &caller).await.unwrap().name, "admin");
    boss.delete("/session", 0).await.is(204);
    assert_eq!(again(&house.admin, &caller).await.unwrap_err().status(), 401);
    assert_eq!(again(&house.admin, &Caller::default()).await.unwrap_err().status(), 401);
});
