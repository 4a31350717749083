//! `/api/v1/customers` and what hangs on them.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_admin::Admin;
use callboard_admin::contacts::Calls;
use callboard_admin::identity::Caller;
use callboard_domain::Timestamp;
use serde_json::{Value, json};

use crate::house::{House, Visitor, both};

const AGENT: [&str; 10] = [
    "customers.read",
    "customers.write",
    "customers.delete",
    "follow_ups.read",
    "follow_ups.write",
    "follow_ups.delete",
    "appointments.read",
    "appointments.write",
    "opportunities.read",
    "opportunities.write",
];

async fn agent(house: &House, login: &str) -> (Visitor, String) {
    let visitor = house.user(login, &AGENT, "own", json!({})).await;
    let id = visitor.get("/profile").await.is(200).id();
    (visitor, id)
}

both!(a_number_is_one_customer_s_however_it_is_written, house, {
    let boss = house.administrator().await;
    let body = json!({"name": "王小明", "phones": ["+86 138-0000-1111", "013800001111", "010 6555 0000"], "level": "vip", "tags": ["理财"]});
    let made = boss.post("/customers", body).await.is(201);
    assert_eq!(made.body["phones"], json!(["13800001111", "01065550000"]));
    let again = boss.post("/customers", json!({"name": "x", "phones": ["8613800001111"]})).await.is(422);
    assert_eq!(again.wrong(), [("phones".to_owned(), "taken".to_owned())]);
    boss.patch(&format!("/customers/{}", made.id()), 1, json!({"phones": ["13900002222"]})).await.is(200);
    boss.post("/customers", json!({"name": "x", "phones": ["13800001111"]})).await.is(201);
    assert_eq!(boss.post("/customers", json!({"name": "y", "level": "emperor"})).await.is(422).wrong(), [("level".into(), "missing".into())]);
    // A level that is used stays in the dictionary.
    let vip = boss.get("/dictionary-options?value=vip").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.delete(&format!("/dictionary-options/{vip}"), 1).await.is(409);
});

both!(customers_are_found_by_name_company_number_tag_and_level, house, {
    let boss = house.administrator().await;
    let rows = [
        json!({"name": "王小明", "phones": ["13800001111"], "level": "vip", "tags": ["理财", "老客户"], "company": "晨光贸易"}),
        json!({"name": "Anna Lee-Wong", "phones": ["01065550000"], "level": "gold", "tags": ["理财"]}),
        json!({"name": "李小明", "phones": ["13911112222"], "level": "vip"}),
    ];
    for row in rows {
        boss.post("/customers", row).await.is(201);
        house.wait(1); // the latest first
    }
    for (query, names) in [
        ("q=小明", vec!["李小明", "王小明"]),
        ("q=明 王", vec!["王小明"]),
        ("q=WONG", vec!["Anna Lee-Wong"]),
        ("q=贸易", vec!["王小明"]),
        ("q=1380000", vec!["王小明"]),
        ("q=2222", vec!["李小明"]),
        ("q=%25", vec![]),
        ("phones=%2B8613800001111", vec!["王小明"]),
        ("tags=理财", vec!["Anna Lee-Wong", "王小明"]),
        ("tags.in=老客户,x", vec!["王小明"]),
        ("level=vip", vec!["李小明", "王小明"]),
        ("level.in=vip,gold&tags=理财&sort=name", vec!["Anna Lee-Wong", "王小明"]),
    ] {
        let query = query.replace(' ', "%20");
        assert_eq!(boss.get(&format!("/customers?{query}")).await.is(200).each("name"), names, "{query}");
    }
    // Those who may not see numbers find by the whole number alone.
    let clerk = house.user("clerk", &["customers.read"], "all", json!({})).await;
    assert_eq!(clerk.get("/customers?q=13800001111").await.is(200).each("name"), ["王小明"]);
    assert_eq!(clerk.get("/customers?q=13800001111").await.body["items"][0]["phones"], json!(["138****1111"]));
    assert!(clerk.get("/customers?q=1380000111").await.is(200).each("name").is_empty());
    assert!(clerk.get("/customers?q=1111").await.is(200).each("name").is_empty());
    clerk.get("/customers?phones.like=138").await.is(422);
    // Pages go through all of them once, whatever the order.
    let mut seen = Vec::new();
    let mut query = "/customers?limit=1&sort=-name".to_owned();
    loop {
        let page = boss.get(&query).await.is(200);
        seen.extend(page.each("name"));
        let Some(next) = page.body["next"].as_str() else { break };
        query = format!("/customers?limit=1&sort=-name&cursor={next}");
    }
    assert_eq!(seen.len(), 3);
    assert!(seen.is_sorted_by(|a, b| a.as_bytes() > b.as_bytes()), "{seen:?}");
});

