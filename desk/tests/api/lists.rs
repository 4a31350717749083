//! `/api/v1/lists`: black and red lists.

use std::sync::Arc;

use axum::http::Method;
use callboard_admin::Admin;
use callboard_desk::lists::lookup;
use serde_json::{Value, json};

use super::imports::import;
use crate::house::{Answer, House, Visitor, both};

const CLERK: [&str; 6] = ["lists.read", "lists.write", "lists.delete", "lists.import", "lists.lookup", "phones.see"];
const DAY: i64 = 86_400_000;

async fn clerk(house: &House) -> Visitor {
    house.user("clerk", &CLERK, "all", json!({})).await
}

async fn asked(clerk: &Visitor, kind: &str, number: &str) -> Answer {
    clerk.post("/lists", json!({"kind": kind, "number": number, "reason": "骚扰"})).await.is(201)
}

async fn verdict(visitor: &Visitor, number: &str) -> String {
    let number = number.replace('+', "%2B").replace(' ', "%20");
    visitor.get(&format!("/lists/lookup?number={number}")).await.is(200).body["verdict"].as_str().unwrap().to_owned()
}

both!(an_entry_counts_once_somebody_else_has_approved_it, house, {
    let (clerk, boss) = (clerk(&house).await, house.administrator().await);
    let entry = asked(&clerk, "black", "+86 138-0000-1111").await;
    assert_eq!(
        (&entry.body["number"], &entry.body["state"], &entry.body["treatment"], &entry.body["requested_by_label"]),
        (&json!("13800001111"), &json!("requested"), &json!("reject"), &json!("clerk"))
    );
    assert_eq!(verdict(&clerk, "13800001111").await, "none");
    let path = format!("/lists/{}", entry.id());
    clerk.post(&format!("{path}/approve"), json!({})).await.is(403);
    clerk.post("/lists/decisions", json!({"decision": "approve", "ids": [entry.id()]})).await.is(403);
    for body in [json!({"state": "approved"}), json!({"decided_by": "x"}), json!({"hits": 7}), json!({"open_key": "x"})] {
        clerk.patch(&path, 1, body).await.is(422);
    }
    let own = asked(&boss, "red", "13900002222").await.id();
    boss.post(&format!("/lists/{own}/approve"), json!({})).await.is(409);
    boss.post(&format!("{path}/refuse"), json!({})).await.is(422);
    let approved = boss.post(&format!("{path}/approve"), json!({"reason": "核实无误"})).await.is(200);
    assert_eq!((&approved.body["decided_by_label"], &approved.body["decision"]), (&json!("管理员"), &json!("核实无误")));
    for number in ["13800001111", "013800001111", "+8613800001111", "008613800001111"] {
        assert_eq!(verdict(&clerk, number).await, "black", "{number}");
    }
    boss.post(&format!("{path}/approve"), json!({})).await.is(409);
    // A note changes nothing of what was approved; anything else asks anew and counts no more until then.
    let version = clerk.patch(&path, approved.version(), json!({"note": "三次来电"})).await.is(200).version();
    assert_eq!(verdict(&clerk, "13800001111").await, "black");
    let changed = clerk.patch(&path, version, json!({"treatment": "low_priority"})).await.is(200);
    assert_eq!((&changed.body["state"], &changed.body["decided_by"], &changed.body["decision"]), (&json!("requested"), &Value::Null, &Value::Null));
    assert_eq!(verdict(&clerk, "13800001111").await, "none");
    boss.post(&format!("{path}/approve"), json!({})).await.is(200);
    boss.post(&format!("{path}/revoke"), json!({"reason": "误加"})).await.is(200);
    assert_eq!(verdict(&clerk, "13800001111").await, "none");
    boss.post(&format!("{path}/revoke"), json!({"reason": "again"})).await.is(409);
    // The log says who asked and who decided, and shows no number to those who may not see any.
    let log = boss.get(&format!("/audit?resource=lists&target={}", entry.id())).await.is(200);
    assert_eq!(log.each("actor").iter().filter(|a| *a == "admin").count(), 3);
    assert_eq!(log.each("label")[0], "138****1111");
});

