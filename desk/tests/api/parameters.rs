//! `/api/v1/parameters`, `/queue-targets`, `/pause-reasons`, `/business-hours`, `/holidays` and `/images`.

use axum::http::Method;
use callboard_desk::queue_targets::queues;
use serde_json::json;

use crate::house::both;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08";

both!(there_is_one_row_of_parameters_for_those_who_may, house, {
    let boss = house.administrator().await;
    assert_eq!(boss.get("/parameters").await.is(200).each("id"), ["settings"]);
    boss.post("/parameters", json!({"title_zh": "x", "title_en": "x"})).await.is(405);
    boss.delete("/parameters/settings", 1).await.is(405);
    assert_eq!(boss.patch("/parameters/settings", 1, json!({"wrap_up_limit_s": -1})).await.is(422).wrong()[0].0, "wrap_up_limit_s");
    boss.patch("/parameters/settings", 1, json!({"title_zh": "客服中心"})).await.is(200);
    boss.patch("/parameters/settings", 1, json!({"title_zh": "b"})).await.is(412);
    let reader = house.user("reader", &["parameters.read"], "all", json!({})).await;
    assert_eq!(reader.get("/parameters/settings").await.is(200).body["title_zh"], "客服中心");
    reader.patch("/parameters/settings", 2, json!({"title_zh": "c"})).await.is(403);
    let log = boss.get("/audit?resource=parameters&target=settings").await.is(200);
    assert_eq!(
        (&log.body["items"][0]["before"], &log.body["items"][0]["after"]),
        (&json!({"title_zh": "呼叫中心"}), &json!({"title_zh": "客服中心"}))
    );
});

both!(the_mask_of_numbers_is_a_parameter, house, {
    let boss = house.administrator().await;
    let clerk = house.user("clerk", &["customers.read"], "all", json!({})).await;
    boss.post("/customers", json!({"name": "c", "phones": ["13812345678"]})).await.is(201);
    let shown = || async { clerk.get("/customers").await.is(200).body["items"][0]["phones"][0].clone() };
    assert_eq!(shown().await, "138****5678");
    boss.patch("/parameters/settings", 1, json!({"mask_head": 0, "mask_tail": 2})).await.is(200);
    assert_eq!(shown().await, "****78");
    boss.patch("/parameters/settings", 2, json!({"mask_head": 0, "mask_tail": 0})).await.is(200);
    assert_eq!(shown().await, "****");
});

both!(a_target_holds_from_a_moment_on_and_the_past_keeps_its_own, house, {
    let boss = house.administrator().await;
    let cards = boss.post("/skill-groups", json!({"name": "信用卡", "queue": "cards"})).await.is(201).id();
    let target = |from: &str, s: i64| json!({"skill_group_id": cards, "from_at": from, "target_s": s, "variant": "service_level_all"});
    assert_eq!(boss.post("/queue-targets", target("2026-03-02T01:00:00Z", 20)).await.is(422).wrong()[0].0, "from_at");
    let made = boss.post("/queue-targets", target("2026-03-02T02:00:00Z", 20)).await.is(201);
    boss.post("/queue-targets", target("2026-03-02T02:00:00Z", 30)).await.is(422);
    boss.post("/queue-targets", target("2026-03-03T00:00:00Z", 0)).await.is(422);
    let path = format!("/queue-targets/{}", made.id());
    boss.patch(&path, 1, json!({"target_s": 25})).await.is(200);
    house.wait(3_600_000);
    boss.patch(&path, 2, json!({"target_s": 10})).await.is(409);
    boss.delete(&path, 2).await.is(409);
    let later = boss.post("/queue-targets", target("2026-04-01T00:00:00Z", 30)).await.is(201);
    boss.post("/queue-targets", target("2026-03-02T02:00:59Z", 30)).await.is(422); // within a minute not every node would know
    boss.patch(&format!("/skill-groups/{cards}"), 1, json!({"queue": "gold"})).await.is(200);
    boss.post("/queue-targets", target("2026-05-01T00:00:00Z", 45)).await.is(201);
    let all = queues(house.admin.db()).await.unwrap();
    let of = |queue: &str| all[queue].targets.iter().map(|t| (t.from_at.to_string(), t.target_s, t.short_limit_s)).collect::<Vec<_>>();
    // What was measured for a queue stays with it, whatever the group answers now.
    assert_eq!(of("cards"), [("2026-03-02T02:00:00.000Z".into(), 25, 5), ("2026-04-01T00:00:00.000Z".into(), 30, 5)]);
    assert_eq!(of("gold"), [("2026-05-01T00:00:00.000Z".into(), 45, 5)]);
    assert_eq!((all["gold"].name.as_deref(), all["cards"].name.as_deref()), (Some("信用卡"), None));
    boss.delete(&format!("/queue-targets/{}", later.id()), 1).await.is(204);
});

