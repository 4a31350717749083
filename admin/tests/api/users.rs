//! `/api/v1/users`: the shared ways of every resource, shown on users, and the rules of users.

use serde_json::{Value, json};

use crate::house::both;

both!(a_row_is_made_found_changed_and_deleted_and_each_is_in_the_audit_log, house, {
    let boss = house.administrator().await;
    let made = boss.post("/users", json!({"login": "Wang.Wei", "name": "王伟", "agent": "8001", "phone": "138 0000 1111"})).await.is(201);
    let (id, path) = (made.id(), format!("/users/{}", made.id()));
    assert_eq!(made.headers["location"].to_str().unwrap(), format!("/api/v1{path}"));
    assert_eq!(made.headers["etag"], "\"1\"");
    assert_eq!((&made.body["login"], &made.body["phone"], &made.body["enabled"]), (&json!("wang.wei"), &json!("13800001111"), &json!(true)));
    assert!(made.body.get("password").is_none() && made.body.get("password_hash").is_none());
    for query in ["q=王", "login=wang.wei", "agent.in=8001,8002", "name.like=伟", "phone=13800001111"] {
        assert_eq!(
            boss.get(&format!("/users?{}", query.replace('王', "%E7%8E%8B").replace('伟', "%E4%BC%9F"))).await.is(200).each("id"),
            std::slice::from_ref(&id),
            "{query}"
        );
    }
    assert!(boss.get("/users?created_at.to=2026-03-01T00:00:00Z").await.is(200).each("id").is_empty());
    boss.patch(&path, 7, json!({"name": "王小伟"})).await.is(412);
    boss.send(axum::http::Method::PATCH, &path, &[("content-type", "application/json")], b"{}".to_vec()).await.is(428);
    let changed = boss.patch(&path, 1, json!({"name": "王小伟"})).await.is(200);
    assert_eq!((changed.version(), &changed.headers["etag"]), (2, &"\"2\"".parse().unwrap()));
    // What changes nothing is no new version.
    assert_eq!(boss.patch(&path, 2, json!({"name": "王小伟"})).await.is(200).version(), 2);
    boss.delete(&path, 1).await.is(412);
    boss.delete(&path, 2).await.is(204);
    boss.get(&path).await.is(404);
    let log = boss.get(&format!("/audit?target={id}&sort=created_at")).await.is(200);
    let mut actions = log.each("action");
    actions.sort();
    assert_eq!(actions, ["create", "delete", "update"]);
    let update = log.body["items"].as_array().unwrap().iter().find(|i| i["action"] == "update").unwrap();
    assert_eq!((&update["before"], &update["after"], &update["actor"]), (&json!({"name": "王伟"}), &json!({"name": "王小伟"}), &json!("admin")));
});

both!(what_is_wrong_is_said_field_by_field, house, {
    let boss = house.administrator().await;
    let answer = boss
        .post("/users", json!({"login": "admin", "phone": "abc", "email": "x", "theme": "pink", "role_ids": ["none"], "id": "own", "nonsense": 1}))
        .await
        .is(422);
    let wrong = answer.wrong();
    for expected in [("name", "required"), ("phone", "kind"), ("email", "kind"), ("theme", "kind"), ("id", "unknown"), ("nonsense", "unknown")] {
        assert!(wrong.contains(&(expected.0.into(), expected.1.into())), "{expected:?} is not in {wrong:?}");
    }
    let answer =
        boss.post("/users", json!({"login": "admin", "name": "A", "role_ids": ["none"], "group_id": "none", "password": "admin"})).await.is(422);
    let wrong = answer.wrong();
    for expected in [("login", "taken"), ("role_ids", "missing"), ("group_id", "missing"), ("password", "rule")] {
        assert!(wrong.contains(&(expected.0.into(), expected.1.into())), "{expected:?} is not in {wrong:?}");
    }
    for query in ["nonsense=1", "sort=password", "limit=0", "limit=201", "cursor=nonsense", "login.from.to=1", "enabled=perhaps", "password=x"] {
        boss.get(&format!("/users?{query}")).await.is(422);
    }
    boss.send(axum::http::Method::POST, "/users", &[("content-type", "application/json")], b"{".to_vec()).await.is(400);
});

