//! What is told of, and who may have it told: nothing that whoever wrote the hook does not see.

use serde_json::json;

use super::{Receiver, group, hook, send};
use crate::house::both;

both!(what_is_told_keeps_to_what_a_hook_may_see, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    for (name, more) in [("names", json!({})), ("values", json!({"content": "values"})), ("phones", json!({"content": "values", "phones": true}))] {
        let mut all = json!({"name": name, "events": ["users.create", "users.other"]});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        hook(&boss, &format!("{}/{name}", receiver.url()), all).await.is(201);
    }
    let body = json!({"login": "li", "name": "李娜", "phone": "13800001111", "password": "first pass of all"});
    let id = boss.post("/users", body).await.is(201).id();
    boss.post(&format!("/users/{id}/password"), json!({})).await.is(200);
    send(&house).await;
    let got = receiver.take();
    let of = |name: &str| got.iter().find(|g| g.uri.path().ends_with(name)).unwrap();
    assert!(got.iter().all(|g| !g.text.contains("first pass") && !g.text.contains("\"password\"")), "{got:?}");
    let names = &of("names").body["data"];
    assert!(names["fields"].as_array().unwrap().contains(&json!("phone")) && names["values"].is_null(), "{names}");
    assert!(!of("names").text.contains("李娜") && !of("names").text.contains("138"));
    assert_eq!(names["actor_id"], boss.get("/session").await.body["user"]["id"]);
    assert_eq!(
        (&of("values").body["data"]["values"]["name"], &of("values").body["data"]["values"]["phone"]),
        (&json!("李娜"), &json!("138****1111"))
    );
    assert_eq!(of("phones").body["data"]["values"]["phone"], "13800001111");
    assert_eq!(got.iter().filter(|g| g.body["type"] == "users.reset_password").count(), 3, "whatever else is done is other");
});

both!(nobody_has_told_more_than_they_see_themselves, house, {
    let boss = house.administrator().await;
    let url = "https://example.com/in";
    let rights = ["web_hooks.read", "web_hooks.write", "users.read", "user_groups.read"];
    let all = house.user("sees.all", &rights, "all", json!({})).await;
    let own = house.user("sees.own", &rights, "own", json!({})).await;
    assert_eq!(hook(&own, url, json!({})).await.is(422).wrong(), [("events".to_owned(), "rule".to_owned())]);
    assert_eq!(hook(&all, url, json!({"events": ["roles.create"]})).await.is(422).wrong(), [("events".to_owned(), "rule".to_owned())]);
    assert_eq!(hook(&all, url, json!({"phones": true})).await.is(422).wrong(), [("phones".to_owned(), "rule".to_owned())]);
    hook(&all, url, json!({"name": "theirs"})).await.is(201);
    // A hook that tells more than they see is not pointed elsewhere by them, nor switched on; off it may be.
    let path = format!("/web-hooks/{}", hook(&boss, url, json!({"phones": true})).await.is(201).id());
    for change in [json!({"url": "https://evil.example/"}), json!({"content": "values"}), json!({"name": "renamed"})] {
        assert_eq!(all.patch(&path, 1, change.clone()).await.is(422).wrong(), [("phones".to_owned(), "rule".to_owned())], "{change}");
    }
    let version = all.patch(&path, 1, json!({"enabled": false})).await.is(200).version();
    all.patch(&path, version, json!({"url": "https://evil.example/"})).await.is(422);
    all.patch(&path, version, json!({"enabled": true})).await.is(422);
    boss.patch(&path, version, json!({"enabled": true})).await.is(200);
    let reader = house.user("reader", &["web_hooks.read"], "all", json!({})).await;
    reader.get(&path).await.is(200);
    reader.post(&format!("{path}/test"), json!({})).await.is(403);
});

both!(a_hook_listens_to_resources_and_deeds_that_there_are, house, {
    let boss = house.administrator().await;
    for events in [json!(["customer.create"]), json!(["users.created"]), json!(["users"]), json!(["*"]), json!(["*.create"]), json!([])] {
        let refused = hook(&boss, "https://example.com/", json!({"events": events})).await.is(422);
        assert_eq!(refused.wrong()[0].0, "events", "{events}");
    }
    hook(&boss, "https://example.com/", json!({"events": ["users.create", "users.other", "roles.*"]})).await.is(201);
});

both!(a_hook_that_is_off_is_told_of_nothing, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({"enabled": false})).await.is(201);
    group(&boss, "a").await;
    send(&house).await;
    assert!(receiver.take().is_empty());
    assert!(boss.get("/web-hook-deliveries").await.is(200).body["items"].as_array().unwrap().is_empty());
});

both!(what_a_hook_cannot_be_without_is_asked_for, house, {
    let boss = house.administrator().await;
    let path = format!("/web-hooks/{}", hook(&boss, "https://example.com/", json!({"name": "there"})).await.is(201).id());
    for field in ["name", "url", "events", "form", "content", "phones", "language", "enabled"] {
        let refused = hook(&boss, "https://example.com/", json!({ field: null })).await.is(422);
        assert_eq!(refused.wrong(), [(field.to_owned(), "required".to_owned())]);
        boss.patch(&path, 1, json!({ field: null })).await.is(422);
    }
    hook(&boss, "https://example.com/", json!({"secret": null})).await.is(201);
});
