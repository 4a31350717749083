//! `/api/v1/bulletins`.

use callboard_desk::bulletins::on_wall;
use serde_json::{Value, json};

use crate::house::both;

both!(a_bulletin_reaches_its_groups_and_those_below_while_it_runs, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let below = boss.post("/user-groups", json!({"name": "North 1", "parent_id": north})).await.is(201).id();
    let south = boss.post("/user-groups", json!({"name": "South"})).await.is(201).id();
    let me = house.user("me", &["wall.view"], "own", json!({"group_id": below})).await;
    for (title, groups, from, until) in [
        ("all", json!([]), "2026-03-01T00:00:00Z", Value::Null),
        ("north", json!([north]), "2026-03-02T00:00:00Z", Value::Null),
        ("south", json!([south]), "2026-03-02T00:00:00Z", Value::Null),
        ("over", json!([]), "2026-03-01T00:00:00Z", json!("2026-03-02T01:00:00Z")),
        ("ahead", json!([]), "2026-03-03T00:00:00Z", Value::Null),
    ] {
        let body = json!({"title": title, "body": "x", "group_ids": groups, "from_at": from, "until_at": until, "on_wall": true});
        boss.post("/bulletins", body).await.is(201);
    }
    boss.post("/bulletins", json!({"title": "t", "body": "x", "from_at": "2026-03-03T00:00:00Z", "until_at": "2026-03-02T00:00:00Z"})).await.is(422);
    let now = me.get("/bulletins/current").await.is(200);
    assert_eq!(now.each("title"), ["north", "all"]);
    assert_eq!(now.body["items"][0]["read"], false);
    let id = now.body["items"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        me.post(&format!("/bulletins/{id}/read"), Value::Null).await.is(204);
    }
    assert_eq!(me.get("/bulletins/current").await.body["items"][0]["read"], true);
    // What is not one's own is not there, be it by its id.
    let other = boss.get("/bulletins?title=south").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    me.post(&format!("/bulletins/{other}/read"), Value::Null).await.is(404);
    me.get("/bulletins").await.is(403);
    house.stranger().get("/bulletins/current").await.is(401);
    let strip = on_wall(house.admin.db(), house.admin.now()).await.unwrap();
    assert_eq!(strip.iter().map(|s| s.title.as_str()).collect::<Vec<_>>(), ["all"]);
    let all = boss.get("/bulletins?title=all").await.body["items"][0].clone();
    boss.patch(&format!("/bulletins/{}", all["id"].as_str().unwrap()), all["version"].as_i64().unwrap(), json!({"enabled": false})).await.is(200);
    assert_eq!(me.get("/bulletins/current").await.each("title"), ["north"]);
});