both!(nothing_for_what_has_a_usual_value_means_the_usual_value, house, {
    let boss = house.administrator().await;
    let empty = json!({"login": "li.na", "name": "李娜", "language": null, "theme": null, "enabled": null});
    let made = boss.post("/users", empty).await.is(201);
    let usual = boss.post("/users", json!({"login": "li.ming", "name": "李明"})).await.is(201);
    for field in ["language", "theme", "enabled"] {
        assert_eq!(made.body[field], usual.body[field], "{field}");
    }
    let path = format!("/users/{}", made.id());
    boss.patch(&path, 1, json!({"enabled": false})).await.is(200);
    assert_eq!(boss.patch(&path, 2, json!({"enabled": null, "language": ""})).await.is(200).body["enabled"], true);
    let role = boss.post("/roles", json!({"name": "r", "rights": ["users.read"], "scope": null})).await.is(201);
    assert_eq!(role.body["scope"], "own");
});

both!(pages_follow_each_other_without_a_gap_in_any_order, house, {
    let boss = house.administrator().await;
    for n in 0..23 {
        house.wait(i64::from(n % 3));
        let agent = (n % 4 > 0).then(|| format!("8{n:03}"));
        boss.post("/users", json!({"login": format!("agent{n:02}"), "name": format!("Agent {}", n % 5), "agent": agent})).await.is(201);
    }
    for sort in ["login", "-login", "name", "-name", "agent", "-agent", "created_at", "-created_at", "last_sign_in_at", "-last_sign_in_at"] {
        let whole = boss.get(&format!("/users?limit=200&sort={sort}&count=true")).await.is(200);
        assert_eq!(whole.body["total"], 24);
        let (mut paged, mut cursor): (Vec<String>, Option<String>) = (Vec::new(), None);
        loop {
            let place = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
            let page = boss.get(&format!("/users?limit=5&sort={sort}{place}")).await.is(200);
            paged.extend(page.each("login"));
            cursor = page.body["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole.each("login"), "{sort}");
    }
    // A cursor belongs to the order that it was made for.
    let next = boss.get("/users?limit=5&sort=login").await.body["next"].as_str().unwrap().to_owned();
    boss.get(&format!("/users?sort=name&cursor={next}")).await.is(422);
});

both!(a_reach_is_kept_by_lists_and_by_every_id, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let below = boss.post("/user-groups", json!({"name": "North 1", "parent_id": north})).await.is(201).id();
    let south = boss.post("/user-groups", json!({"name": "South"})).await.is(201).id();
    let mut ids = std::collections::HashMap::new();
    for (login, group) in [("n.one", &below), ("s.one", &south)] {
        ids.insert(login, boss.post("/users", json!({"login": login, "name": login, "group_id": group})).await.is(201).id());
    }
    let rights = ["users.read", "users.write", "users.delete"];
    let team = house.user("leader", &rights, "group", json!({"group_id": north})).await;
    assert_eq!(team.get("/users").await.is(200).each("login"), ["leader", "n.one"]);
    team.get(&format!("/users/{}", ids["n.one"])).await.is(200);
    for answer in [
        team.get(&format!("/users/{}", ids["s.one"])).await,
        team.patch(&format!("/users/{}", ids["s.one"]), 1, json!({"name": "mine"})).await,
        team.delete(&format!("/users/{}", ids["s.one"]), 1).await,
        team.post(&format!("/users/{}/password", ids["s.one"]), Value::Null).await,
    ] {
        answer.is(404);
    }
    // Nobody is made or moved where they could not be seen.
    team.post("/users", json!({"login": "lost", "name": "lost"})).await.is(403);
    for answer in [
        team.post("/users", json!({"login": "lost", "name": "lost", "group_id": south})).await,
        team.patch(&format!("/users/{}", ids["n.one"]), 1, json!({"group_id": south})).await,
    ] {
        assert_eq!(answer.is(422).wrong(), [("group_id".into(), "rule".into())]);
    }
    team.post("/users", json!({"login": "n.two", "name": "n.two", "group_id": below})).await.is(201);
    let own = house.user("alone", &rights, "own", json!({"group_id": south})).await;
    assert_eq!(own.get("/users?count=true").await.is(200).each("login"), ["alone"]);
    // One who leads a group reaches it without being in it.
    let led = boss.get(&format!("/user-groups/{south}")).await.is(200);
    let leader = boss.get("/users?login=leader").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.patch(&format!("/user-groups/{south}"), led.version(), json!({"leader_ids": [leader]})).await.is(200);
    team.get(&format!("/users/{}", ids["s.one"])).await.is(200);
});

both!(nobody_makes_themselves_or_others_more_than_they_are, house, {
    let boss = house.administrator().await;
    let everything = boss.get("/roles?name=administrator").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let clerk = house.user("clerk", &["users.read", "users.write", "users.delete", "roles.read", "roles.write"], "all", json!({})).await;
    let me = clerk.get("/profile").await.is(200);
    assert_eq!(clerk.post("/users", json!({"login": "x", "name": "x", "role_ids": [everything]})).await.is(422).wrong()[0].0, "role_ids");
    clerk.patch(&format!("/users/{}", me.id()), me.version(), json!({"role_ids": [everything]})).await.is(422);
    clerk.post("/roles", json!({"name": "more", "rights": ["sql.ask"], "scope": "own"})).await.is(422);
    clerk.post("/roles", json!({"name": "as much", "rights": ["users.read"], "scope": "all"})).await.is(201);
    // Nor do they touch somebody who is more.
    let admin = boss.get("/users?login=admin").await.body["items"][0].clone();
    let path = format!("/users/{}", admin["id"].as_str().unwrap());
    clerk.post(&format!("{path}/password"), Value::Null).await.is(403);
    clerk.patch(&path, admin["version"].as_i64().unwrap(), json!({"enabled": false})).await.is(403);
    clerk.delete(&path, admin["version"].as_i64().unwrap()).await.is(403);
    // Fields that only the server writes cannot be sent along.
    for body in [
        json!({"must_change_password": false}),
        json!({"last_sign_in_at": "2026-03-02T00:00:00Z"}),
        json!({"password_hash": "x"}),
        json!({"version": 9}),
    ] {
        clerk.patch(&format!("/users/{}", me.id()), me.version(), body).await.is(422);
    }
    // The last administrator stays.
    boss.patch(&path, admin["version"].as_i64().unwrap(), json!({"role_ids": []})).await.is(409);
});

both!(nobody_widens_what_they_see_by_writing_about_themselves, house, {
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let below = boss.post("/user-groups", json!({"name": "North 1", "parent_id": north})).await.is(201).id();
    let south = boss.post("/user-groups", json!({"name": "South"})).await.is(201).id();
    for scope in ["own", "skill_group", "group"] {
        let login = format!("of.{}", scope.replace('_', "."));
        let visitor = house.user(&login, &["users.read", "users.write"], scope, json!({"group_id": north})).await;
        let me = visitor.get("/profile").await.is(200);
        let path = format!("/users/{}", me.id());
        for (field, value) in [("group_id", json!(south)), ("group_id", json!(below)), ("group_id", Value::Null), ("agent", json!("1001"))] {
            let wrong = visitor.patch(&path, me.version(), json!({field: value})).await.is(422).wrong();
            assert_eq!(wrong, [(field.to_owned(), "rule".to_owned())], "{scope}");
        }
        visitor.patch(&path, me.version(), json!({"email": "me@example.com"})).await.is(200);
    }
    // Within what one sees, others are moved; those who see everybody's move themselves too.
    let one = boss.post("/users", json!({"login": "one", "name": "one", "group_id": north})).await.is(201).id();
    let mut leader = house.stranger();
    leader.sign_in("of.group", crate::house::PASSWORD).await.is(200);
    leader.patch(&format!("/users/{one}"), 1, json!({"group_id": below, "agent": "1001"})).await.is(200);
    let clerk = house.user("clerk", &["users.read", "users.write"], "all", json!({})).await;
    let me = clerk.get("/profile").await.is(200);
    clerk.patch(&format!("/users/{}", me.id()), me.version(), json!({"group_id": south, "agent": "1002"})).await.is(200);
});

both!(a_role_that_is_disabled_protects_whoever_has_it, house, {
    let boss = house.administrator().await;
    house.user("more", &["sql.ask"], "all", json!({})).await;
    let role = boss.get("/roles?name=role%20of%20more").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.patch(&format!("/roles/{role}"), 1, json!({"enabled": false})).await.is(200);
    let clerk = house.user("clerk", &["users.read", "users.write", "users.delete"], "all", json!({})).await;
    let row = boss.get("/users?login=more").await.is(200).body["items"][0].clone();
    let (path, version) = (format!("/users/{}", row["id"].as_str().unwrap()), row["version"].as_i64().unwrap());
    clerk.post(&format!("{path}/password"), Value::Null).await.is(403);
    clerk.patch(&path, version, json!({"password": "known to the clerk"})).await.is(403);
    clerk.delete(&path, version).await.is(403);
});

both!(numbers_are_hidden_from_those_who_may_not_see_them, house, {
    let boss = house.administrator().await;
    let id = boss.post("/users", json!({"login": "li", "name": "Li", "phone": "13912345678"})).await.is(201).id();
    let clerk = house.user("clerk", &["users.read", "users.write", "audit.read"], "all", json!({})).await;
    let row = clerk.get(&format!("/users/{id}")).await.is(200);
    assert_eq!(row.body["phone"], "139****5678");
    assert_eq!(clerk.get("/users?q=13912345678").await.is(200).each("id"), std::slice::from_ref(&id));
    assert!(clerk.get("/users?q=1391234").await.is(200).each("id").is_empty());
    for query in ["phone.like=1391", "phone.from=139", "phone.to=14"] {
        assert_eq!(clerk.get(&format!("/users?{query}")).await.is(422).wrong()[0].1, "hidden", "{query}");
    }
    // A hidden number is not written back.
    clerk.patch(&format!("/users/{id}"), row.version(), json!({"phone": "139****5678"})).await.is(422);
    let log = clerk.get(&format!("/audit?target={id}")).await.is(200);
    assert_eq!(log.body["items"][0]["after"]["phone"], "139****5678");
    assert_eq!(boss.get(&format!("/audit?target={id}")).await.is(200).body["items"][0]["after"]["phone"], "13912345678");
});

both!(a_disabled_user_is_out_at_once, house, {
    let boss = house.administrator().await;
    let visitor = house.user("gone", &["users.read"], "all", json!({})).await;
    let row = boss.get("/users?login=gone").await.body["items"][0].clone();
    let path = format!("/users/{}", row["id"].as_str().unwrap());
    boss.patch(&path, row["version"].as_i64().unwrap(), json!({"enabled": false})).await.is(200);
    visitor.get("/users").await.is(401);
    house.stranger().sign_in("gone", crate::house::PASSWORD).await.is(401);
});

both!(the_audit_log_is_only_added_to, house, {
    let boss = house.administrator().await;
    let id = boss.get("/audit?limit=1").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.delete(&format!("/audit/{id}"), 1).await.is(405);
    boss.patch(&format!("/audit/{id}"), 1, json!({"actor": "x"})).await.is(405);
    use sea_orm::{ConnectionTrait, sea_query::Query};
    assert!(house.admin.db().execute(Query::delete().from_table("audit")).await.is_err());
    assert!(house.admin.db().execute(Query::update().table("audit").value("actor", "x")).await.is_err());
});
