//! `/api/v1/skill-groups`, their members, and `/api/v1/extensions`.

use serde_json::{Value, json};

use crate::house::both;

both!(membership_is_dated_and_the_past_stays, house, {
    let boss = house.administrator().await;
    let cards = boss.post("/skill-groups", json!({"name": "信用卡", "queue": "cards"})).await.is(201).id();
    boss.post("/skill-groups", json!({"name": "x", "queue": "cards"})).await.is(422);
    let li = boss.post("/users", json!({"login": "li", "name": "Li"})).await.is(201).id();
    let member = json!({"skill_group_id": cards, "user_id": li, "level": 7});
    let made = boss.post("/skill-group-members", member.clone()).await.is(201);
    assert_eq!(made.body["from_at"], "2026-03-02T01:00:00.000Z");
    assert_eq!(boss.post("/skill-group-members", member).await.is(422).wrong()[0].0, "user_id");
    let early = json!({"skill_group_id": cards, "user_id": li, "from_at": "2026-03-01T00:00:00Z"});
    boss.post("/skill-group-members", early).await.is(422);
    house.wait(3_600_000);
    let path = format!("/skill-group-members/{}", made.id());
    boss.patch(&path, 1, json!({"level": 9})).await.is(409);
    boss.delete(&path, 1).await.is(409);
    boss.patch(&path, 1, json!({"from_at": "2026-01-01T00:00:00Z"})).await.is(422);
    boss.patch(&path, 1, json!({"to_at": "2026-03-02T01:30:00Z"})).await.is(422);
    boss.patch(&path, 1, json!({"to_at": "2026-03-02T02:00:00Z"})).await.is(200);
    let next = json!({"skill_group_id": cards, "user_id": li, "level": 9, "from_at": "2026-03-02T02:00:00Z"});
    boss.post("/skill-group-members", next).await.is(201);
    house.wait(1);
    boss.patch(&path, 2, json!({"to_at": null})).await.is(409);
    for (at, levels) in [("2026-03-02T01:59:59.999Z", vec![7]), ("2026-03-02T02:00:00Z", vec![9]), ("2026-03-01T00:00:00Z", vec![])] {
        let then = boss.get(&format!("/skill-group-members?at={at}&skill_group_id={cards}")).await.is(200);
        let found: Vec<i64> = then.body["items"].as_array().unwrap().iter().map(|m| m["level"].as_i64().unwrap()).collect();
        assert_eq!(found, levels, "{at}");
    }
    boss.delete(&format!("/skill-groups/{cards}"), 1).await.is(409);
});

both!(one_who_reaches_their_skill_group_sees_its_members_customers, house, {
    let boss = house.administrator().await;
    let cards = boss.post("/skill-groups", json!({"name": "信用卡", "queue": "cards"})).await.is(201).id();
    let me = house.user("me", &["customers.read", "skill_groups.read"], "skill_group", json!({})).await;
    let mut ids = vec![me.get("/profile").await.is(200).id()];
    for login in ["near", "far"] {
        ids.push(boss.post("/users", json!({"login": login, "name": login})).await.is(201).id());
    }
    for user in &ids[..2] {
        boss.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": user})).await.is(201);
    }
    for (name, owner) in [("of near", &ids[1]), ("of far", &ids[2])] {
        boss.post("/customers", json!({"name": name, "owner_id": owner})).await.is(201);
    }
    assert_eq!(me.get("/customers").await.is(200).each("name"), ["of near"]);
    assert_eq!(me.get("/skill-group-members").await.is(200).each("user_id").len(), 2);
    me.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": ids[2]})).await.is(403);
});

