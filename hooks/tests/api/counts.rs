//! What the server tells about hooks: attempts by what came of them, what waits and since when, and who is given up.

use callboard_hooks::counts::{Standing, standing};
use serde_json::json;

use super::{Hooks, Receiver, given, group, hook, send, state};
use crate::house::both;
use crate::receiver::Reply;

both!(what_is_sent_and_what_waits_is_counted, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let hooks = given::<Hooks>(&house.admin);
    let counted = || [hooks.counts().sent.get(), hooks.counts().failed.get(), hooks.counts().refused.get()];
    assert_eq!((counted(), standing(&house.admin).await.unwrap()), ([0, 0, 0], Standing::default()));
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    // It is off: nothing waits for it.
    hook(&boss, &receiver.url(), json!({"name": "off", "enabled": false})).await.is(201);
    group(&boss, "a").await;
    let first_at = house.admin.now();
    send(&house).await;
    assert_eq!((counted(), standing(&house.admin).await.unwrap()), ([1, 0, 0], Standing::default()));
    // The receiver fails, and more comes.
    receiver.say([Reply::Status(500)]);
    group(&boss, "b").await;
    send(&house).await;
    house.wait(1_000);
    group(&boss, "c").await;
    send(&house).await;
    let waits = Standing { waiting: 2, oldest_at: Some(first_at), failing: 1, given_up: 0 };
    assert_eq!((counted(), standing(&house.admin).await.unwrap()), ([1, 1, 0], waits));
    // It is well again, and wants one of the two not.
    receiver.say([Reply::Status(422)]);
    house.wait(10_000);
    send(&house).await;
    let [sent, failed, refused] = counted();
    assert_eq!(sent + failed + refused, 4, "{:?}", counted());
    // It wants no more at all.
    receiver.say([Reply::Status(410)]);
    house.wait(100_000);
    group(&boss, "d").await;
    send(&house).await;
    house.wait(100_000);
    send(&house).await;
    assert_eq!(state(&boss, &id).await["state"], "gone");
    let given_up = standing(&house.admin).await.unwrap();
    assert_eq!((given_up.given_up, given_up.failing, given_up.waiting, given_up.oldest_at), (1, 0, 0, None));
    let version = state(&boss, &id).await["version"].as_i64().unwrap();
    boss.patch(&format!("/web-hooks/{id}"), version, json!({"enabled": true})).await.is(200);
    let again = standing(&house.admin).await.unwrap();
    assert_eq!((again.given_up, again.waiting > 0), (0, true));
});