both!(an_organisation_gives_customers_fields_of_its_own, house, {
    let boss = house.administrator().await;
    let dictionary = boss.post("/dictionaries", json!({"code": "source", "name": "来源"})).await.is(201).id();
    boss.post("/dictionary-options", json!({"dictionary_id": dictionary, "value": "web", "title_zh": "官网", "title_en": "Web"})).await.is(201);
    for field in [
        json!({"name": "source", "kind": "choice", "title_zh": "来源", "title_en": "Source", "dictionary_id": dictionary}),
        json!({"name": "assets", "kind": "number", "title_zh": "资产", "title_en": "Assets", "required": true}),
        json!({"name": "birthday", "kind": "date", "title_zh": "生日", "title_en": "Birthday"}),
        json!({"name": "agreed", "kind": "yes_no", "title_zh": "同意", "title_en": "Agreed"}),
    ] {
        boss.post("/customer-fields", field).await.is(201);
    }
    for (bad, field) in [
        (json!({"name": "Bad Name", "kind": "text", "title_zh": "x", "title_en": "x"}), "name"),
        (json!({"name": "c", "kind": "choice", "title_zh": "x", "title_en": "x"}), "dictionary_id"),
        (json!({"name": "assets", "kind": "text", "title_zh": "x", "title_en": "x"}), "name"),
    ] {
        assert_eq!(boss.post("/customer-fields", bad).await.is(422).wrong()[0].0, field);
    }
    assert_eq!(boss.post("/customers", json!({"name": "a"})).await.is(422).wrong(), [("own.assets".into(), "required".into())]);
    let own = json!({"assets": "many", "source": "tv", "birthday": "2026-02-30", "secret": 1, "agreed": 7});
    let wrong = boss.post("/customers", json!({"name": "a", "own": own})).await.is(422).wrong();
    for field in ["own.assets", "own.source", "own.birthday", "own.secret", "own.agreed"] {
        assert!(wrong.iter().any(|(f, _)| f == field), "{field}: {wrong:?}");
    }
    boss.post("/customers", json!({"name": "a", "own": {"assets": 9, "source": "官网", "birthday": "1990-05-01"}})).await.is(201);
    let b = boss.post("/customers", json!({"name": "b", "own": {"assets": 100, "agreed": true, "birthday": "2001-01-01"}})).await.is(201);
    for (query, names) in [
        ("own.source=web", vec!["a"]),
        ("own.assets.from=10", vec!["b"]),
        ("own.assets.to=10", vec!["a"]),
        ("own.birthday.from=1990-05-01&own.birthday.to=1990-05-02", vec!["a"]),
        ("own.agreed=true", vec!["b"]),
        ("own.assets.in=9,100&sort=-name", vec!["b", "a"]),
        ("own.nothing=1", vec![]),
    ] {
        assert_eq!(boss.get(&format!("/customers?{query}")).await.is(200).each("name"), names, "{query}");
    }
    // What is not named stays, null empties; a used field stays.
    let path = format!("/customers/{}", b.id());
    let changed = boss.patch(&path, 1, json!({"own": {"agreed": null, "assets": 5}})).await.is(200);
    assert_eq!(changed.body["own"], json!({"assets": 5, "birthday": "2001-01-01"}));
    boss.patch(&path, 2, json!({"own": {"assets": null}})).await.is(422);
    let used = boss.get("/customer-fields?name=assets").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.delete(&format!("/customer-fields/{used}"), 1).await.is(409);
    boss.patch(&format!("/customer-fields/{used}"), 1, json!({"enabled": false})).await.is(200);
    // Out of use: kept where it is, not written any more, not asked for.
    boss.patch(&path, 2, json!({"name": "bb"})).await.is(200);
    boss.patch(&path, 3, json!({"own": {"assets": 6}})).await.is(422);
    boss.post("/customers", json!({"name": "c"})).await.is(201);
});

