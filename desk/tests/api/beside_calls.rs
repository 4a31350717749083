//! What people say of calls: whom they call back, and notes.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_admin::Admin;
use callboard_admin::contacts::Calls;
use callboard_admin::identity::Caller;
use callboard_desk::call_backs;
use callboard_domain::Timestamp;
use serde_json::{Value, json};

use crate::house::both;

/// Whoever has the right sees the call c1, and no other.
struct One;

#[async_trait]
impl Calls for One {
    async fn of_numbers(&self, _: &Arc<Admin>, _: &Caller, _: &[String], _: Timestamp, _: usize) -> Result<Vec<Value>, String> {
        Ok(Vec::new())
    }

    async fn sees(&self, _: &Arc<Admin>, caller: &Caller, right: &str, source: &str, call: &str) -> Result<bool, String> {
        Ok(caller.may(right).is_some() && (source, call) == ("pbx", "c1"))
    }
}

both!(a_lost_caller_is_taken_by_one_and_closed_with_what_came_of_it, house, {
    let boss = house.administrator().await;
    boss.post("/call-backs/pbx/c1", json!({"state": "taken"})).await.is(421);
    house.admin.take_calls(Arc::new(One));
    let me = house.user("me", &["call_backs.write"], "all", json!({})).await;
    let you = house.user("you", &["call_backs.write"], "all", json!({})).await;
    for (bad, field) in [
        (json!({}), "state"),
        (json!({"state": "lost"}), "state"),
        (json!({"state": "done", "result": "x"}), "result"),
        (json!({"state": "open", "x": 1}), "x"),
    ] {
        let refused = me.post("/call-backs/pbx/c1", bad).await.is(422);
        assert_eq!(refused.body["errors"][0]["field"], field, "{:?}", refused.body);
    }
    me.post("/call-backs/pbx/c2", json!({"state": "taken"})).await.is(404);
    me.post("/call-backs/pbx/c1", json!({"state": "taken", "result": "reached"})).await.is(200);
    you.post("/call-backs/pbx/c1", json!({"state": "done"})).await.is(409);
    let key = ("pbx".to_owned(), "c1".to_owned());
    let mark = call_backs::marks(&house.admin, std::slice::from_ref(&key)).await.unwrap().remove(&key).unwrap();
    assert_eq!((&*mark.state, mark.user.as_deref(), mark.result), ("taken", Some("me"), None), "only what is done has a result");
    let closed = me.post("/call-backs/pbx/c1", json!({"state": "done", "result": "reached", "note": " will come "})).await.is(200);
    assert_eq!((&closed.body["result"], &closed.body["note"]), (&json!("reached"), &json!("will come")));
    you.post("/call-backs/pbx/c1", json!({"state": "open", "anyway": true})).await.is(200);
    let mark = call_backs::marks(&house.admin, std::slice::from_ref(&key)).await.unwrap().remove(&key).unwrap();
    assert_eq!((&*mark.state, mark.user_id), ("open", None));
});

both!(notes_are_written_and_taken_back_by_their_writer, house, {
    house.admin.take_calls(Arc::new(One));
    let me = house.user("me", &["calls.read", "calls.note"], "all", json!({})).await;
    let reader = house.user("reader", &["calls.read"], "all", json!({})).await;
    let note = me.post("/calls/pbx/c1/notes", json!({"text": "asks for a card"})).await.is(200);
    for text in ["x".repeat(2_001), " ".into(), String::new()] {
        me.post("/calls/pbx/c1/notes", json!({"text": text})).await.is(422);
    }
    reader.post("/calls/pbx/c1/notes", json!({"text": "x"})).await.is(403);
    reader.get("/calls/pbx/c2/notes").await.is(404);
    let seen = reader.get("/calls/pbx/c1/notes").await.is(200).body;
    assert_eq!((seen["items"].as_array().unwrap().len(), &seen["items"][0]["own"]), (1, &json!(false)));
    me.delete(&format!("/calls/pbx/c1/notes/{}", note.id()), 1).await.is(204);
    assert_eq!(reader.get("/calls/pbx/c1/notes").await.is(200).body, json!({"items": []}));
});
