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