both!(one_s_customers_and_the_pool_s_are_all_that_one_reaches, house, {
    let boss = house.administrator().await;
    let (me, my_id) = agent(&house, "me").await;
    let (other, other_id) = agent(&house, "other").await;
    let mine = me.post("/customers", json!({"name": "mine"})).await.is(201);
    assert_eq!(mine.body["owner_id"], json!(my_id));
    let theirs = other.post("/customers", json!({"name": "theirs"})).await.is(201).id();
    let follow = other.post("/follow-ups", json!({"customer_id": theirs, "content": "secret"})).await.is(201).id();
    house.wait(1);
    boss.post("/customers", json!({"name": "pool", "owner_id": null})).await.is(201);
    assert_eq!(me.get("/customers?count=true").await.is(200).each("name"), ["pool", "mine"]);
    assert!(me.get("/follow-ups").await.is(200).each("id").is_empty());
    for answer in [
        me.get(&format!("/customers/{theirs}")).await,
        me.patch(&format!("/customers/{theirs}"), 1, json!({"name": "x"})).await,
        me.delete(&format!("/customers/{theirs}"), 1).await,
        me.get(&format!("/customers/{theirs}/contacts")).await,
        me.post(&format!("/customers/{theirs}/claim"), Value::Null).await,
        me.post(&format!("/customers/{theirs}/release"), json!({})).await,
        me.post(&format!("/customers/{}/merge", mine.id()), json!({"other": theirs})).await,
        me.get(&format!("/follow-ups/{follow}")).await,
        me.patch(&format!("/follow-ups/{follow}"), 1, json!({"content": "x"})).await,
        me.delete(&format!("/follow-ups/{follow}"), 1).await,
    ] {
        answer.is(404);
    }
    for (path, body) in [
        ("/follow-ups", json!({"customer_id": theirs, "content": "x"})),
        ("/appointments", json!({"customer_id": theirs, "subject": "x", "at": "2026-03-03T00:00:00Z"})),
        ("/opportunities", json!({"customer_id": theirs, "name": "x", "stage": "first"})),
    ] {
        me.post(path, body).await.is(403);
    }
    // Owners are not given away or taken by writing them, nor are fields of the server.
    let path = format!("/customers/{}", mine.id());
    assert_eq!(me.patch(&path, 1, json!({"owner_id": other_id})).await.is(422).wrong()[0].0, "owner_id");
    me.post("/customers", json!({"name": "x", "owner_id": other_id})).await.is(422);
    for body in [json!({"id": "x"}), json!({"version": 7}), json!({"created_at": "2020-01-01T00:00:00Z"}), json!({"owner_id_label": "x"})] {
        me.patch(&path, 1, body).await.is(422);
    }
    me.post("/follow-ups", json!({"customer_id": mine.id(), "content": "x", "user_id": other_id})).await.is(422);
    me.post("/customers/transfer", json!({"ids": [mine.id()], "to": other_id, "reason": "x"})).await.is(403);
});

