//! `/api/v1/roles` and `/api/v1/meta`.

use serde_json::json;

use crate::house::both;

both!(a_role_s_rights_are_checked_and_the_built_in_one_stays, house, {
    let boss = house.administrator().await;
    assert_eq!(boss.post("/roles", json!({"name": "x", "rights": ["fly"]})).await.is(422).wrong()[0].0, "rights");
    let built_in = boss.get("/roles?built_in=true").await.is(200).body["items"][0].clone();
    let path = format!("/roles/{}", built_in["id"].as_str().unwrap());
    boss.patch(&path, built_in["version"].as_i64().unwrap(), json!({"rights": ["users.read"]})).await.is(409);
    boss.delete(&path, built_in["version"].as_i64().unwrap()).await.is(409);
    let role = boss.post("/roles", json!({"name": "used", "rights": ["users.read"]})).await.is(201);
    boss.post("/users", json!({"login": "u", "name": "u", "role_ids": [role.id()]})).await.is(201);
    assert_eq!(boss.delete(&format!("/roles/{}", role.id()), 1).await.is(409).body["type"], "/problems/in-use");
});

both!(meta_says_what_there_is_and_what_one_may, house, {
    let reader = house.user("reader", &["users.read", "users.export"], "all", json!({})).await;
    let meta = reader.get("/meta").await.is(200);
    let resources = meta.body["resources"].as_array().unwrap();
    let users = resources.iter().find(|r| r["name"] == "users").unwrap();
    assert_eq!(users["rights"], json!({"read": true, "write": false, "remove": false, "import": false, "export": true}));
    assert_eq!(users["title"], json!({"en": "Users", "zh": "用户"}));
    let roles = users["fields"].as_array().unwrap().iter().find(|f| f["name"] == "role_ids").unwrap();
    assert_eq!((&roles["kind"], &roles["reference"]), (&json!("references"), &json!("roles")));
    let rights: Vec<&str> = meta.body["rights"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert!(rights.contains(&"users.delete") && rights.contains(&"sql.ask"));
    reader.get("/roles").await.is(403);
    house.stranger().get("/meta").await.is(401);
});
