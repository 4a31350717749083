//! `/api/v1/secrets`: taken, kept encrypted, never given back.

use callboard_safe::Keys;
use callboard_safe::secrets::{self, Error};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::json;

use crate::house::{House, both};

/// Looks like chance, and is not.
struct Ones(u8);

impl callboard_admin::random::Random for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn keys(house: &House) -> Keys {
    Keys::open(&house.folder.path().join("settings.key"), &Ones(1)).unwrap()
}

both!(a_secret_is_the_server_s_alone, house, {
    let boss = house.administrator().await;
    let body = json!({"name": "oidc", "value": "hunter2-hunter2", "note": "client secret"});
    let made = boss.post("/secrets", body).await.is(201);
    let path = format!("/secrets/{}", made.id());
    for answer in [made, boss.get(&path).await, boss.get("/secrets").await, boss.get("/audit?resource=secrets").await, boss.get("/meta").await] {
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("hunter2"));
    }
    assert_eq!(secrets::reveal(&house.admin, "oidc").await.unwrap().as_deref(), Some("hunter2-hunter2"));
    assert_eq!(secrets::reveal(&house.admin, "none").await.unwrap(), None);
    let row = house.admin.db().query_one(Query::select().columns(["sealed", "key_id"]).from("secrets")).await.unwrap().unwrap();
    assert!(!row.try_get::<String>("", "sealed").unwrap().contains("hunter2"));
    // Replaced, noted, and kept where only the note changes.
    boss.patch(&path, 1, json!({"value": "another\nof two lines"})).await.is(200);
    boss.patch(&path, 2, json!({"note": "new"})).await.is(200);
    assert_eq!(secrets::reveal(&house.admin, "oidc").await.unwrap().as_deref(), Some("another\nof two lines"));
    boss.patch(&path, 3, json!({"name": "s3"})).await.is(422);
    boss.post("/secrets", json!({"name": "empty"})).await.is(422);
    house.user("reader", &["secrets.read"], "all", json!({})).await.patch(&path, 3, json!({"value": "x"})).await.is(403);
});

both!(keys_are_changed_and_no_secret_is_lost, house, {
    let boss = house.administrator().await;
    for name in ["a", "b"] {
        boss.post("/secrets", json!({"name": name, "value": format!("value of {name}")})).await.is(201);
    }
    let mut changed = keys(&house);
    let before = changed.current().id().to_owned();
    assert_eq!(secrets::rotate(&house.admin, &mut changed).await.unwrap(), 2);
    assert_ne!(changed.current().id(), before);
    // The server of before has the key of before: it says which is missing, and that nothing was guessed.
    assert!(matches!(secrets::check(&house.admin).await, Err(Error::OtherKey { key_id, .. }) if key_id == changed.current().id()));
    assert_eq!(keys(&house).current().id(), changed.current().id());
});

both!(a_row_that_was_given_another_s_value_is_not_believed, house, {
    let boss = house.administrator().await;
    for name in ["a", "b"] {
        boss.post("/secrets", json!({"name": name, "value": name})).await.is(201);
    }
    secrets::check(&house.admin).await.unwrap();
    let of = |name: &str| Query::select().column("sealed").from("secrets").and_where(Expr::col("name").eq(name)).to_owned();
    let sealed: String = house.admin.db().query_one(&of("a")).await.unwrap().unwrap().try_get("", "sealed").unwrap();
    house.admin.db().execute(Query::update().table("secrets").value("sealed", sealed).and_where(Expr::col("name").eq("b"))).await.unwrap();
    assert!(matches!(secrets::reveal(&house.admin, "b").await, Err(Error::Tampered { name }) if name == "b"));
});