both!(the_pool_is_taken_from_within_limits_and_every_move_is_kept, house, {
    let boss = house.administrator().await;
    let (me, my_id) = agent(&house, "me").await;
    let (other, other_id) = agent(&house, "other").await;
    let parameters = boss.get("/parameters/settings").await.is(200);
    boss.patch("/parameters/settings", parameters.version(), json!({"claim_limit": 3, "claim_limit_day": 2})).await.is(200);
    let mut pool = Vec::new();
    for n in 0..4 {
        pool.push(boss.post("/customers", json!({"name": format!("c{n}"), "owner_id": null})).await.is(201).id());
    }
    let claimed = me.post(&format!("/customers/{}/claim", pool[0]), Value::Null).await.is(200);
    assert_eq!(claimed.body["owner_id"], json!(my_id));
    other.post(&format!("/customers/{}/claim", pool[0]), Value::Null).await.is(404);
    // To write oneself as the owner is to claim, with the same limits.
    me.patch(&format!("/customers/{}", pool[1]), 1, json!({"owner_id": my_id})).await.is(200);
    me.post(&format!("/customers/{}/claim", pool[2]), Value::Null).await.is(409);
    me.patch(&format!("/customers/{}", pool[2]), 1, json!({"owner_id": my_id})).await.is(409);
    house.wait(86_400_001);
    let (me, other) = (signed(&house, "me").await, signed(&house, "other").await);
    me.post(&format!("/customers/{}/claim", pool[2]), Value::Null).await.is(200);
    me.post(&format!("/customers/{}/claim", pool[3]), Value::Null).await.is(409);
    me.post(&format!("/customers/{}/release", pool[0]), json!({"reason": "moved away"})).await.is(200);
    house.wait(1);
    other.post(&format!("/customers/{}/claim", pool[0]), Value::Null).await.is(200);
    let boss = house.administrator().await;
    let hand = json!({"ids": [pool[1], pool[2]], "to": other_id, "reason": "班组调整"});
    assert_eq!(boss.post("/customers/transfer", hand).await.is(200).body["transferred"], 2);
    for bad in [
        json!({"ids": [], "to": other_id, "reason": "x"}),
        json!({"ids": [pool[1]], "to": other_id, "reason": " "}),
        json!({"ids": [pool[1]], "to": "nobody", "reason": "x"}),
    ] {
        boss.post("/customers/transfer", bad).await.is(422);
    }
    // All or none.
    boss.post("/customers/transfer", json!({"ids": [pool[1], "nothing"], "to": null, "reason": "x"})).await.is(404);
    assert_eq!(boss.get(&format!("/customers/{}", pool[1])).await.is(200).body["owner_id"], json!(other_id));
    let moves = boss.get(&format!("/customer-transfers?customer_id={}", pool[0])).await.is(200);
    assert_eq!(moves.each("action"), ["claim", "release", "claim"]);
    assert_eq!(moves.body["items"][1]["reason"], "moved away");
    assert_eq!(boss.get(&format!("/customer-transfers?customer_id={}&action=transfer", pool[2])).await.each("reason"), ["班组调整"]);
    assert!(me.get(&format!("/customer-transfers?customer_id={}", pool[2])).await.is(200).each("id").is_empty());
});

both!(of_many_customers_those_that_cannot_be_moved_are_told_and_the_others_move, house, {
    let boss = house.administrator().await;
    let (me, _) = agent(&house, "me").await;
    let (_, other_id) = agent(&house, "other").await;
    let free = boss.post("/customers", json!({"name": "free", "owner_id": null})).await.is(201).id();
    let mine = me.post("/customers", json!({"name": "mine"})).await.is(201).id();
    let theirs = boss.post("/customers", json!({"name": "theirs", "owner_id": other_id})).await.is(201).id();
    let refused = |answer: &crate::house::Answer| -> Vec<(String, String)> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        answer.body["refused"].as_array().unwrap().iter().map(|e| (text(e, "id"), text(e, "message"))).collect()
    };
    let absent = "there is no such thing, or you may not see it".to_owned();
    let claimed = me.post("/customers/claim", json!({"ids": [free, mine, theirs]})).await.is(200);
    assert_eq!(claimed.body["claimed"], 1);
    assert_eq!(refused(&claimed), [(mine.clone(), "the customer has an owner".into()), (theirs.clone(), absent.clone())]);
    let released = me.post("/customers/release", json!({"ids": [free, theirs], "reason": "too many"})).await.is(200);
    assert_eq!((&released.body["released"], refused(&released)), (&json!(1), vec![(theirs.clone(), absent)]));
    let hand = |partly: bool| json!({"ids": [mine, "nothing", free], "to": other_id, "reason": "班组调整", "partly": partly});
    boss.post("/customers/transfer", hand(false)).await.is(404);
    assert_ne!(boss.get(&format!("/customers/{mine}")).await.body["owner_id"], json!(other_id));
    let handed = boss.post("/customers/transfer", hand(true)).await.is(200);
    assert_eq!((&handed.body["transferred"], refused(&handed).len()), (&json!(2), 1));
    assert_eq!(boss.get(&format!("/customers/{mine}")).await.body["owner_id"], json!(other_id));
    me.post("/customers/transfer", hand(true)).await.is(403);
    for path in ["claim", "release"] {
        me.post(&format!("/customers/{path}"), json!({"ids": []})).await.is(422);
        me.post(&format!("/customers/{path}"), json!({"ids": [free], "to": other_id})).await.is(422);
        house.user(path, &["customers.read"], "all", json!({})).await.post(&format!("/customers/{path}"), json!({"ids": [free]})).await.is(403);
    }
});