both!(where_lists_need_no_approval_an_entry_counts_at_once, house, {
    let boss = house.administrator().await;
    boss.patch("/parameters/settings", 1, json!({"lists_approval": false})).await.is(200);
    let entry = asked(&boss, "black", "13800001111").await;
    assert_eq!((&entry.body["state"], &entry.body["decided_by"]), (&json!("approved"), &Value::Null));
    assert_eq!(verdict(&boss, "13800001111").await, "black");
    boss.delete(&format!("/lists/{}", entry.id()), 1).await.is(204);
    assert_eq!(verdict(&boss, "13800001111").await, "none");
});

both!(red_is_never_held_up_and_the_most_exact_entry_decides, house, {
    let boss = house.administrator().await;
    boss.patch("/parameters/settings", 1, json!({"lists_approval": false})).await.is(200);
    for entry in [
        json!({"kind": "black", "number": "0571", "matching": "area", "reason": "地区", "treatment": "low_priority"}),
        json!({"kind": "black", "number": "+86 571 8888", "matching": "prefix", "reason": "号段"}),
        json!({"kind": "black", "number": "057188889999", "reason": "号码", "treatment": "low_priority"}),
        json!({"kind": "red", "number": "057188887777", "reason": "贵宾"}),
        json!({"kind": "black", "number": "0044", "matching": "prefix", "reason": "abroad"}),
    ] {
        boss.post("/lists", entry).await.is(201);
    }
    for (number, kind, treatment) in [
        ("057112345678", "black", json!("low_priority")),
        ("+8657188881111", "black", json!("reject")),
        ("057188889999", "black", json!("low_priority")),
        ("057188887777", "red", Value::Null),
        ("0044 1632 960961", "black", json!("reject")),
        ("13857188887", "none", Value::Null),
        ("0572", "none", Value::Null),
    ] {
        let answer = boss.get(&format!("/lists/lookup?number={}", number.replace('+', "%2B").replace(' ', "%20"))).await.is(200).body;
        assert_eq!((&answer["verdict"], &answer["treatment"]), (&json!(kind), &treatment), "{number}: {answer}");
    }
    for (bad, field) in [
        (json!({"kind": "black", "number": "138", "matching": "area", "reason": "x"}), "number"),
        (json!({"kind": "black", "number": "+86", "matching": "prefix", "reason": "x"}), "number"),
        (json!({"kind": "red", "number": "13800001111", "reason": "x", "treatment": "reject"}), "treatment"),
        (json!({"kind": "black", "number": "13800001111"}), "reason"),
        (json!({"kind": "grey", "number": "13800001111", "reason": "x"}), "kind"),
        (json!({"kind": "black", "number": "13800001111", "reason": "x", "until_at": "2026-03-02T00:59:59Z"}), "until_at"),
    ] {
        assert_eq!(boss.post("/lists", bad).await.is(422).wrong()[0].0, field);
    }
    boss.get("/lists/lookup?number=x").await.is(422);
    boss.get("/lists/lookup").await.is(422);
});

both!(an_entry_counts_from_its_beginning_until_its_end_and_its_number_is_free_then, house, {
    let boss = house.administrator().await;
    boss.patch("/parameters/settings", 1, json!({"lists_approval": false})).await.is(200);
    let body =
        json!({"kind": "black", "number": "13800001111", "reason": "x", "from_at": "2026-03-02T01:10:00Z", "until_at": "2026-03-02T01:20:00Z"});
    let first = boss.post("/lists", body.clone()).await.is(201);
    assert_eq!(boss.post("/lists", body).await.is(422).wrong(), [("number".to_owned(), "taken".to_owned())]);
    // The red list is another list, and a beginning another matching.
    asked(&boss, "red", "13900001111").await;
    boss.post("/lists", json!({"kind": "black", "number": "13900001111", "reason": "x"})).await.is(201);
    assert_eq!(verdict(&boss, "13800001111").await, "none");
    house.wait(600_000);
    assert_eq!(verdict(&boss, "13800001111").await, "black");
    assert_eq!(boss.get("/lists?in_force=true&kind=black&count=true").await.is(200).body["total"], 2);
    house.wait(599_999);
    assert_eq!(verdict(&boss, "13800001111").await, "black");
    house.wait(1);
    assert_eq!(verdict(&boss, "13800001111").await, "none");
    assert_eq!(boss.get("/lists?in_force=false").await.is(200).each("id"), [first.id()]);
    asked(&boss, "black", "13800001111").await;
    let again = boss.patch(&format!("/lists/{}", first.id()), 1, json!({"until_at": "2026-04-01T00:00:00Z"})).await.is(422);
    assert_eq!(again.wrong(), [("number".to_owned(), "taken".to_owned())]);
});

