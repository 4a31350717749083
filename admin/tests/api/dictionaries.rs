//! `/api/v1/dictionaries` and `/api/v1/dictionary-options`.

use serde_json::json;

use crate::house::both;

both!(a_dictionary_has_ordered_options_each_once, house, {
    let boss = house.administrator().await;
    let levels = boss.post("/dictionaries", json!({"code": "colour", "name": "客户等级"})).await.is(201);
    for (value, position) in [("gold", 2), ("silver", 1)] {
        let body = json!({"dictionary_id": levels.id(), "value": value, "title_zh": value, "title_en": value, "position": position});
        boss.post("/dictionary-options", body).await.is(201);
    }
    assert_eq!(boss.get(&format!("/dictionary-options?dictionary_id={}", levels.id())).await.is(200).each("value"), ["silver", "gold"]);
    let again = json!({"dictionary_id": levels.id(), "value": "gold", "title_zh": "金", "title_en": "Gold"});
    assert_eq!(boss.post("/dictionary-options", again).await.is(422).wrong()[0].0, "value");
    boss.delete(&format!("/dictionaries/{}", levels.id()), 1).await.is(409);
    // What others refer to by its value keeps it.
    boss.patch(&format!("/dictionaries/{}", levels.id()), 1, json!({"code": "other"})).await.is(422);
});

both!(an_option_s_entry_in_the_audit_log_leads_to_the_option, house, {
    let boss = house.administrator().await;
    let colours = boss.post("/dictionaries", json!({"code": "colour", "name": "颜色"})).await.is(201).id();
    let red = json!({"dictionary_id": colours, "value": "red", "title_zh": "红", "title_en": "Red"});
    let red = boss.post("/dictionary-options", red).await.is(201).id();
    let entry = boss.get(&format!("/audit?target={red}")).await.is(200).body["items"][0].clone();
    let meta = boss.get("/meta").await.is(200).body;
    let on = meta["resources"].as_array().unwrap().iter().find(|r| r["name"] == entry["resource"]).unwrap();
    boss.get(&format!("/{}/{red}", on["path"].as_str().unwrap())).await.is(200);
    // Options go by the rights of their dictionaries.
    let reader = house.user("reader", &["dictionaries.read"], "all", json!({})).await;
    reader.get(&format!("/dictionary-options/{red}")).await.is(200);
    reader.delete(&format!("/dictionary-options/{red}"), 1).await.is(403);
});
