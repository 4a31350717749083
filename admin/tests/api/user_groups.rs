//! `/api/v1/user-groups`: a tree.

use serde_json::json;

use crate::house::both;

both!(groups_stand_below_one_another_and_never_below_themselves, house, {
    let boss = house.administrator().await;
    let top = boss.post("/user-groups", json!({"name": "客服中心"})).await.is(201);
    let middle = boss.post("/user-groups", json!({"name": "一部", "parent_id": top.id(), "position": 2})).await.is(201);
    boss.post("/user-groups", json!({"name": "二部", "parent_id": top.id(), "position": 1})).await.is(201);
    assert_eq!(middle.body["parent_id_label"], "客服中心");
    let tree = boss.get("/user-groups/tree").await.is(200);
    let children: Vec<_> = tree.body["items"][0]["children"].as_array().unwrap().iter().map(|n| n["label"].clone()).collect();
    assert_eq!(children, ["二部", "一部"]);
    boss.patch(&format!("/user-groups/{}", top.id()), 1, json!({"parent_id": middle.id()})).await.is(422);
    boss.patch(&format!("/user-groups/{}", top.id()), 1, json!({"parent_id": top.id()})).await.is(422);
    boss.delete(&format!("/user-groups/{}", top.id()), 1).await.is(409);
    assert_eq!(boss.get("/user-groups?parent_id=").await.is(200).each("name"), ["客服中心"]);
});

both!(a_label_is_shown_to_those_who_may_read_what_it_names, house, {
    let boss = house.administrator().await;
    let (north, south) =
        (boss.post("/user-groups", json!({"name": "north"})).await.is(201), boss.post("/user-groups", json!({"name": "south"})).await.is(201));
    let seen = async |login: &str, rights: &[&str], scope: &str| {
        let visitor = house.user(login, rights, scope, json!({"group_id": north.id()})).await;
        let me = visitor.get("/profile").await.is(200).body["id"].clone();
        let other = boss.post("/users", json!({"login": format!("{login}.other"), "name": "other", "group_id": south.id()})).await.is(201).id();
        let body = json!({"name": format!("led with {login}"), "leader_ids": [me, other]});
        let group = boss.post("/user-groups", body).await.is(201).id();
        let row = visitor.get(&format!("/user-groups/{group}")).await.is(200).body;
        let label =
            |id: &serde_json::Value| row["leader_ids_label"][row["leader_ids"].as_array().unwrap().iter().position(|l| l == id).unwrap()].clone();
        json!([label(&me), label(&json!(other))])
    };
    assert_eq!(seen("whole", &["user_groups.read", "users.read"], "all").await, json!(["whole", "other"]));
    // With a narrower reach those whom it reaches; without the right only oneself.
    assert_eq!(seen("north.one", &["user_groups.read", "users.read"], "group").await, json!(["north.one", null]));
    assert_eq!(seen("alone", &["user_groups.read"], "all").await, json!(["alone", null]));
});