both!(membership_is_not_written_to_see_more, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let cards = boss.post("/skill-groups", json!({"name": "Cards", "queue": "cards"})).await.is(201).id();
    let loans = boss.post("/skill-groups", json!({"name": "Loans", "queue": "loans"})).await.is(201).id();
    let user = async |login: &str, group: Value| boss.post("/users", json!({"login": login, "name": login, "group_id": group})).await.is(201).id();
    let (near, far) = (user("near", json!(north)).await, user("far", Value::Null).await);
    let rights = ["skill_groups.read", "skill_groups.write"];
    for scope in ["own", "skill_group", "group"] {
        let visitor = house.user(&scope.replace('_', "."), &rights, scope, json!({"group_id": north})).await;
        let me = visitor.get("/profile").await.is(200).id();
        if scope == "skill_group" {
            boss.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": me})).await.is(201);
        }
        let near_there = boss.get(&format!("/skill-group-members?user_id={near}")).await.is(200).each("id");
        if near_there.is_empty() {
            boss.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": near})).await.is(201);
        }
        let wrong = async |group: &str, user: &str| {
            let answer = visitor.post("/skill-group-members", json!({"skill_group_id": group, "user_id": user})).await.is(422);
            answer.wrong().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert!(wrong(&loans, &me).await.contains(&"user_id".into()), "{scope}: oneself");
        assert!(wrong(&cards, &me).await.contains(&"user_id".into()), "{scope}: oneself");
        assert!(wrong(&loans, &near).await.contains(&"skill_group_id".into()), "{scope}: a skill group that one does not see");
        assert!(wrong(&cards, &far).await.contains(&"user_id".into()), "{scope}: somebody whom one does not see");
        // What says whose calls are seen is set by those who see all.
        visitor.post("/skill-groups", json!({"name": scope, "queue": scope})).await.is(422);
        let row = boss.get(&format!("/skill-groups/{cards}")).await.is(200);
        let path = format!("/skill-groups/{cards}");
        assert_eq!(visitor.patch(&path, row.version(), json!({"queue": "everything"})).await.is(422).wrong()[0].0, "queue");
        visitor.patch(&path, row.version(), json!({"description": scope})).await.is(200);
    }
    // Whom one sees goes into a skill group that one sees.
    let mut leader = house.stranger();
    leader.sign_in("group", crate::house::PASSWORD).await.is(200);
    let new = user("new", json!(north)).await;
    let made = leader.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": new})).await.is(201);
    house.wait(1_000);
    leader.patch(&format!("/skill-group-members/{}", made.id()), 1, json!({"to_at": "2026-03-02T02:00:00Z"})).await.is(200);
});

both!(an_extension_has_one_number_and_its_user_s_phone_knows_it, house, {
    let boss = house.administrator().await;
    let me = house.user("me", &["wall.view"], "own", json!({})).await;
    let id = me.get("/profile").await.is(200).id();
    boss.post("/extensions", json!({"number": "6001", "name": "a", "kind": "webrtc", "user_id": id})).await.is(201);
    boss.post("/extensions", json!({"number": "6001", "name": "b"})).await.is(422);
    boss.post("/extensions", json!({"number": "60 01x", "name": "b"})).await.is(422);
    let settings = boss.get("/parameters/settings").await.is(200);
    let phone = json!({"softphone_url": "wss://pbx.example.com/ws", "softphone_ring": "soft", "wrap_up_limit_s": 45});
    boss.patch("/parameters/settings", settings.version(), phone).await.is(200);
    boss.patch("/parameters/settings", settings.version() + 1, json!({"softphone_url": "javascript:alert(1)"})).await.is(422);
    let phone = me.get("/softphone").await.is(200);
    assert_eq!(phone.body["extensions"], json!([{"number": "6001", "kind": "webrtc"}]));
    assert_eq!((&phone.body["url"], &phone.body["wrap_up_limit_s"]), (&json!("wss://pbx.example.com/ws"), &json!(45)));
    assert_eq!(phone.body["pause_reasons"][0], json!({"code": "break", "title": {"zh": "小休", "en": "Short break"}, "limit_s": 600}));
    me.get("/extensions").await.is(403);
    house.stranger().get("/softphone").await.is(401);
});
