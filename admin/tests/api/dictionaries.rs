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
