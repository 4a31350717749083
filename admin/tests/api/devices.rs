//! `/api/v1/devices` and `/api/v1/kiosk`: screens, how they are paired, and what they cannot do.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use callboard_admin::identity::door::{gate, guard_board};
use serde_json::{Value, json};

use crate::house::{Answer, House, Visitor, both};

const DAY_MS: i64 = 24 * 3_600_000;

/// The key in the cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.set_cookie().expect("a cookie");
    cookie.strip_prefix("callboard_device=").unwrap().split(';').next().unwrap().to_owned()
}

async fn device(boss: &Visitor, name: &str, boards: Value) -> String {
    boss.post("/devices", json!({"name": name, "boards": boards})).await.is(201).id()
}

async fn code(boss: &Visitor, id: &str) -> String {
    let answer = boss.post(&format!("/devices/{id}/pairing"), json!({})).await.is(200).body;
    let (link, code) = (answer["link"].as_str().unwrap(), answer["code"].as_str().unwrap());
    assert_eq!(link, format!("/kiosk#{code}"), "what stands behind # is sent to nobody");
    code.to_owned()
}

/// A screen with its cookie, before doors such as the wall's.
struct Screen {
    visitor: Visitor,
    key: String,
}

impl Screen {
    async fn pair(house: &House, code: &str) -> Self {
        let mut visitor = house.stranger();
        let answer = visitor.post("/kiosk", json!({"code": code})).await.is(200);
        visitor.app = walls(house).merge(visitor.app);
        Self { key: cookie(&answer), visitor }
    }

    async fn get(&self, path: &str) -> Answer {
        self.visitor.send(axum::http::Method::GET, path, &[("cookie", &format!("callboard_device={}", self.key))], Vec::new()).await
    }
}

/// The doors of walls as the server has them.
fn walls(house: &House) -> Router {
    let open = get(async || "a wall");
    let doors = Router::new().route("/wall/{board}", open.clone()).route("/ws/boards/{board}", open.clone()).route("/api/v1/boards", open);
    doors.layer(from_fn(guard_board)).layer(from_fn_with_state(house.admin.clone(), gate))
}

both!(a_screen_is_paired_once_and_sees_its_boards_and_nothing_else, house, {
    let boss = house.administrator().await;
    let lobby = device(&boss, "lobby", json!(["service", "agents"])).await;
    let code = code(&boss, &lobby).await;
    let answer = house.stranger().post("/kiosk", json!({"code": code})).await.is(200);
    assert_eq!(answer.body, json!({"paired": true, "name": "lobby", "goes_to": "/wall/service"}));
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=34560000"] {
        assert!(answer.set_cookie().unwrap().contains(part), "{part}");
    }
    let screen = Screen { key: cookie(&answer), visitor: Visitor { app: walls(&house).merge(house.app.clone()), ..house.stranger() } };
    for (path, status) in [("//wall/service", 200), ("//ws/boards/agents", 200), ("/boards", 200), ("//wall/secret", 403), ("/users", 403)] {
        screen.get(path).await.is(status);
    }
    assert_eq!(screen.get("/session").await.is(200).body["rights"], json!(["wall.view"]));
    // It only looks.
    let headers = [("cookie", format!("callboard_device={}", screen.key)), ("content-type", "application/json".into())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    screen.visitor.send(axum::http::Method::POST, "/user-groups", &headers, b"{}".to_vec()).await.is(403);
    // The code was good once.
    assert_eq!(house.stranger().post("/kiosk", json!({"code": code})).await.is(401).body["type"], "/problems/wrong-code");
    let mut done = boss.get("/audit?resource=devices").await.is(200).each("action");
    done.sort();
    assert_eq!(done, ["create", "offer-pairing", "pair"]);
    let row = boss.get(&format!("/devices/{lobby}")).await.is(200).body;
    assert!(row["paired_at"].is_string() && row["used_at"].is_string() && row["secret_hash"].is_null(), "{row}");
});

both!(a_screen_lives_for_months_until_it_is_taken_off, house, {
    let boss = house.administrator().await;
    let id = device(&boss, "hall", json!(["*"])).await;
    let screen = Screen::pair(&house, &code(&boss, &id).await).await;
    assert_eq!(screen.get("/kiosk").await.is(200).body["goes_to"], "/");
    for _ in 0..20 {
        house.wait(30 * DAY_MS);
        // The cookie is renewed with each answer, so it never grows old.
        let answer = screen.get("//wall/anything").await.is(200);
        assert_eq!(cookie(&answer), screen.key);
    }
    // A server that starts anew on the same store knows it: the key is kept there.
    let boss = house.administrator().await;
    let version = boss.get(&format!("/devices/{id}")).await.is(200).version();
    boss.patch(&format!("/devices/{id}"), version, json!({"enabled": false})).await.is(200);
    assert_eq!(screen.get("/kiosk").await.is(200).body, json!({"paired": false}));
    screen.get("//wall/anything").await.is(401);
    boss.patch(&format!("/devices/{id}"), version + 1, json!({"enabled": true})).await.is(200);
    screen.get("//wall/anything").await.is(200);
    boss.delete(&format!("/devices/{id}/key"), 0).await.is(204);
    screen.get("//wall/anything").await.is(401);
    // Paired anew, the key before stays dead.
    let second = Screen::pair(&house, &code(&boss, &id).await).await;
    second.get("//wall/anything").await.is(200);
    screen.get("//wall/anything").await.is(401);
});

