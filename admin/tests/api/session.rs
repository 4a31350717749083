//! `/api/v1/session`: signing in, cookies, lockout, the page's token, limits.

use serde_json::json;

use crate::house::{PASSWORD, both};

both!(the_first_password_is_good_for_setting_another_only, house, {
    let mut visitor = house.stranger();
    assert_eq!(house.one_time.len(), 19);
    let answer = visitor.sign_in("admin", &house.one_time).await.is(200);
    assert_eq!(answer.body["user"]["must_change_password"], true);
    let refused = visitor.get("/users").await.is(403);
    assert_eq!(refused.body["type"], "/problems/must-change-password");
    visitor.put("/profile/password", json!({"old": house.one_time, "new": "admin is short"})).await.is(422);
    let answer = visitor.put("/profile/password", json!({"old": house.one_time, "new": PASSWORD})).await.is(200);
    let mut after = visitor.clone();
    after.keep(&answer);
    after.get("/users").await.is(200);
    // The session before ended with the password.
    visitor.get("/session").await.is(401);
    house.stranger().sign_in("admin", &house.one_time).await.is(401);
    // A second start makes no second administrator.
    assert_eq!(callboard_admin::identity::first::administrator(&house.admin).await.unwrap(), None);
});

both!(a_session_is_a_cookie_that_scripts_cannot_read_and_other_pages_cannot_use, house, {
    let mut visitor = house.administrator().await;
    let cookie = house.stranger().sign_in("admin", PASSWORD).await.is(200).set_cookie().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let csrf = visitor.csrf.take();
    let forged = visitor.post("/user-groups", json!({"name": "forged"})).await.is(403);
    assert_eq!(forged.body["type"], "/problems/forged");
    visitor.csrf = csrf;
    let body = json!({"name": "from elsewhere"});
    visitor.post_with("/user-groups", &[("sec-fetch-site", "cross-site")], body).await.is(403);
    visitor.post("/user-groups", json!({"name": "own page"})).await.is(201);
    // In the store there is only a hash.
    let secret = visitor.cookie.clone().unwrap();
    use sea_orm::{ConnectionTrait, sea_query::Query};
    let rows = house.admin.db().query_all(Query::select().column("secret_hash").from("sessions")).await.unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|r| r.try_get::<String>("", "secret_hash").unwrap() != secret));
});

both!(five_wrong_passwords_make_a_login_wait_longer_each_time_known_or_not, house, {
    house.administrator().await;
    for login in ["admin", "nobody.here"] {
        for _ in 0..6 {
            house.stranger().sign_in(login, "wrong password").await.is(401);
            house.wait(1);
            if house.stranger().sign_in(login, "wrong password").await.status == 429 {
                break;
            }
        }
        let waits = house.stranger().sign_in(login, PASSWORD).await.is(429);
        let first: i64 = waits.headers["retry-after"].to_str().unwrap().parse().unwrap();
        house.wait(first * 1_000);
        house.stranger().sign_in(login, "wrong password").await.is(401);
        let waits = house.stranger().sign_in(login, PASSWORD).await.is(429);
        let second: i64 = waits.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(second >= first * 2 - 2, "{first} s, then {second} s");
        house.wait(second * 1_000);
    }
    house.stranger().sign_in("admin", PASSWORD).await.is(200);
    let boss = house.administrator().await;
    let log = boss.get("/audit?action=sign-in-locked").await.is(200);
    assert!(!log.each("label").is_empty());
});

both!(sessions_end_when_they_rest_and_after_their_longest_time, house, {
    let visitor = house.administrator().await;
    house.wait(61 * 60_000);
    visitor.get("/session").await.is(401);
    let mut busy = house.administrator().await;
    for _ in 0..12 * 4 - 1 {
        house.wait(15 * 60_000);
        let answer = busy.get("/session").await.is(200);
        busy.keep(&answer);
    }
    house.wait(16 * 60_000);
    busy.get("/session").await.is(401);
});

both!(the_secret_changes_and_the_one_before_is_good_for_a_minute, house, {
    let before = house.administrator().await;
    house.wait(15 * 60_000);
    let answer = before.get("/session").await.is(200);
    let mut after = before.clone();
    after.keep(&answer);
    assert_ne!(after.cookie, before.cookie);
    before.get("/session").await.is(200);
    house.wait(61_000);
    before.get("/session").await.is(401);
    after.get("/session").await.is(200);
});

both!(signing_out_ends_the_session, house, {
    let visitor = house.administrator().await;
    let answer = visitor.delete("/session", 0).await.is(204);
    assert!(answer.set_cookie().unwrap().contains("Max-Age=0"));
    visitor.get("/session").await.is(401);
});

both!(the_reader_s_language_is_spoken, house, {
    let mut visitor = house.stranger();
    visitor.english = false;
    assert_eq!(visitor.get("/users").await.is(401).body["title"], "请先登录");
    visitor.english = true;
    let answer = visitor.get("/users").await.is(401);
    assert_eq!(answer.body["title"], "Sign in first");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.headers["cache-control"], "no-store");
});

#[tokio::test(flavor = "multi_thread")]
async fn an_open_house_asks_nobody_who_they_are() {
    let house = crate::house::House::open().await;
    let visitor = house.stranger();
    visitor.post("/user-groups", json!({"name": "anybody's"})).await.is(201);
    assert_eq!(visitor.get("/session").await.is(200).body["rights"], json!(["*"]));
    let body = json!({"name": "from elsewhere"});
    visitor.post_with("/user-groups", &[("sec-fetch-site", "cross-site")], body).await.is(403);
}