both!(a_refused_number_can_be_asked_for_again, house, {
    let (clerk, boss) = (clerk(&house).await, house.administrator().await);
    let first = asked(&clerk, "black", "13800001111").await.id();
    boss.post(&format!("/lists/{first}/refuse"), json!({"reason": "证据不足"})).await.is(200);
    asked(&clerk, "black", "13800001111").await;
    assert_eq!(clerk.get("/lists?number=8613800001111&sort=-created_at").await.is(200).each("state").len(), 2);
    assert_eq!(clerk.get("/lists?state=refused").await.is(200).each("decision"), ["证据不足"]);
});

both!(many_are_decided_at_once_but_one_s_own, house, {
    let (clerk, boss) = (clerk(&house).await, house.administrator().await);
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(asked(&clerk, "black", &format!("1380000111{n}")).await.id());
    }
    let own = asked(&boss, "black", "13900009999").await.id();
    boss.post("/lists/decisions", json!({"decision": "approve", "ids": [ids[0], own]})).await.is(409);
    assert_eq!(verdict(&clerk, "13800001110").await, "none", "all or none");
    boss.post("/lists/decisions", json!({"decision": "refuse", "ids": [ids[0]]})).await.is(422);
    assert_eq!(boss.post("/lists/decisions", json!({"decision": "approve", "ids": ids[..2]})).await.is(200).body, json!({"decided": 2, "left": 0}));
    let rest = boss.post("/lists/decisions?kind=black&q=138", json!({"decision": "approve"})).await.is(200);
    assert_eq!(rest.body, json!({"decided": 3, "left": 0}));
    assert_eq!(boss.post("/lists/decisions", json!({"decision": "approve"})).await.is(200).body["decided"], 0);
    boss.post("/lists/decisions?nothing=1", json!({"decision": "approve"})).await.is(422);
    assert_eq!(boss.get("/lists?state=requested").await.is(200).each("id"), [own]);
});

both!(a_file_of_entries_tells_every_row_and_every_duplicate, house, {
    let (clerk, boss) = (clerk(&house).await, house.administrator().await);
    asked(&clerk, "black", "13800000001").await;
    let file = "名单类型,号码,匹配方式,原因,失效时间\n\
        黑名单,13800000002,,骚扰,\n黑名单,'+8613800000001,精确号码,骚扰,\nblack,013800000002,,again,\nred,13800000002,,贵宾,2026-12-31T00:00:00Z\n\
        black,abc,,x,\nblack,138,area,x,\n";
    let job = import(&clerk, "/lists/imports", file.as_bytes()).await;
    assert_eq!((&job["state"], &job["rejected"]), (&json!("failed"), &json!(4)), "{job}");
    let told: Vec<(i64, &str)> =
        job["errors"].as_array().unwrap().iter().map(|e| (e["row"].as_i64().unwrap(), e["code"].as_str().unwrap())).collect();
    assert_eq!(told, [(3, "taken"), (4, "taken"), (6, "kind"), (7, "rule")]);
    assert_eq!(clerk.get("/lists?count=true").await.body["total"], 1);
    let file = "kind,number,reason\nblack,13800000002,x\nred,13800000002,y\nblack,0571 88889999,z\n";
    assert_eq!(import(&clerk, "/lists/imports", file.as_bytes()).await["state"], "done");
    assert_eq!(verdict(&clerk, "13800000002").await, "none");
    assert_eq!(boss.post("/lists/decisions", json!({"decision": "approve"})).await.is(200).body["decided"], 4);
    assert_eq!((verdict(&clerk, "13800000002").await.as_str(), verdict(&clerk, "057188889999").await.as_str()), ("red", "black"));
    // The same file again finds the open entries; what it changes is asked for anew.
    let file = "kind,number,reason,treatment\nblack,13800000002,x,low_priority\n";
    assert_eq!(import(&clerk, "/lists/imports?mode=upsert", file.as_bytes()).await["state"], "done");
    assert_eq!(clerk.get("/lists?number=13800000002&kind=black").await.is(200).each("state"), ["requested"]);
    let sheet = String::from_utf8(boss.get("/lists/export?kind=red").await.is(200).bytes).unwrap();
    assert!(sheet.contains("红名单") && sheet.contains("13800000002"), "{sheet}");
});