both!(a_move_keeps_its_reason_though_the_clock_runs, house, {
    let boss = house.administrator().await;
    let (me, my_id) = agent(&house, "me").await;
    house.run_clock();
    let id = me.post("/customers", json!({"name": "mine"})).await.is(201).id();
    me.post(&format!("/customers/{id}/release"), json!({"reason": "moved away"})).await.is(200);
    me.post(&format!("/customers/{id}/claim"), Value::Null).await.is(200);
    boss.post("/customers/transfer", json!({"ids": [id], "to": null, "reason": "left the house"})).await.is(200);
    boss.post("/customers/transfer", json!({"ids": [id], "to": my_id, "reason": "came back"})).await.is(200);
    let moves = boss.get(&format!("/customer-transfers?customer_id={id}")).await.is(200);
    assert_eq!(moves.each("action"), ["transfer", "release", "claim", "release"]);
    assert_eq!(moves.each("reason"), ["came back", "left the house", "", "moved away"]);
});

async fn signed(house: &House, login: &str) -> Visitor {
    let mut visitor = house.stranger();
    visitor.sign_in(login, crate::house::PASSWORD).await.is(200);
    visitor
}

both!(two_records_of_one_customer_become_one, house, {
    let boss = house.administrator().await;
    let a = boss.post("/customers", json!({"name": "王小明", "phones": ["13800001111"], "tags": ["a"]})).await.is(201).id();
    let b = boss.post("/customers", json!({"name": "小明", "phones": ["13900002222"], "tags": ["b"], "company": "c"})).await.is(201).id();
    boss.post("/follow-ups", json!({"customer_id": b, "content": "kept"})).await.is(201);
    boss.delete(&format!("/customers/{b}"), 1).await.is(409);
    let one = boss.post(&format!("/customers/{a}/merge"), json!({"other": b})).await.is(200);
    assert_eq!(
        (&one.body["phones"], &one.body["tags"], &one.body["company"]),
        (&json!(["13800001111", "13900002222"]), &json!(["a", "b"]), &json!("c"))
    );
    boss.get(&format!("/customers/{b}")).await.is(404);
    assert_eq!(boss.get(&format!("/follow-ups?customer_id={a}")).await.each("content"), ["kept"]);
    assert_eq!(boss.get("/screen-pop?number=13900002222").await.is(200).body["customer"]["id"], json!(a));
    boss.post(&format!("/customers/{a}/merge"), json!({"other": a})).await.is(422);
});