both!(hours_and_holidays_say_whether_it_is_open, house, {
    let boss = house.administrator().await;
    let week = json!([{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00"}]);
    let id = boss.post("/business-hours", json!({"name": "工作日", "week": week})).await.is(201).id();
    for (bad, field) in [
        (json!({"name": "x", "week": [{"days": [9], "from": "09:00", "to": "18:00"}]}), "week"),
        (json!({"name": "x", "week": week, "zone": "Moon/Base"}), "zone"),
        (json!({"name": "工作日", "week": week}), "name"),
    ] {
        assert_eq!(boss.post("/business-hours", bad).await.is(422).wrong()[0].0, field);
    }
    boss.post("/holidays", json!({"day": "2026-03-04", "name": "x"})).await.is(201);
    boss.post("/holidays", json!({"day": "2026-03-07", "name": "补班", "kind": "working"})).await.is(422);
    boss.post("/holidays", json!({"day": "2026-03-07", "name": "补班", "kind": "working", "hours": [{"from": "09:00", "to": "12:00"}]}))
        .await
        .is(201);
    for (at, open) in [
        ("2026-03-02T01:00:00Z", true),  // Monday, 09:00 in Shanghai
        ("2026-03-02T10:00:00Z", false), // 18:00
        ("2026-03-04T02:00:00Z", false), // a holiday
        ("2026-03-07T02:00:00Z", true),  // a Saturday that is worked
        ("2026-03-07T04:00:00Z", false),
        ("2026-03-08T02:00:00Z", false),
    ] {
        assert_eq!(boss.get(&format!("/business-hours/{id}/open?at={at}")).await.is(200).body["open"], open, "{at}");
    }
    boss.get(&format!("/business-hours/{id}/open?at=now")).await.is(422);
    boss.get("/business-hours/none/open").await.is(404);
});

both!(a_pause_reason_has_one_code, house, {
    let boss = house.administrator().await;
    assert_eq!(boss.get("/pause-reasons").await.is(200).each("code"), ["break", "lunch", "meeting", "training", "paperwork"]);
    boss.post("/pause-reasons", json!({"code": "lunch", "title_zh": "x", "title_en": "x"})).await.is(422);
    boss.post("/pause-reasons", json!({"code": "coaching", "title_zh": "辅导", "title_en": "Coaching", "limit_s": 900, "position": 9})).await.is(201);
});

both!(pictures_are_looked_at_and_shown_to_all, house, {
    let boss = house.administrator().await;
    let put = |visitor: &crate::house::Visitor, name: &'static str, bytes: &'static [u8]| {
        let visitor = visitor.clone();
        async move { visitor.send(Method::PUT, &format!("/images/{name}"), &[("content-type", "image/png")], bytes.to_vec()).await }
    };
    house.stranger().get("/images/logo").await.is(404);
    assert_eq!(house.stranger().get("/images").await.is(200).body, json!({"items": []}));
    for attack in [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(), b"<html>", b"GIF89a"] {
        put(&boss, "logo", attack).await.is(415);
    }
    let too_large = [PNG, &vec![0; 1024 * 1024]].concat();
    put(&boss, "logo", too_large.leak()).await.is(413);
    put(&boss, "logo", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x20\0\0\0\0\x08").await.is(415);
    put(&boss, "logo", PNG).await.is(204);
    put(&boss, "logo", PNG).await.is(204);
    assert_eq!(house.stranger().get("/images").await.is(200).each("name"), ["logo"]);
    put(&boss, "..%2Flogo", PNG).await.is(404);
    let shown = house.stranger().get("/images/logo").await.is(200);
    assert_eq!((shown.bytes.as_slice(), shown.headers["content-type"].to_str().unwrap()), (PNG, "image/png"));
    let reader = house.user("reader", &["parameters.read"], "all", json!({})).await;
    put(&reader, "logo", PNG).await.is(403);
    reader.delete("/images/logo", 1).await.is(403);
    boss.delete("/images/logo", 1).await.is(204);
    house.stranger().get("/images/logo").await.is(404);
});
