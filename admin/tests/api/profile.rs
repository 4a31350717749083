//! `/api/v1/profile`: what people change about themselves.

use serde_json::json;

use crate::house::both;

both!(one_changes_one_s_own_name_and_number_and_nothing_else, house, {
    let me = house.user("me", &["wall.view"], "own", json!({"phone": "13800001111"})).await;
    assert_eq!(me.get("/profile").await.is(200).body["phone"], "13800001111");
    let answer = me
        .send(axum::http::Method::PATCH, "/profile", &[("content-type", "application/json")], br#"{"name":"New","theme":"dark"}"#.to_vec())
        .await
        .is(200);
    assert_eq!((&answer.body["name"], &answer.body["theme"]), (&json!("New"), &json!("dark")));
    for body in [r#"{"role_ids":[]}"#, r#"{"enabled":true}"#, r#"{"login":"boss"}"#, r#"{"must_change_password":false}"#, r#"{"password":"x"}"#] {
        me.send(axum::http::Method::PATCH, "/profile", &[("content-type", "application/json")], body.as_bytes().to_vec()).await.is(422);
    }
    me.get("/users").await.is(403);
});

both!(one_sees_and_ends_one_s_sessions_and_no_other_s, house, {
    let first = house.user("me", &["wall.view"], "own", json!({})).await;
    let mut second = house.stranger();
    second.sign_in("me", crate::house::PASSWORD).await.is(200);
    let list = first.get("/profile/sessions").await.is(200);
    // One since the password was changed, and one of each sign-in.
    assert_eq!(list.body["items"].as_array().unwrap().len(), 3);
    let boss = house.administrator().await;
    let other = boss.get("/profile/sessions").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    first.delete(&format!("/profile/sessions/{other}"), 0).await.is(404);
    boss.get("/session").await.is(200);
    first.delete("/profile/sessions", 0).await.is(204);
    second.get("/session").await.is(401);
    first.get("/session").await.is(200);
});
