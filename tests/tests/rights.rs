//! Who may see what: SQL, calls and the organisation's tables, asked by people of different rights on a server that asks
//! who one is.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use callboard_domain::Timestamp;
use callboard_tests::server::Server;
use callboard_tests::visitor::Visitor;
use serde_json::{Value, json};

const PASSWORD: &str = "a horse in the rain";

/// A call that waits, is answered and ends, as an exchange tells it.
fn call(n: usize, queue: &str, agent: &str, number: &str) -> Vec<String> {
    call_of(n, queue, agent, number, |s| format!("2026-11-27T0{n}:00:{s:02}.000Z"))
}

fn call_of(n: usize, queue: &str, agent: &str, number: &str, at: impl Fn(usize) -> String) -> Vec<String> {
    let line = |s: usize, rest: &str| format!(r#"{{"id":"{n}-{s}","at":"{}","source":"pbx",{rest}}}"#, at(s));
    vec![
        line(0, &format!(r#""type":"call.started","call":"c{n}","direction":"inbound","from":"{number}","to":"95000""#)),
        line(1, &format!(r#""type":"call.queued","call":"c{n}","queue":"{queue}""#)),
        line(9, &format!(r#""type":"call.answered","call":"c{n}","agent":"{agent}","queue":"{queue}""#)),
        line(40, &format!(r#""type":"call.ended","call":"c{n}","by":"caller""#)),
    ]
}

/// A bank: Li in the north answers cards, Wang in the south answers loans; calls 1 to 3 are Li's, call 4 is Wang's.
struct Bank {
    server: Server,
    boss: Visitor,
    north: String,
}

impl Bank {
    fn open(folder: &std::path::Path) -> Self {
        let (server, first) = Server::guarded(folder, &[]).unwrap();
        let boss = Visitor::sign_in(server.base(), "admin", &first, PASSWORD).unwrap();
        let group = |name: &str| boss.make("/api/v1/user-groups", &json!({ "name": name })).unwrap();
        let (north, south) = (group("north"), group("south"));
        for (agent, group, queue) in [("li", &north, "cards"), ("wang", &south, "loans")] {
            let user = json!({ "login": agent, "name": agent, "agent": agent, "group_id": group, "password": "first pass of all" });
            let user = boss.make("/api/v1/users", &user).unwrap();
            let skill = boss.make("/api/v1/skill-groups", &json!({ "name": queue, "queue": queue })).unwrap();
            boss.make("/api/v1/skill-group-members", &json!({ "skill_group_id": skill, "user_id": user })).unwrap();
        }
        let mut lines: Vec<String> = (1..=3).flat_map(|n| call(n, "cards", "li", "13800001111")).collect();
        lines.extend(call(4, "loans", "wang", "13900002222"));
        let (status, receipt) = boss.ask("POST", "/api/v1/events", &Value::String(lines.join("\n"))).unwrap();
        assert_eq!((status, &receipt["accepted"]), (200, &json!(16)), "{receipt}");
        let bank = Self { server, boss, north };
        for _ in 0..200 {
            if bank.boss.sql("SELECT COUNT(*) AS n FROM calls").unwrap() == json!([{ "n": 4 }]) {
                return bank;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the calls were not seen");
    }

    fn user(&self, login: &str, rights: &[&str], scope: &str) -> Visitor {
        let role = self.boss.make("/api/v1/roles", &json!({ "name": login, "rights": rights, "scope": scope })).unwrap();
        let user = json!({ "login": login, "name": login, "group_id": self.north, "role_ids": [role], "password": "first pass of all" });
        self.boss.make("/api/v1/users", &user).unwrap();
        Visitor::sign_in(self.server.base(), login, "first pass of all", PASSWORD).unwrap()
    }
}

#[test]
fn everybody_sees_in_sql_and_in_lists_what_their_role_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    let analyst = bank.user("analyst", &["sql.ask", "calls.read", "users.read"], "group");
    for (sql, expected) in [
        ("SELECT DISTINCT queue FROM queue_visits", json!([{ "queue": "cards" }])),
        ("SELECT agent, COUNT(*) AS n FROM agent_legs GROUP BY agent", json!([{ "agent": "li", "n": 3 }])),
        ("SELECT DISTINCT from_number FROM calls", json!([{ "from_number": "138****1111" }])),
        ("SELECT COUNT(*) AS n FROM calls WHERE from_number = '13800001111'", json!([{ "n": 0 }])),
        ("SELECT COUNT(*) AS n FROM events", json!([{ "n": 0 }])),
        ("SELECT login FROM users ORDER BY login", json!([{ "login": "analyst" }, { "login": "li" }])),
        (
            "SELECT u.name, MEASURE(answered) AS n FROM queue_visits v JOIN users u ON u.agent = v.agent GROUP BY u.name",
            json!([{ "name": "li", "n": 3 }]),
        ),
    ] {
        assert_eq!(analyst.sql(sql).unwrap(), expected, "{sql}");
    }
    let refused = analyst.sql("SELECT name FROM roles").unwrap_err().to_string();
    assert!(refused.contains("roles.read"), "{refused}");

    // Membership is dated: today's members did not answer the calls of last week.
    let dated = "SELECT COUNT(*) AS n FROM calls c JOIN users u ON u.agent = c.agent JOIN skill_group_members m ON m.user_id = u.id \
                 AND m.from_at <= c.started_at AND (m.to_at IS NULL OR m.to_at > c.started_at)";
    assert_eq!(bank.boss.sql(dated).unwrap(), json!([{ "n": 0 }]));
    assert_eq!(bank.boss.sql("SELECT COUNT(*) AS n FROM skill_group_members").unwrap(), json!([{ "n": 2 }]));
    assert_eq!(bank.boss.sql("SELECT DISTINCT from_number FROM calls ORDER BY 1").unwrap().as_array().unwrap().len(), 2);

    let own = bank.user("clerk", &["users.read"], "own");
    assert!(own.sql("SELECT 1").unwrap_err().to_string().contains("sql.ask"));
    assert_eq!(own.get("/api/v1/calls").unwrap().0, 403);
    assert_eq!(bank.server.get("/api/v1/calls").unwrap().0, 401);
    bank.server.stop().unwrap();
}

#[test]
fn calls_come_page_by_page_and_whole_with_their_path() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    let names = |page: &Value| page["items"].as_array().unwrap().iter().map(|c| c["call"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (mut path, mut seen) = ("/api/v1/calls?limit=3".to_owned(), Vec::new());
    loop {
        let (status, page) = bank.boss.get(&path).unwrap();
        assert_eq!(status, 200, "{page}");
        seen.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/calls?limit=3&cursor={next}");
    }
    assert_eq!(seen, ["c4", "c3", "c2", "c1"]);
    for (asked, expected) in [
        ("queue=loans", vec!["c4"]),
        ("agent=li&to=2026-11-27T02:00:00.001Z", vec!["c2", "c1"]),
        ("agent=li&to=2026-11-27T02:00:00Z", vec!["c1"]),
        ("number=13900002222", vec!["c4"]),
        ("number=*2222", vec!["c4"]),
        ("from=2026-11-27T03:30:00Z", vec!["c4"]),
        ("queue=loans,cards&direction=inbound,outbound", vec!["c4", "c3", "c2", "c1"]),
        ("sort=started_at&queue=cards", vec!["c1", "c2", "c3"]),
        ("outcome=abandoned", vec![]),
        ("queue=x%27%20OR%20%271%27%3D%271", vec![]),
    ] {
        assert_eq!(names(&bank.boss.get(&format!("/api/v1/calls?{asked}")).unwrap().1), expected, "{asked}");
    }
    for bad in [
        "cursor=zz",
        "limit=many",
        "from=yesterday",
        "colour=red",
        "sort=colour",
        "number=*12",
        "sort=wait_ms&cursor=WyItc3RhcnRlZF9hdCIsMCwiYSIsImIiXQ",
        "to=9999-01-01T00:00:00Z",
        "from=0001-01-01T00:00:00Z",
    ] {
        assert!([400, 422].contains(&bank.boss.get(&format!("/api/v1/calls?{bad}")).unwrap().0), "{bad}");
    }

    // Calls of equal length stand by their names, over the border of a page too.
    let (_, first) = bank.boss.get("/api/v1/calls?sort=-talk_ms&limit=2").unwrap();
    let next = first["next"].as_str().unwrap();
    let (_, second) = bank.boss.get(&format!("/api/v1/calls?sort=-talk_ms&limit=2&cursor={next}")).unwrap();
    assert_eq!((names(&first), names(&second), &second["next"]), (vec!["c1".to_owned(), "c2".into()], vec!["c3".into(), "c4".into()], &Value::Null));

    let (_, call) = bank.boss.get("/api/v1/calls/pbx/c1").unwrap();
    assert_eq!((&call["from_number"], &call["wait_ms"], &call["talk_ms"]), (&json!("13800001111"), &json!(8_000), &json!(31_000)));
    assert_eq!(call["path"].as_array().unwrap().len(), 4);
    assert_eq!((&call["waits"][0]["queue"], &call["rings"][0]["agent"]), (&json!("cards"), &json!("li")));

    assert_eq!((&call["queue_label"], &call["rings"][0]["agent_label"], &call["source_label"]), (&json!("cards"), &json!("li"), &json!("pbx")));

    let lead = bank.user("lead", &["calls.read"], "group");
    assert_eq!(names(&lead.get("/api/v1/calls").unwrap().1), ["c3", "c2", "c1"]);
    assert_eq!(lead.get("/api/v1/calls/pbx/c1").unwrap().1["from_number"], json!("138****1111"));
    assert_eq!(lead.get("/api/v1/calls/pbx/c4").unwrap().0, 404);
    bank.server.stop().unwrap();
}

#[test]
fn what_was_seen_lately_can_be_chosen_and_today_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    // Li's last call is of a week ago; of today are Wang's and one that nobody answered.
    let week = 7 * 86_400_000;
    let ago = |ago: i64| move |s: usize| Timestamp::from_millis(now - ago + 1_000 * i64::try_from(s).unwrap()).to_string();
    let mut lines = [call_of(5, "cards", "li", "13800001111", ago(week)), call_of(6, "loans", "wang", "13900002222", ago(60_000))].concat();
    lines.extend(call_of(7, "cards", "nobody", "13800001111", ago(60_000)).into_iter().filter(|line| !line.contains("call.answered")));
    assert_eq!(bank.boss.ask("POST", "/api/v1/events", &Value::String(lines.join("\n"))).unwrap().0, 200);
    let lead = bank.user("lead", &["calls.read"], "group");
    let chosen = |visitor: &Visitor, what: &str| {
        let choices = visitor.get("/api/v1/calls/choices").unwrap().1;
        choices[what].as_array().unwrap().iter().map(|choice| choice["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..200 {
        if chosen(&bank.boss, "agents") == ["li", "wang"] {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(chosen(&bank.boss, "agents"), ["li", "wang"]);
    assert_eq!(chosen(&bank.boss, "queues"), ["cards", "loans"]);
    let (_, choices) = lead.get("/api/v1/calls/choices").unwrap();
    assert_eq!((&choices["agents"], &choices["sources"]), (&json!([{ "value": "li", "title": "li" }]), &json!([{ "value": "pbx", "title": "pbx" }])));
    assert_eq!(choices["queues"], json!([{ "value": "cards", "title": "cards" }]));
    let (_, today) = lead.get("/api/v1/today").unwrap();
    assert_eq!((&today["queues"][0]["title"], today["queues"].as_array().unwrap().len()), (&json!("cards"), 1), "{today}");
    assert_eq!(bank.boss.get("/api/v1/today").unwrap().1["queues"].as_array().unwrap().len(), 2);
    for path in ["/api/v1/today", "/api/v1/calls/choices"] {
        assert_eq!(bank.server.get(path).unwrap().0, 401, "{path}");
    }
    bank.server.stop().unwrap();
}

/// A caller who waits in a queue and hangs up.
fn lost(n: usize, queue: &str, number: &str) -> Vec<String> {
    call(n, queue, "nobody", number).into_iter().filter(|line| !line.contains("call.answered")).collect()
}

#[test]
fn whoever_was_lost_is_to_be_called_back_until_somebody_did_or_they_called_again() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    bank.boss.make("/api/v1/customers", &json!({ "name": "Chen", "phones": ["13700003333"] })).unwrap();
    let mut lines = [lost(5, "cards", "13700003333"), lost(6, "cards", "13700003333"), lost(7, "loans", "13700004444")].concat();
    // The same caller, as another line writes the number.
    lines.extend(call(8, "cards", "li", "013700004444"));
    let (_, receipt) = bank.boss.ask("POST", "/api/v1/events", &Value::String(lines.join("\n"))).unwrap();
    assert_eq!(receipt["accepted"], json!(13), "{receipt}");
    let span = "/api/v1/call-backs?from=2026-11-27T00:00:00Z&to=2026-11-28T00:00:00Z";
    let told = |visitor: &Visitor, more: &str| visitor.get(&format!("{span}{more}")).unwrap().1;
    let mut seen = Value::Null;
    for _ in 0..200 {
        seen = told(&bank.boss, "");
        if seen["counts"]["repeated"] == json!(1) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(seen["counts"], json!({ "open": 1, "taken": 0, "done": 0, "repeated": 1, "returned": 0 }), "{seen}");
    let short = |item: &Value| json!([item["call"], item["number"], item["times"], item["state"], item["settled_call"], item["customer_label"]]);
    let items: Vec<Value> = seen["items"].as_array().unwrap().iter().map(short).collect();
    assert_eq!(items, [json!(["c7", "13700004444", 1, "repeated", "c8", null]), json!(["c6", "13700003333", 2, "open", null, "Chen"])]);
    let first = told(&bank.boss, "&limit=1");
    let second = told(&bank.boss, &format!("&limit=1&cursor={}", first["next"].as_str().unwrap()));
    assert_eq!((&first["items"][0]["call"], &second["items"][0]["call"], &second["next"]), (&json!("c7"), &json!("c6"), &Value::Null));
    assert_eq!(told(&bank.boss, "&queue=loans&state=open")["items"], json!([]));

    // Those of the north see their queue's callers, masked, and may take them; what somebody has is theirs.
    let (lead, other) = (
        bank.user("lead", &["calls.read", "call_backs.read", "call_backs.write"], "group"),
        bank.user("other", &["call_backs.read", "call_backs.write"], "all"),
    );
    assert_eq!(
        told(&lead, "")["items"].as_array().unwrap().iter().map(short).collect::<Vec<_>>(),
        [json!(["c6", "137****3333", 2, "open", null, null])]
    );
    let set = |visitor: &Visitor, call: &str, body: Value| visitor.ask("POST", &format!("/api/v1/call-backs/pbx/{call}"), &body).unwrap();
    assert_eq!(set(&lead, "c7", json!({ "state": "taken" })).0, 404);
    let (status, taken) = set(&lead, "c6", json!({ "state": "taken" }));
    assert_eq!((status, &taken["user_label"]), (200, &json!("lead")), "{taken}");
    let (status, refused) = set(&other, "c6", json!({ "state": "done" }));
    assert_eq!(status, 409, "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("lead"), "{refused}");
    let (status, done) = set(&other, "c6", json!({ "state": "done", "result": "reached", "note": "will come by", "anyway": true }));
    assert_eq!((status, &done["result"], &done["user_label"]), (200, &json!("reached"), &json!("other")), "{done}");
    assert_eq!(told(&bank.boss, "")["counts"], json!({ "open": 0, "taken": 0, "done": 1, "repeated": 1, "returned": 0 }));
    assert_eq!(set(&other, "c6", json!({ "state": "lost" })).0, 422);
    assert_eq!(bank.user("clerk", &["calls.read"], "all").get("/api/v1/call-backs").unwrap().0, 403);
    bank.server.stop().unwrap();
}

#[test]
fn notes_on_a_call_are_seen_with_it_and_taken_back_by_whoever_wrote_them() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    let lead = bank.user("lead", &["calls.read", "calls.note"], "group");
    let (at, others) = ("/api/v1/calls/pbx/c1/notes", "/api/v1/calls/pbx/c4/notes");
    let (status, note) = lead.ask("POST", at, &json!({ "text": " asks for a card " })).unwrap();
    assert_eq!((status, &note["text"], &note["own"]), (200, &json!("asks for a card"), &json!(true)), "{note}");
    let (_, seen) = bank.boss.get(at).unwrap();
    assert_eq!((&seen["items"][0]["user_label"], &seen["items"][0]["own"]), (&json!("lead"), &json!(false)), "{seen}");
    assert_eq!(lead.get(others).unwrap().0, 404);
    assert_eq!(lead.ask("POST", others, &json!({ "text": "x" })).unwrap().0, 404);
    assert_eq!(lead.ask("POST", at, &json!({ "text": "" })).unwrap().0, 422);
    let one = format!("{at}/{}", note["id"].as_str().unwrap());
    assert_eq!(bank.boss.ask("DELETE", &one, &Value::Null).unwrap().0, 409);
    assert_eq!(lead.ask("DELETE", &one, &Value::Null).unwrap().0, 204);
    assert_eq!(lead.get(at).unwrap().1["items"], json!([]));
    bank.server.stop().unwrap();
}

#[test]
fn a_customer_has_the_calls_of_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let bank = Bank::open(folder.path());
    let id = bank.boss.make("/api/v1/customers", &json!({ "name": "Chen", "phones": ["13800001111"] })).unwrap();
    let (status, contacts) = bank.boss.get(&format!("/api/v1/customers/{id}/contacts")).unwrap();
    assert_eq!((status, contacts["items"].as_array().unwrap().len()), (200, 3), "{contacts}");
    bank.server.stop().unwrap();
}
