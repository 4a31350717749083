//! The whole organisation as the server has it, against its own OpenAPI document: Schemathesis sends every operation what the
//! document allows and what it forbids, and reads each answer. No server error, no answer that the document does not name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

#[allow(unused_macros, unused_imports, reason = "the houses of the organisation's own tests have more than is asked for here")]
#[path = "../../../admin/tests/house.rs"]
mod house;
#[path = "../parts.rs"]
mod parts;

use std::path::Path;
use std::sync::Arc;

use callboard_admin::Admin;
use callboard_desk::demo::{Agent, Centre, Queue, seed};
use callboard_engines::schemathesis;
use callboard_safe::Keys;
use serde_json::json;

use crate::house::House;
use crate::parts::PARTS;

/// What every answer must be: none of 5xx, with a status, a type and a body that the document names.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Requests by chance to each operation, besides those at the bounds of every parameter and field; the same ones each time.
const EXAMPLES: &str = "2";
const SEED: &str = "1";
const LEAST_CASES: u32 = 5_000;

/// What the server would give it here: keys of secrets.
fn equip(admin: Admin, folder: &Path) -> Admin {
    let keys = Keys::open(&folder.join("settings.key"), admin.random()).unwrap();
    admin.give(Arc::new(keys));
    admin
}

async fn start(admin: &Admin) {
    callboard_desk::start(admin).await.unwrap();
}

fn centre() -> Centre {
    Centre {
        queues: vec![Queue { id: "cards".into(), title: "cards".into(), target_s: 20 }],
        teams: vec!["一组".into()],
        agents: vec![Agent { id: "A001".into(), name: "座席".into(), team: 0, queues: vec![0] }],
        callers: vec!["13811110000".into()],
    }
}

/// A token that may do everything.
async fn token(house: &House) -> String {
    let boss = house.administrator().await;
    let body = json!({"name": "fuzz", "rights": ["*"], "expires_at": "2026-12-31T00:00:00.000Z"});
    boss.post("/profile/tokens", body).await.is(201).body["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_in_the_document() {
    let house = House::sqlite().await;
    seed(&house.admin, &centre()).await.unwrap();
    let token = token(&house).await;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/api/v1/openapi.json", listener.local_addr().unwrap());
    let server = tokio::spawn(axum::serve(listener, house.app.clone()).into_future());
    let (folder, key) = (house.folder.path().to_owned(), token.clone());
    let run = tokio::task::spawn_blocking(move || {
        let mut command = schemathesis::command().unwrap();
        command.arg(url).args(["--header", &format!("Authorization: Bearer {key}")]);
        command.args(["--checks", CHECKS, "--phases", "coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", SEED]);
        command.args(["--no-shrink", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20"]);
        // Its own files, such as the database of what it found before, stay with the test's.
        command.current_dir(folder).output().unwrap()
    });
    let run = run.await.unwrap();
    server.abort();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    let cases = said.lines().find_map(|line| line.trim().split_once(" generated")?.0.parse::<u32>().ok());
    assert!(cases.is_some_and(|n| n > LEAST_CASES), "{cases:?} requests are too few to say anything:\n{said}");
    // It sends ids that it has read: had it revoked its own token, all that came after were 401 and said nothing.
    let mut visitor = house.stranger();
    visitor.bearer = Some(token);
    visitor.get("/users").await.is(200);
}
