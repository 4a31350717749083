//! One file for each side of a hook: what is sent when, what is told of, what is never reached, what a receiver may do.

mod addresses;
mod answers;
mod counts;
mod order;
mod secrets;
mod telling;

use callboard_admin::Admin;
use callboard_hooks::{Hooks, round};
use serde_json::{Value, json};

use crate::house::{Answer, House, Visitor};
use crate::receiver::{Book, Receiver};

/// Makes a hook on user groups that posts to a receiver; `more` says what is different.
async fn hook(boss: &Visitor, url: &str, more: Value) -> Answer {
    let mut body = json!({"name": "integration", "url": url, "events": ["user_groups.*"]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    boss.post("/web-hooks", body).await
}

async fn group(boss: &Visitor, name: &str) -> Answer {
    boss.post("/user-groups", json!({"name": name})).await.is(201)
}

/// Sends what can be sent now.
async fn send(house: &House) {
    round(&house.admin, &given::<Hooks>(&house.admin)).await.unwrap();
}

fn given<T: std::any::Any + Send + Sync>(admin: &Admin) -> std::sync::Arc<T> {
    admin.given::<T>().unwrap()
}

/// The hook as it stands.
async fn state(boss: &Visitor, id: &str) -> Value {
    boss.get(&format!("/web-hooks/{id}")).await.is(200).body
}

/// Fields of the deliveries, oldest first.
async fn deliveries(boss: &Visitor, field: &str) -> Vec<Value> {
    let page = boss.get("/web-hook-deliveries?sort=seq&limit=200").await.is(200).body;
    page["items"].as_array().unwrap().iter().map(|item| item[field].clone()).collect()
}
