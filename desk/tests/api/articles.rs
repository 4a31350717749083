//! `/api/v1/articles` and `/api/v1/knowledge-nodes`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::house::{Visitor, both};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08";

async fn article(boss: &Visitor, node: &str, title: &str, body: &str) -> String {
    let id = boss.post("/articles", json!({"title": title, "node_id": node, "body": body})).await.is(201).id();
    boss.post(&format!("/articles/{id}/publish"), Value::Null).await.is(200);
    id
}

async fn found(visitor: &Visitor, q: &str) -> Vec<String> {
    let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
    visitor.get(&format!("/articles/search?q={q}")).await.is(200).each("title")
}

both!(articles_are_found_by_chinese_and_english_words, house, {
    let boss = house.administrator().await;
    let node = boss.post("/knowledge-nodes", json!({"name": "信用卡"})).await.is(201).id();
    let below = boss.post("/knowledge-nodes", json!({"name": "年费", "parent_id": node})).await.is(201).id();
    article(&boss, &below, "信用卡年费", "金卡首年免年费，刷满六次免次年。退货不计入刷卡次数。").await;
    article(&boss, &node, "退货政策", "商品签收后七天内可以**退货退款**，运费由客户承担。").await;
    article(&boss, &node, "Transfers abroad", "Fees of transfers and how policies differ. 国际汇款手续费。").await;
    assert_eq!(found(&boss, "退货").await, ["退货政策", "信用卡年费"]);
    assert_eq!(found(&boss, "退款").await, ["退货政策"]);
    assert_eq!(found(&boss, "年费怎么免").await.first().map(String::as_str), Some("信用卡年费"));
    assert_eq!(found(&boss, "POLICY transfer").await, ["Transfers abroad"]);
    assert_eq!(found(&boss, "手续费").await, ["Transfers abroad"]);
    assert!(found(&boss, "transfer 退货").await.is_empty());
    assert!(found(&boss, "火星").await.is_empty());
    assert!(found(&boss, "，。 !").await.is_empty());
    let answer = boss.get(&format!("/articles/search?q=%E9%80%80%E8%B4%A7&node_id={below}")).await.is(200);
    assert_eq!(answer.each("title"), ["信用卡年费"]);
    let hits: Vec<&Value> = answer.body["items"][0]["snippet"].as_array().unwrap().iter().filter(|p| p["hit"] == true).collect();
    assert_eq!(hits[0]["text"], "退货");
    boss.get("/articles/search").await.is(422);
    // What is changed is found by its new words.
    let id = boss.get("/articles?title=Transfers%20abroad").await.body["items"][0].clone();
    boss.patch(&format!("/articles/{}", id["id"].as_str().unwrap()), id["version"].as_i64().unwrap(), json!({"body": "nothing"})).await.is(200);
    assert!(found(&boss, "手续费").await.is_empty());
});