both!(what_was_and_will_be_done_hangs_on_the_customer, house, {
    let (me, my_id) = agent(&house, "me").await;
    let id = me.post("/customers", json!({"name": "c", "phones": ["13800001111"]})).await.is(201).id();
    let follow = me.post("/follow-ups", json!({"customer_id": id, "content": "called", "next_at": "2026-03-03T01:00:00Z"})).await.is(201);
    assert_eq!((&follow.body["user_id"], &follow.body["customer_id_label"]), (&json!(my_id), &json!("c")));
    let late = me.post("/appointments", json!({"customer_id": id, "subject": "late", "at": "2026-03-01T01:00:00Z"})).await.is(201);
    me.post("/appointments", json!({"customer_id": id, "subject": "ahead", "at": "2026-03-09T01:00:00Z"})).await.is(201);
    assert_eq!(me.get("/appointments?due=true").await.is(200).each("subject"), ["late"]);
    let done = me.patch(&format!("/appointments/{}", late.id()), 1, json!({"state": "done"})).await.is(200);
    assert_eq!(done.body["done_at"], "2026-03-02T01:00:00.000Z");
    assert!(me.get("/appointments?due=true").await.is(200).each("subject").is_empty());
    me.patch(&format!("/appointments/{}", late.id()), 2, json!({"done_at": "2020-01-01T00:00:00Z"})).await.is(422);
    let chance = me
        .post("/opportunities", json!({"customer_id": id, "name": "存单", "stage": "offer", "amount": "50000", "expected_on": "2026-04-01"}))
        .await
        .is(201);
    assert_eq!((&chance.body["amount"], &chance.body["closed_at"]), (&json!("50000.00"), &Value::Null));
    me.post("/opportunities", json!({"customer_id": id, "name": "x", "stage": "dream"})).await.is(422);
    me.post("/opportunities", json!({"customer_id": id, "name": "x", "stage": "offer", "amount": "-1"})).await.is(422);
    let won = me.patch(&format!("/opportunities/{}", chance.id()), 1, json!({"state": "won", "stage": "signed"})).await.is(200);
    assert_eq!(won.body["closed_at"], "2026-03-02T01:00:00.000Z");
    let pop = me.get("/screen-pop?number=%2B8613800001111&call_id=a/1").await.is(200);
    assert_eq!(pop.body["customer"]["name"], "c");
    assert_eq!(pop.body["follow_ups"].as_array().unwrap().len(), 1);
    assert_eq!(pop.body["appointments"].as_array().unwrap().len(), 1);
    assert!(pop.body["opportunities"].as_array().unwrap().is_empty());
    assert_eq!(pop.body["url"], format!("/console/customers/{id}?call=a%2F1"));
    assert_eq!(pop.body["number"], "138****1111");
    // Another's customer is said to be one, and no more.
    let (other, _) = agent(&house, "other").await;
    let pop = other.get("/screen-pop?number=13800001111").await.is(200);
    assert_eq!(
        (&pop.body["known"], &pop.body["others"], &pop.body["customer"], &pop.body["url"]),
        (&json!(true), &json!(true), &Value::Null, &Value::Null)
    );
    let pop = other.get("/screen-pop?number=13899998888").await.is(200);
    assert_eq!(pop.body["url"], "/console/customers?open=new&set.phones=13899998888");
    other.get("/screen-pop?number=x").await.is(422);
    house.stranger().get("/screen-pop?number=13899998888").await.is(401);
});

struct Two;

#[async_trait]
impl Calls for Two {
    async fn of_numbers(&self, _: &Arc<Admin>, _: &Caller, numbers: &[String], before: Timestamp, limit: usize) -> Result<Vec<Value>, String> {
        Ok(vec![json!({"from": format!("+86{}", numbers[0]), "to": "4008", "at": before.to_string(), "limit": limit})])
    }

    async fn sees(&self, _: &Arc<Admin>, _: &Caller, _: &str, source: &str, call: &str) -> Result<bool, String> {
        Ok((source, call) == ("pbx", "c1"))
    }
}

both!(calls_with_a_customer_come_from_the_server, house, {
    let (me, _) = agent(&house, "me").await;
    let id = me.post("/customers", json!({"name": "c", "phones": ["13800001111"]})).await.is(201).id();
    assert_eq!(me.get(&format!("/customers/{id}/contacts")).await.is(200).body, json!({"items": [], "known": false}));
    house.admin.take_calls(Arc::new(Two));
    let calls = me.get(&format!("/customers/{id}/contacts?limit=7&before=2026-01-01T00:00:00Z")).await.is(200);
    assert_eq!(calls.body["items"], json!([{"from": "+86****1111", "to": "4008", "at": "2026-01-01T00:00:00.000Z", "limit": 7}]));
    let boss = house.administrator().await;
    assert_eq!(boss.get(&format!("/customers/{id}/contacts")).await.is(200).body["items"][0]["from"], "+8613800001111");
});