both!(an_open_socket_ends_when_its_screen_is_taken_off, house, {
    use callboard_admin::identity::door::gone;
    use callboard_admin::identity::{Caller, Via};
    let boss = house.administrator().await;
    let id = device(&boss, "socket", json!(["service"])).await;
    Screen::pair(&house, &code(&boss, &id).await).await;
    let mut caller = Caller::default();
    caller.via = Via::Device(id.clone());
    let wait = |board: &str| tokio::spawn(gone(house.admin.clone(), caller.clone(), board.into(), std::time::Duration::from_millis(1)));
    // A board that it may not see ends at once, its own lasts.
    wait("agents").await.unwrap();
    let lasting = wait("service");
    boss.get("/devices").await.is(200);
    assert!(!lasting.is_finished());
    boss.delete(&format!("/devices/{id}/key"), 0).await.is(204);
    lasting.await.unwrap();
});

both!(a_code_is_good_for_ten_minutes_and_for_the_latest_link, house, {
    let boss = house.administrator().await;
    let id = device(&boss, "late", json!(["service"])).await;
    let first = code(&boss, &id).await;
    let second = code(&boss, &id).await;
    house.stranger().post("/kiosk", json!({"code": first})).await.is(401);
    house.wait(10 * 60_000);
    house.stranger().post("/kiosk", json!({"code": second})).await.is(401);
    for wrong in ["", "aaaa-aaaa-aaaa-aaaa", "'; DROP TABLE devices; --"] {
        house.stranger().post("/kiosk", json!({"code": wrong})).await.is(401);
    }
});

both!(a_screen_whose_time_is_over_keeps_its_code_and_its_key, house, {
    let boss = house.administrator().await;
    let id = device(&boss, "hall", json!(["*"])).await;
    let screen = Screen::pair(&house, &code(&boss, &id).await).await;
    let version = boss.get(&format!("/devices/{id}")).await.is(200).version();
    let row = boss.patch(&format!("/devices/{id}"), version, json!({"expires_at": "2026-03-02T01:01:00Z"})).await.is(200);
    let next = code(&boss, &id).await;
    house.wait(60_000);
    house.stranger().post("/kiosk", json!({"code": next})).await.is(401);
    boss.patch(&format!("/devices/{id}"), row.version(), json!({"expires_at": null})).await.is(200);
    screen.get("/boards").await.is(200);
    house.stranger().post("/kiosk", json!({"code": next})).await.is(200);
    screen.get("/boards").await.is(401);
});

both!(a_program_carries_a_screen_s_key_and_those_without_the_right_give_none, house, {
    let boss = house.administrator().await;
    let id = device(&boss, "player", json!(["service"])).await;
    let key = boss.post(&format!("/devices/{id}/key"), json!({})).await.is(200).body["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("cbd_") && key.len() == 47, "{key}");
    let mut program = house.stranger();
    program.app = walls(&house).merge(program.app);
    program.bearer = Some(key);
    program.get("//ws/boards/service").await.is(200);
    program.get("//ws/boards/agents").await.is(403);
    // Who sees no walls gives no screen a sight of them.
    let keeper = house.user("keeper", &["devices.read", "devices.write"], "all", json!({})).await;
    keeper.post("/devices", json!({"name": "x", "boards": ["*"]})).await.is(403);
    keeper.post(&format!("/devices/{id}/key"), json!({})).await.is(403);
    keeper.post(&format!("/devices/{id}/pairing"), json!({})).await.is(403);
    assert_eq!(boss.post("/devices", json!({"name": "y", "boards": ["../x"]})).await.is(422).wrong()[0].0, "boards");
    boss.post("/devices", json!({"name": "y", "boards": []})).await.is(422);
});

both!(the_page_of_a_screen_keeps_its_code_to_itself, house, {
    let page = house.stranger().get("//kiosk").await.is(200);
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let html = String::from_utf8(page.bytes).unwrap();
    assert!(!html.contains("http") && !html.contains("onclick") && !html.contains("<style"), "{html}");
    for (file, kind) in [("kiosk.js", "text/javascript"), ("kiosk.css", "text/css")] {
        let answer = house.stranger().get(&format!("//kiosk/{file}")).await.is(200);
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with(kind));
    }
    assert_eq!(house.stranger().get("/kiosk").await.is(200).body, json!({"paired": false}));
});
