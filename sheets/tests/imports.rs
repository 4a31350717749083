//! `POST /api/v1/{path}/imports` and `/api/v1/imports/{id}`.

use axum::http::Method;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Value, json};

use crate::house::{Visitor, both};

/// Sends a CSV and waits for the end of its job.
pub async fn import(visitor: &Visitor, path: &str, file: &[u8]) -> Value {
    let begun = visitor.send(Method::POST, path, &[("content-type", "text/csv")], file.to_vec()).await.is(202);
    finished(visitor, &begun.id()).await
}

async fn finished(visitor: &Visitor, id: &str) -> Value {
    loop {
        let job = visitor.get(&format!("/imports/{id}")).await.is(200).body;
        if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

both!(rows_are_made_with_names_for_what_they_refer_to, house, {
    let boss = house.administrator().await;
    boss.post("/user-groups", json!({"name": "一部"})).await.is(201);
    boss.post("/roles", json!({"name": "坐席", "rights": ["wall.view"]})).await.is(201);
    let file = "\u{feff}用户名,Name,用户组,roles,启用,电话\r\nwang,王伟,一部,坐席,是,'+8613800001111\r\nli,李娜,,坐席;administrator,否,\r\n\r\n";
    let job = import(&boss, "/users/imports", file.as_bytes()).await;
    assert_eq!((&job["state"], &job["rows"], &job["accepted"], &job["rejected"]), (&json!("done"), &json!(2), &json!(2), &json!(0)), "{job}");
    let wang = boss.get("/users?login=wang").await.is(200).body["items"][0].clone();
    assert_eq!((&wang["group_id_label"], &wang["role_ids_label"], &wang["phone"]), (&json!("一部"), &json!(["坐席"]), &json!("+8613800001111")));
    let li = boss.get("/users?login=li").await.is(200).body["items"][0].clone();
    assert_eq!((&li["enabled"], li["role_ids"].as_array().unwrap().len()), (&json!(false), 2));
    // The same file changes what is there, and is refused where it may not.
    assert_eq!(import(&boss, "/users/imports", file.as_bytes()).await["errors"][0]["code"], "taken");
    let file = "用户名,姓名\nwang,王小伟\nnew,New\n";
    assert_eq!(import(&boss, "/users/imports?mode=upsert", file.as_bytes()).await["state"], "done");
    let after = boss.get("/users?login=wang").await.is(200).body["items"][0].clone();
    assert_eq!((&after["name"], &after["group_id_label"]), (&json!("王小伟"), &json!("一部")));
});

both!(each_row_changes_what_it_says_and_is_told_to_the_log, house, {
    let boss = house.administrator().await;
    let role = boss.post("/roles", json!({"name": "坐席", "rights": ["wall.view"]})).await.is(201).id();
    for (login, phone) in [("a", "13800000001"), ("b", "13800000002"), ("c", "13800000003")] {
        boss.post("/users", json!({"login": login, "name": login, "phone": phone, "role_ids": [role]})).await.is(201);
    }
    let file = "login,name,phone,roles\na,a,13900000001,坐席\nb,New,13800000002,\nc,c,13800000003,坐席\nd,d,,坐席\n";
    let job = import(&boss, "/users/imports?mode=upsert", file.as_bytes()).await;
    assert_eq!((&job["state"], &job["accepted"]), (&json!("done"), &json!(4)), "{job}");
    let users = boss.get("/users?login.in=a,b,c,d&sort=login").await.is(200);
    assert_eq!(users.each("name"), ["a", "New", "c", "d"]);
    assert_eq!(users.each("phone"), ["13900000001", "13800000002", "13800000003", ""]);
    let each = |name: &str| users.body["items"].as_array().unwrap().iter().map(|u| u[name].clone()).collect::<Vec<_>>();
    assert_eq!(each("version"), [json!(2), json!(2), json!(1), json!(1)]);
    assert_eq!(each("role_ids_label"), [json!(["坐席"]), json!([]), json!(["坐席"]), json!(["坐席"])]);
    let told = async |login: usize, action: &str| {
        let id = each("id")[login].as_str().unwrap().to_owned();
        boss.get(&format!("/audit?resource=users&target={id}&action={action}")).await.is(200).body["items"].clone()
    };
    assert_eq!(told(0, "update").await[0]["after"], json!({"phone": "13900000001"}));
    assert_eq!((told(2, "update").await, told(3, "create").await[0]["after"]["login"].clone()), (json!([]), json!("d")));
});

both!(what_somebody_takes_while_a_file_is_on_its_way_is_told_with_its_row, house, {
    let boss = house.administrator().await;
    // Somebody else writes, and is not done yet.
    let other = house.admin.begin().await.unwrap();
    let begun = boss.send(Method::POST, "/skill-groups/imports", &[("content-type", "text/csv")], b"name,queue\nA,a\nB,b\n".to_vec()).await.is(202);
    let path = format!("/imports/{}", begun.id());
    while boss.get(&path).await.is(200).body["done"] != 2 {
        tokio::task::yield_now().await;
    }
    let taken = vec![("name", "X".into()), ("queue", "b".into()), ("enabled", true.into())];
    other.execute(&callboard_admin::store::row::insert("skill_groups", "x", house.admin.now(), taken)).await.unwrap();
    other.commit().await.unwrap();
    let job = finished(&boss, &begun.id()).await;
    assert_eq!((&job["state"], &job["rejected"], &job["errors"][0]["row"]), (&json!("failed"), &json!(1), &json!(3)), "{job}");
    assert_eq!((&job["errors"][0]["field"], &job["errors"][0]["code"]), (&json!("queue"), &json!("taken")));
    assert_eq!(boss.get("/skill-groups?sort=name").await.each("name"), ["X"]);
});

both!(every_wrong_row_is_told_and_nothing_is_kept, house, {
    let boss = house.administrator().await;
    let mut file = String::from("用户名,姓名,电话,用户组\n");
    for n in 0..1_000 {
        let phone = if n % 10 == 3 { "abc" } else { "13800001111" };
        let group = if n % 10 == 7 { "nowhere" } else { "" };
        file.push_str(&format!("u{n},User {n},{phone},{group}\n"));
    }
    file.push_str("u0,Again,,\n");
    let job = import(&boss, "/users/imports", file.as_bytes()).await;
    assert_eq!((&job["state"], &job["rejected"], &job["accepted"], &job["rows"]), (&json!("failed"), &json!(201), &json!(0), &json!(1_001)));
    let errors = job["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 201);
    let first = errors[0].clone();
    assert_eq!((&first["row"], &first["field"], &first["message"]), (&json!(5), &json!("phone"), &json!("须为 2 至 20 位的电话号码")));
    assert_eq!((&errors[200]["row"], &errors[200]["field"], &errors[200]["code"]), (&json!(1_002), &json!("login"), &json!("taken")));
    assert_eq!(boss.get("/users?count=true").await.body["total"], 1);
});

both!(a_file_that_cannot_be_is_refused_before_its_rows, house, {
    let boss = house.administrator().await;
    for (file, field, code) in [
        ("用户名,姓名,密码\na,b,c\n", "密码", "unknown"),
        ("用户名,姓名,login\na,b,c\n", "login", "twice"),
        ("姓名\na\n", "login", "required"),
        ("用户名,姓名,last_sign_in_at\na,b,c\n", "last_sign_in_at", "unknown"),
    ] {
        let job = import(&boss, "/users/imports", file.as_bytes()).await;
        assert_eq!((&job["state"], &job["errors"][0]["field"], &job["errors"][0]["code"]), (&json!("failed"), &json!(field), &json!(code)));
    }
    let send = async |kind: &str, body: Vec<u8>| boss.send(Method::POST, "/users/imports", &[("content-type", kind)], body).await;
    send("application/pdf", b"%PDF".to_vec()).await.is(415);
    send("text/csv", vec![b'a'; 33 * 1024 * 1024]).await.is(413);
    assert_eq!(import(&boss, "/users/imports", &[0xff, 0xfe, 0x00]).await["state"], "failed");
    let long = format!("用户名,姓名\n{}", "a,b\n".repeat(100_001));
    assert_eq!(import(&boss, "/users/imports", long.as_bytes()).await["errors"][0]["message"], "文件最多 100000 行");
});

both!(an_import_is_its_sender_s_and_is_cancelled_whole, house, {
    let boss = house.administrator().await;
    let mut file = String::from("用户名,姓名\n");
    (0..20_000).for_each(|n| file.push_str(&format!("u{n},User {n}\n")));
    let begun = boss.send(Method::POST, "/users/imports", &[("content-type", "text/csv")], file.into_bytes()).await.is(202);
    boss.delete(&format!("/imports/{}", begun.id()), 0).await.is(204);
    let job = finished(&boss, &begun.id()).await;
    assert_eq!((&job["state"], &job["accepted"]), (&json!("cancelled"), &json!(0)));
    assert_eq!(boss.get("/users?count=true").await.body["total"], 1);
    let other = house.user("other", &["users.read", "users.import"], "all", json!({})).await;
    other.get(&format!("/imports/{}", begun.id())).await.is(404);
    other.delete(&format!("/imports/{}", begun.id()), 0).await.is(404);
    house.user("reader", &["users.read"], "all", json!({})).await.get("/users/imports/template").await.is(403);
});

both!(a_template_is_what_an_import_takes, house, {
    let boss = house.administrator().await;
    let csv = boss.get("/users/imports/template?format=csv").await.is(200);
    assert!(String::from_utf8(csv.bytes.clone()).unwrap().starts_with("\u{feff}用户名,姓名,工号"));
    assert_eq!(import(&boss, "/users/imports", &csv.bytes).await["state"], "done");
    let xlsx = boss.get("/users/imports/template?format=xlsx").await.is(200);
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let begun = boss.send(Method::POST, "/users/imports", &[("content-type", kind)], xlsx.bytes).await.is(202);
    assert_eq!(finished(&boss, &begun.id()).await["state"], "done");
});

both!(a_key_makes_a_request_happen_once_for_a_day, house, {
    let boss = house.administrator().await;
    let send = async |key: &str, name: &str| boss.post_with("/user-groups", &[("idempotency-key", key)], json!({"name": name})).await;
    let first = send("k1", "North").await.is(201).id();
    assert_eq!(send("k1", "North").await.is(201).id(), first);
    assert_eq!(send("k1", "South").await.is(422).wrong()[0].0, "Idempotency-Key");
    assert_ne!(send("k2", "North").await.is(201).id(), first);
    send("", "North").await.is(400);
    assert_eq!(boss.get("/user-groups?count=true").await.body["total"], 2);
    // Another's key is another key.
    let other = house.user("other", &["user_groups.read", "user_groups.write"], "all", json!({})).await;
    let answer = other.post_with("/user-groups", &[("idempotency-key", "k1")], json!({"name": "South"})).await.is(201);
    assert_ne!(answer.id(), first);
    house.wait(25 * 3_600_000);
    let boss = house.administrator().await;
    assert_ne!(boss.post_with("/user-groups", &[("idempotency-key", "k1")], json!({"name": "North"})).await.is(201).id(), first);
});

both!(a_file_widens_nobodys_sight_either, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let visitor = house.user("clerk", &["users.read", "users.write", "users.import"], "group", json!({"group_id": north})).await;
    let told = import(&visitor, "/users/imports?mode=upsert", b"login,name,agent\nclerk,clerk,1001\n").await;
    assert_eq!((&told["rejected"], &told["errors"][0]["field"]), (&json!(1), &json!("agent")), "{told}");
});

both!(groups_of_a_file_stand_below_one_another_and_below_those_that_are_there, house, {
    let boss = house.administrator().await;
    for name in ["HQ", "Old"] {
        boss.post("/user-groups", json!({"name": name})).await.is(201);
    }
    let file = "name,parent_id,position,leaders\nFirst,HQ,1,admin\nOne,First,1,\nTwo,First,2,\nOld,First,3,\nNew,Old,0,\n";
    let job = import(&boss, "/user-groups/imports?mode=upsert", file.as_bytes()).await;
    assert_eq!((&job["state"], &job["accepted"]), (&json!("done"), &json!(5)), "{job}");
    let tree = boss.get("/user-groups/tree").await.is(200).body["items"].clone();
    let labels = |nodes: &Value| nodes.as_array().unwrap().iter().map(|node| node["label"].clone()).collect::<Vec<_>>();
    assert_eq!(labels(&tree), ["HQ"]);
    let first = &tree[0]["children"][0];
    assert_eq!((&first["label"], labels(&first["children"])), (&json!("First"), vec![json!("One"), json!("Two"), json!("Old")]));
    assert_eq!(labels(&first["children"][2]["children"]), ["New"]);
    let row = boss.get("/user-groups?name=First").await.is(200).body["items"][0].clone();
    assert_eq!((row["leader_ids"].as_array().unwrap().len(), &row["parent_id_label"]), (1, &json!("HQ")));
    let told = boss.get(&format!("/audit?resource=user_groups&target={}", row["id"].as_str().unwrap())).await.is(200).body["items"].clone();
    assert_eq!((&told[0]["action"], &told[0]["after"]["parent_id"]), (&json!("create"), &row["parent_id"]));
    let moved = boss.get("/user-groups?name=Old").await.is(200).body["items"][0].clone();
    assert_eq!((&moved["version"], &moved["parent_id"]), (&json!(2), &row["id"]));
    // The same file again changes nothing.
    assert_eq!(import(&boss, "/user-groups/imports?mode=upsert", file.as_bytes()).await["state"], "done");
    assert_eq!(boss.get("/user-groups?name=Old").await.body["items"][0]["version"], 2);
});

both!(groups_of_a_file_are_refused_as_those_that_are_there_would_be, house, {
    let boss = house.administrator().await;
    boss.post("/user-groups", json!({"name": "A"})).await.is(201);
    boss.post("/user-groups", json!({"name": "B"})).await.is(201);
    let mut deep = String::from("name,parent_id\n");
    (0..22).for_each(|n| deep.push_str(&format!("g{n},{}\n", if n == 0 { String::new() } else { format!("g{}", n - 1) })));
    for (file, row, field, code) in [
        ("name,parent_id\nA,B\nB,A\n", 3, "parent_id", "rule"),
        ("name,parent_id\nA,new\nnew,\n", 2, "parent_id", "missing"),
        ("name,parent_id\nnew,new\n", 2, "parent_id", "missing"),
        ("name,parent_id\nnew,A\nnew,B\n", 3, "name", "taken"),
        ("name,position\nA,1\nA,2\n", 3, "name", "taken"),
        (deep.as_str(), 22, "parent_id", "rule"),
    ] {
        let job = import(&boss, "/user-groups/imports?mode=upsert", file.as_bytes()).await;
        let first = &job["errors"][0];
        assert_eq!(
            (&job["state"], &first["row"], &first["field"], &first["code"]),
            (&json!("failed"), &json!(row), &json!(field), &json!(code)),
            "{job}"
        );
    }
    assert_eq!(boss.get("/user-groups?sort=name").await.is(200).each("parent_id_label"), ["", ""]);
});

both!(a_file_of_groups_holds_nobody_up_and_hears_of_what_moved_meanwhile, house, {
    let boss = house.administrator().await;
    let (a, b) =
        (boss.post("/user-groups", json!({"name": "A"})).await.is(201).id(), boss.post("/user-groups", json!({"name": "B"})).await.is(201).id());
    // Somebody else holds a row of the file while every row is checked, and moves what it is to stand below.
    let other = house.admin.begin().await.unwrap();
    let stand = async |tx: &sea_orm::DatabaseTransaction, id: &str, parent: Option<&str>| {
        let mut update = Query::update();
        update.table("user_groups").value("parent_id", parent.map(str::to_owned)).and_where(Expr::col("id").eq(id));
        tx.execute(&update).await.unwrap();
    };
    stand(&other, &a, None).await;
    let mut file = String::from("name,parent_id\nA,B\n");
    (0..1_500).for_each(|n| file.push_str(&format!("g{n},{}\n", if n == 0 { "A".to_owned() } else { format!("g{}", (n - 1) / 2) })));
    let begin =
        async || boss.send(Method::POST, "/user-groups/imports?mode=upsert", &[("content-type", "text/csv")], file.clone().into_bytes()).await;
    let begun = begin().await.is(202);
    let path = format!("/imports/{}", begun.id());
    while boss.get(&path).await.is(200).body["done"] != 1_501 {
        tokio::task::yield_now().await;
    }
    stand(&other, &b, Some(&a)).await;
    other.commit().await.unwrap();
    let job = finished(&boss, &begun.id()).await;
    assert_eq!((&job["state"], &job["errors"][0]["row"], &job["errors"][0]["field"]), (&json!("failed"), &json!(2), &json!("parent_id")), "{job}");
    assert_eq!(boss.get("/user-groups?count=true").await.body["total"], 2);
    let tx = house.admin.begin().await.unwrap();
    stand(&tx, &b, None).await;
    tx.commit().await.unwrap();
    let job = finished(&boss, &begin().await.is(202).id()).await;
    assert_eq!((&job["state"], &job["accepted"]), (&json!("done"), &json!(1_501)), "{job}");
    let last = boss.get("/user-groups?name=g1499").await.is(200).body["items"][0].clone();
    assert_eq!(last["parent_id_label"], "g749");
});