both!(hits_are_counted_and_numbers_hidden_from_those_who_may_not_see_them, house, {
    let boss = house.administrator().await;
    boss.patch("/parameters/settings", 1, json!({"lists_approval": false})).await.is(200);
    let id = asked(&boss, "black", "13800001111").await.id();
    let pbx = house.user("pbx", &["lists.lookup"], "all", json!({})).await;
    pbx.get("/lists").await.is(403);
    for _ in 0..3 {
        let answer = pbx.get("/lists/lookup?number=13800001111").await.is(200).body;
        assert_eq!((&answer["number"], &answer["entries"][0]["number"]), (&json!("138****1111"), &json!("138****1111")));
    }
    pbx.get("/lists/lookup?number=13800001111&call=false").await.is(200);
    let entry = loop {
        let entry = boss.get(&format!("/lists/{id}")).await.is(200);
        if entry.body["hits"] == 3 {
            break entry;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((entry.version(), &entry.body["last_hit_at"]), (1, &json!("2026-03-02T01:00:00.000Z")));
    let reader = house.user("reader", &["lists.read"], "all", json!({})).await;
    assert_eq!(reader.get("/lists?q=13800001111").await.is(200).each("number"), ["138****1111"]);
    assert!(reader.get("/lists?q=1380000").await.is(200).each("number").is_empty());
    reader.get("/lists?number.from=138").await.is(422);
    assert_eq!(boss.get("/lists?q=1380000").await.is(200).each("number"), ["13800001111"]);
    reader.get("/lists/lookup?number=13800001111").await.is(403);
    let agent = house.user("agent", &["customers.read"], "own", json!({})).await;
    let pop = agent.get("/screen-pop?number=%2B8613800001111").await.is(200).body;
    assert_eq!(pop["lists"], json!([{"kind": "black", "treatment": "reject", "reason": "骚扰", "until_at": null}]));
    assert_eq!(boss.get(&format!("/lists/{id}")).await.body["hits"], 3, "a look is no call");
});

both!(another_node_s_decision_holds_at_once, house, {
    let (clerk, boss) = (clerk(&house).await, house.administrator().await);
    let other: Arc<Admin> = house.neighbour().await;
    let counts = async || !lookup(other.db(), "13800001111", other.now()).await.unwrap().is_empty();
    let path = format!("/lists/{}", asked(&clerk, "black", "13800001111").await.id());
    assert!(!counts().await);
    boss.post(&format!("{path}/approve"), json!({})).await.is(200);
    assert!(counts().await);
    boss.post(&format!("{path}/revoke"), json!({"reason": "x"})).await.is(200);
    assert!(!counts().await);
    let until = json!({"kind": "black", "number": "13800001111", "reason": "x", "until_at": "2026-03-03T01:00:00Z"});
    let path = format!("/lists/{}", clerk.post("/lists", until).await.is(201).id());
    boss.post(&format!("{path}/approve"), json!({})).await.is(200);
    assert!(counts().await);
    house.wait(DAY);
    assert!(!counts().await);
});

both!(two_who_ask_for_the_same_at_once_make_one_entry, house, {
    let boss = house.administrator().await;
    let ask = || {
        let boss = boss.clone();
        async move { boss.post("/lists", json!({"kind": "black", "number": "13800001111", "reason": "x"})).await.status.as_u16() }
    };
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    let mut all = [a, b, c];
    all.sort_unstable();
    assert_eq!(all[0], 201, "{all:?}");
    assert!(all[1..].iter().all(|s| [409, 422].contains(s)), "{all:?}");
    boss.send(Method::GET, "/lists?count=true", &[], Vec::new()).await.is(200);
});