both!(customers_come_and_go_in_files_with_their_own_fields, house, {
    let boss = house.administrator().await;
    for (name, kind, zh) in [("assets", "number", "资产"), ("note", "text", "附注"), ("agreed", "yes_no", "同意回访")] {
        boss.post("/customer-fields", json!({"name": name, "kind": kind, "title_zh": zh, "title_en": name})).await.is(201);
    }
    boss.post("/customers", json!({"name": "Old", "phones": ["13800001111"], "own": {"assets": 1, "agreed": true}})).await.is(201);
    let template = boss.get("/customers/imports/template").await.is(200);
    assert!(String::from_utf8(template.bytes).unwrap().contains("资产"));
    let run = |mode: &'static str, csv: &'static str| {
        let boss = boss.clone();
        async move {
            let job = boss
                .send(axum::http::Method::POST, &format!("/customers/imports?mode={mode}"), &[("content-type", "text/csv")], csv.into())
                .await
                .is(202);
            loop {
                let told = boss.get(&format!("/imports/{}", job.id())).await.is(200).body;
                if !["queued", "running"].contains(&told["state"].as_str().unwrap()) {
                    return told;
                }
                tokio::task::yield_now().await;
            }
        }
    };
    let wrong = run("insert", "Name,Numbers,assets,own.agreed,附注\nA,13911110000,many,是,x\nB,13911110001,7,maybe,\nC,+86 138 0000 1111,,,\n").await;
    assert_eq!((&wrong["state"], &wrong["rejected"]), (&json!("failed"), &json!(3)));
    let fields: Vec<(&Value, &Value)> = wrong["errors"].as_array().unwrap().iter().map(|e| (&e["row"], &e["field"])).collect();
    assert_eq!(fields, [(&json!(2), &json!("own.assets")), (&json!(3), &json!("own.agreed")), (&json!(4), &json!("phones"))]);
    let good = run("upsert", "Name,Numbers,assets,agreed,note\nNew,13911110000;01065550000,7,是,\"=1+1\"\nOld renamed,+86 138 0000 1111,9,,\n").await;
    assert_eq!((&good["state"], &good["accepted"]), (&json!("done"), &json!(2)), "{good}");
    let old = boss.get("/customers?phones=13800001111").await.is(200).body["items"][0].clone();
    assert_eq!((&old["name"], &old["own"]), (&json!("Old renamed"), &json!({"assets": 9})));
    let csv = String::from_utf8(boss.get("/customers/export?format=csv&columns=name,own.assets,own.agreed,own.note&sort=name").await.is(200).bytes)
        .unwrap();
    assert_eq!(csv, "\u{feff}姓名,资产,同意回访,附注\r\nNew,7,是,'=1+1\r\nOld renamed,9,,\r\n");
    boss.get("/customers/export?columns=own.nothing").await.is(422);
    let clerk = house.user("clerk", &["customers.read", "customers.export"], "all", json!({})).await;
    assert!(!String::from_utf8(clerk.get("/customers/export").await.is(200).bytes).unwrap().contains("13911110000"));
});

both!(an_option_is_called_by_its_title_in_the_reader_s_language_in_lists_and_files, house, {
    let boss = house.administrator().await;
    let id = boss.post("/customers", json!({"name": "王小明", "phones": ["13800001111"], "level": "vip"})).await.is(201).id();
    let path = format!("/customers/{id}");
    assert_eq!(boss.get(&path).await.is(200).body["level_label"], "贵宾");
    let file = boss.get("/customers/export?columns=name,level").await.is(200);
    assert!(String::from_utf8(file.bytes).unwrap().contains("王小明,贵宾"));
    let english = house.user("reader", &["customers.read"], "all", json!({})).await;
    assert_eq!(english.get("/customers").await.is(200).body["items"][0]["level_label"], "VIP");
    // A file may say either.
    for (row, (cell, kept)) in [("金卡", "gold"), ("Silver", "silver"), ("vip", "vip")].iter().enumerate() {
        let file = format!("name,phones,level\nn{row},1390000000{row},{cell}\n");
        let job = boss.send(axum::http::Method::POST, "/customers/imports", &[("content-type", "text/csv")], file.into_bytes()).await.is(202).id();
        let state = async || boss.get(&format!("/imports/{job}")).await.is(200).body["state"].clone();
        while ["queued", "running"].contains(&state().await.as_str().unwrap()) {
            tokio::task::yield_now().await;
        }
        assert_eq!(boss.get(&format!("/customers?name=n{row}")).await.is(200).body["items"][0]["level"], *kept, "{cell}");
    }
});