both!(drafts_are_for_writers_and_every_version_is_kept, house, {
    let boss = house.administrator().await;
    let node = boss.post("/knowledge-nodes", json!({"name": "n"})).await.is(201).id();
    let reader = house.user("reader", &["articles.read", "knowledge.read"], "all", json!({})).await;
    let made = boss.post("/articles", json!({"title": "草稿", "node_id": node, "body": "one word"})).await.is(201);
    assert_eq!((&made.body["state"], &made.body["revision"]), (&json!("draft"), &json!(1)));
    let path = format!("/articles/{}", made.id());
    for answer in [reader.get(&path).await, reader.get(&format!("{path}/attachments")).await, reader.post(&format!("{path}/use"), json!({})).await] {
        answer.is(404);
    }
    assert!(reader.get("/articles").await.is(200).each("title").is_empty());
    assert!(found(&reader, "word").await.is_empty());
    let published = boss.post(&format!("{path}/publish"), Value::Null).await.is(200);
    assert_eq!((&published.body["state"], &published.body["published_at"]), (&json!("published"), &json!("2026-03-02T01:00:00.000Z")));
    boss.post(&format!("{path}/publish"), Value::Null).await.is(409);
    assert_eq!(found(&reader, "words").await, ["草稿"]);
    boss.patch(&path, published.version(), json!({"body": "two words"})).await.is(200);
    for field in [json!({"state": "draft"}), json!({"revision": 9}), json!({"used": 9}), json!({"author_id": null}), json!({"published_at": null})] {
        boss.patch(&path, published.version() + 1, field).await.is(422);
    }
    let versions = boss.get(&format!("{path}/versions")).await.is(200);
    assert_eq!(versions.body["items"].as_array().unwrap().iter().map(|v| v["revision"].as_i64().unwrap()).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(boss.get(&format!("{path}/versions/1")).await.is(200).body["body"], "one word");
    let restored = boss.post(&format!("{path}/versions/1/restore"), Value::Null).await.is(200);
    assert_eq!((&restored.body["body"], &restored.body["revision"]), (&json!("one word"), &json!(4)));
    boss.get(&format!("{path}/versions/99")).await.is(404);
    for answer in [
        reader.get(&format!("{path}/versions")).await,
        reader.post(&format!("{path}/publish"), Value::Null).await,
        reader.post(&format!("{path}/withdraw"), Value::Null).await,
        reader.post(&format!("{path}/versions/1/restore"), Value::Null).await,
        reader.patch(&path, 4, json!({"title": "x"})).await,
    ] {
        answer.is(403);
    }
    reader.post(&format!("{path}/use"), json!({"call_id": "beijing-1"})).await.is(204);
    assert_eq!(reader.get(&path).await.is(200).body["used"], 1);
    boss.post(&format!("{path}/withdraw"), Value::Null).await.is(200);
    reader.get(&path).await.is(404);
});

both!(html_and_links_that_run_something_are_refused_everywhere, house, {
    let boss = house.administrator().await;
    let node = boss.post("/knowledge-nodes", json!({"name": "n"})).await.is(201).id();
    let good = boss.post("/articles", json!({"title": "a < b & c", "node_id": node, "body": "a < b, `<b>` [x](https://example.com)"})).await.is(201);
    for attack in [
        "<script>alert(1)</script>",
        "x <img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](data:text/html,<script>alert(1)</script>)",
        "[x](&#x6A;avascript:alert(1))",
    ] {
        let (article, bulletin) = (json!({"title": "t", "node_id": node, "body": attack}), json!({"title": "t", "body": attack}));
        assert_eq!(boss.post("/articles", article).await.is(422).wrong()[0].0, "body", "{attack}");
        assert_eq!(boss.post("/bulletins", bulletin).await.is(422).wrong()[0].0, "body", "{attack}");
        boss.patch(&format!("/articles/{}", good.id()), 1, json!({"body": attack})).await.is(422);
    }
});

both!(attachments_are_looked_at_and_not_believed, house, {
    let boss = house.administrator().await;
    let node = boss.post("/knowledge-nodes", json!({"name": "n"})).await.is(201).id();
    let (one, two) = (article(&boss, &node, "one", "x").await, article(&boss, &node, "two", "x").await);
    let (path, reader) = (format!("/articles/{one}/attachments"), house.user("reader", &["articles.read"], "all", json!({})).await);
    let up = |name: &'static str, bytes: &'static [u8]| {
        let (boss, path) = (boss.clone(), path.clone());
        async move { boss.send(Method::POST, &format!("{path}?name={name}"), &[], bytes.to_vec()).await }
    };
    let made = up("%E8%AF%B4%E6%98%8E.png", PNG).await.is(200);
    assert_eq!((&made.body["name"], &made.body["media_type"]), (&json!("说明.png"), &json!("image/png")));
    up("a.png", b"<html><script>alert(1)</script>").await.is(415);
    up("a.svg", b"<svg onload='alert(1)'/>").await.is(415);
    up("a.html", b"<html>").await.is(415);
    for name in ["..%2F..%2Fetc%2Fpasswd.png", "a%0D%0Ax.png", ".png", "a%5Cb.png"] {
        up(name, PNG).await.is(422);
    }
    let large = [PNG, &vec![0; 10 * 1024 * 1024]].concat();
    boss.send(Method::POST, &format!("{path}?name=large.png"), &[], large).await.is(413);
    let file = reader.get(&format!("{path}/{}", made.id())).await.is(200);
    assert_eq!(file.bytes, PNG);
    for (header, value) in [
        ("content-disposition", "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E.png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ] {
        assert_eq!(file.headers[header], value);
    }
    // Under another article it is not there; readers add and remove nothing.
    reader.get(&format!("/articles/{two}/attachments/{}", made.id())).await.is(404);
    boss.delete(&format!("/articles/{two}/attachments/{}", made.id()), 1).await.is(404);
    reader.send(Method::POST, &format!("{path}?name=b.png"), &[], PNG.to_vec()).await.is(403);
    reader.delete(&format!("{path}/{}", made.id()), 1).await.is(403);
    boss.delete(&format!("{path}/{}", made.id()), 1).await.is(204);
    assert!(reader.get(&path).await.is(200).body["items"].as_array().unwrap().is_empty());
    assert_eq!(boss.get("/audit?action=attach").await.is(200).each("label"), ["说明.png"]);
});

both!(nodes_are_moved_within_the_tree_and_never_below_themselves, house, {
    let boss = house.administrator().await;
    let a = boss.post("/knowledge-nodes", json!({"name": "a", "position": 2})).await.is(201).id();
    let b = boss.post("/knowledge-nodes", json!({"name": "b", "position": 1})).await.is(201).id();
    boss.patch(&format!("/knowledge-nodes/{b}"), 1, json!({"parent_id": a})).await.is(200);
    boss.patch(&format!("/knowledge-nodes/{a}"), 1, json!({"parent_id": b})).await.is(422);
    let tree = boss.get("/knowledge-nodes/tree").await.is(200);
    assert_eq!(tree.body["items"][0]["children"][0]["label"], "b");
    article(&boss, &b, "x", "x").await;
    boss.delete(&format!("/knowledge-nodes/{b}"), 2).await.is(409);
});
