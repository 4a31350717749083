//! What is sent when: once each, in order, again after a failure, by one node, over restarts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use callboard_admin::entity::standard::record;
use callboard_admin::entity::user_groups::USER_GROUPS;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::resource::write;
use callboard_hooks::{round, sweep};
use callboard_safe::Keys;
use serde_json::json;

use super::{Book, Hooks, Receiver, deliveries, given, group, hook, send, state};
use crate::house::{House, both};
use crate::receiver::{Got, Reply};
use crate::{hooks, settings};

const HOUR: i64 = 3_600_000;

both!(each_event_is_sent_once_and_in_order_and_signed, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    group(&boss, "before there was a hook").await;
    let made = hook(&boss, &receiver.url(), json!({"secret": secret})).await.is(201);
    let first = group(&boss, "一组").await;
    let path = format!("/user-groups/{}", first.id());
    let version = boss.patch(&path, 1, json!({"name": "二组"})).await.is(200).version();
    boss.post("/roles", json!({"name": "of no concern", "rights": ["wall.view"], "scope": "own"})).await.is(201);
    boss.delete(&path, version).await.is(204);
    assert!(receiver.got().is_empty(), "nothing is sent before its turn");
    send(&house).await;
    let got = receiver.take();
    let kinds: Vec<&str> = got.iter().map(|g| g.body["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["user_groups.create", "user_groups.update", "user_groups.delete"]);
    assert_eq!(got.iter().map(Got::id).collect::<BTreeSet<_>>().len(), 3);
    for one in &got {
        assert_eq!((one.method.as_str(), one.uri.path(), one.header("content-type").as_str()), ("POST", "/in", "application/json"));
        assert_eq!(one.header("webhook-signature"), one.signed_by(secret));
        assert_eq!(one.header("webhook-timestamp"), "1772413200");
        assert_eq!(one.body["data"]["id"], first.id());
    }
    assert_eq!(got[1].body["data"]["fields"], json!(["name"]));
    assert_eq!(got[1].body["timestamp"], "2026-03-02T01:00:00.000Z");
    send(&house).await;
    assert!(receiver.take().is_empty(), "once is once");
    assert_eq!(deliveries(&boss, "state").await, [json!("sent"), json!("sent"), json!("sent")]);
    assert_eq!(deliveries(&boss, "status").await, [json!(204), json!(204), json!(204)]);
    let now = state(&boss, &made.id()).await;
    assert_eq!((&now["state"], &now["failures"], &now["version"]), (&json!("ok"), &json!(0), &json!(1)));
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_s_example_believes_a_message_and_no_other() {
    let (house, receiver) = (House::sqlite().await, Receiver::start().await);
    let boss = house.administrator().await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    hook(&boss, &receiver.url(), json!({"secret": secret, "content": "values"})).await.is(201);
    group(&boss, "一组").await;
    send(&house).await;
    let got = receiver.take().remove(0);
    let guide = include_str!("../../../docs/guide/web-hooks.md");
    let example = guide.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| (name, got.header(name)));
    let headers = serde_json::to_string(&headers.into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap();
    let ask = format!(
        "{example}\nimport sys\ntime.time = lambda: {}\nheaders, body = {headers}, sys.argv[1].encode()\n\
         print(is_ours(\"{secret}\", headers, body), is_ours(\"{secret}\", headers, body + b\" \"))",
        got.header("webhook-timestamp")
    );
    let said = std::process::Command::new("python3").args(["-c", &ask, &got.text]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "True False\n", "{}", String::from_utf8_lossy(&said.stderr));
}

both!(what_fails_is_sent_again_with_the_same_id_and_those_behind_it_wait, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    group(&boss, "a").await;
    group(&boss, "b").await;
    receiver.say([Reply::Status(500), Reply::Status(503)]);
    send(&house).await;
    send(&house).await;
    let first = receiver.take();
    assert_eq!(first.len(), 1, "it waits before it tries again, and the second waits for the first");
    let now = state(&boss, &id).await;
    assert_eq!((&now["state"], &now["failures"]), (&json!("failing"), &json!(1)));
    house.wait(7_000);
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    house.wait(80_000);
    send(&house).await;
    let rest = receiver.take();
    assert_eq!(rest.iter().map(|g| g.body["data"]["id"].to_string()).collect::<BTreeSet<_>>().len(), 2);
    assert_eq!((rest.len(), rest[0].id(), &rest[0].text), (2, first[0].id(), &first[0].text));
    assert_ne!(rest[0].header("webhook-timestamp"), first[0].header("webhook-timestamp"));
    assert_eq!(deliveries(&boss, "attempts").await, [json!(3), json!(1)]);
    assert_eq!(state(&boss, &id).await["failures"], 0);
    let delivery = boss.get("/web-hook-deliveries?sort=seq").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let attempts = boss.get(&format!("/web-hook-attempts?delivery_id={delivery}&sort=number")).await.is(200);
    let tried: Vec<_> = attempts.body["items"].as_array().unwrap().iter().map(|a| (a["status"].clone(), a["error"].clone())).collect();
    assert_eq!(tried, [(json!(500), json!("status")), (json!(503), json!("status")), (json!(204), json!(null))]);
});

both!(a_receiver_asks_to_be_left_alone_for_a_while_and_is, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    receiver.say([Reply::Wait(429, "120")]);
    send(&house).await;
    house.wait(60_000);
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    house.wait(61_000);
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
});

both!(a_receiver_that_is_gone_switches_its_hook_off_and_what_waits_goes_on_when_it_is_switched_on, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    group(&boss, "a").await;
    receiver.say([Reply::Status(410)]);
    send(&house).await;
    let off = state(&boss, &id).await;
    assert_eq!((&off["enabled"], &off["state"]), (&json!(false), &json!("gone")));
    let said = boss.get(&format!("/audit?resource=web_hooks&action=update&target={id}")).await.is(200);
    assert_eq!((said.each("actor"), &said.body["items"][0]["after"]), (vec!["callboard".to_owned()], &json!({"enabled": false, "state": "gone"})));
    group(&boss, "while it is off").await;
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    boss.patch(&format!("/web-hooks/{id}"), off["version"].as_i64().unwrap(), json!({"enabled": true})).await.is(200);
    send(&house).await;
    let got = receiver.take();
    assert_eq!(got.len(), 1, "what waited, and nothing that happened meanwhile");
    assert_eq!(state(&boss, &id).await["state"], "ok");
});

both!(a_day_of_failures_switches_a_hook_off_and_nothing_that_waits_is_lost, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    group(&boss, "a").await;
    group(&boss, "b").await;
    receiver.say(std::iter::repeat_n(Reply::Status(500), 8));
    for attempt in 1..=8 {
        assert_eq!(state(&house.administrator().await, &id).await["enabled"], true, "before attempt {attempt}");
        send(&house).await;
        house.wait(17 * HOUR);
    }
    let boss = house.administrator().await;
    let off = state(&boss, &id).await;
    assert_eq!((&off["enabled"], &off["state"], &off["failures"]), (&json!(false), &json!("silent"), &json!(8)));
    send(&house).await;
    assert_eq!(receiver.take().len(), 8);
    boss.patch(&format!("/web-hooks/{id}"), off["version"].as_i64().unwrap(), json!({"enabled": true})).await.is(200);
    send(&house).await;
    assert_eq!(receiver.take().len(), 2);
    assert_eq!(deliveries(&boss, "state").await, [json!("sent"), json!("sent")]);
});

both!(what_a_receiver_refuses_is_not_sent_again_and_the_next_goes_on, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    group(&boss, "b").await;
    receiver.say([Reply::Status(422)]);
    send(&house).await;
    assert_eq!(receiver.take().len(), 2);
    assert_eq!(deliveries(&boss, "state").await, [json!("refused"), json!("sent")]);
    // Somebody mends the receiver and has it sent once more.
    let path = format!("/web-hook-deliveries/{}", boss.get("/web-hook-deliveries?state=refused").await.body["items"][0]["id"].as_str().unwrap());
    boss.post(&format!("{path}/drop"), json!({})).await.is(409);
    boss.post(&format!("{path}/redeliver"), json!({})).await.is(204);
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    assert_eq!(deliveries(&boss, "state").await, [json!("sent"), json!("sent")]);
    // What blocks the rest can be given up.
    group(&boss, "c").await;
    group(&boss, "d").await;
    receiver.say([Reply::Status(500)]);
    send(&house).await;
    let path =
        format!("/web-hook-deliveries/{}", boss.get("/web-hook-deliveries?state=waiting&sort=seq").await.body["items"][0]["id"].as_str().unwrap());
    boss.post(&format!("{path}/drop"), json!({})).await.is(204);
    receiver.take();
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    assert_eq!(deliveries(&boss, "state").await[2..], [json!("dropped"), json!("sent")]);
    assert_eq!(boss.get("/audit?resource=web_hooks&action.in=redeliver,drop-delivery").await.body["items"].as_array().unwrap().len(), 2);
});

both!(a_restart_in_the_middle_loses_nothing, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    group(&boss, "b").await;
    receiver.say([Reply::Silence]);
    let (admin, sending) = (Arc::clone(&house.admin), given::<Hooks>(&house.admin));
    let task = tokio::spawn(async move { round(&admin, &sending).await });
    receiver.came().await;
    task.abort();
    drop(task.await);
    let cut = receiver.take();
    assert_eq!(cut.len(), 1);
    // Another process comes up; the lease of the one that fell has not ended, so that two never send at once.
    let again = hooks(&house.admin, &given::<Book>(&house.admin), settings(), Duration::from_secs(10));
    round(&house.admin, &again).await.unwrap();
    assert!(receiver.take().is_empty());
    house.wait(60_000);
    round(&house.admin, &again).await.unwrap();
    let got = receiver.take();
    assert_eq!((got.len(), got[0].id()), (2, cut[0].id()), "the same id tells a receiver that it has it already");
    assert_eq!(deliveries(&boss, "state").await, [json!("sent"), json!("sent")]);
});

both!(two_nodes_at_once_send_each_event_once_and_in_order, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    for n in 0..3 {
        hook(&boss, &format!("{}/{n}", receiver.url()), json!({"name": format!("hook {n}")})).await.is(201);
    }
    let other = house.neighbour().await;
    other.give(given::<Keys>(&house.admin));
    let theirs = hooks(&other, &given::<Book>(&house.admin), settings(), Duration::from_secs(10));
    let (mut made, ours) = (Vec::new(), given::<Hooks>(&house.admin));
    for n in 0..12 {
        made.push(group(&boss, &format!("group {n}")).await.id());
        if n % 4 == 3 {
            let (a, b) = tokio::join!(round(&house.admin, &ours), round(&other, &theirs));
            a.unwrap();
            b.unwrap();
        }
    }
    send(&house).await;
    let got = receiver.take();
    assert_eq!(got.len(), 36);
    assert_eq!(got.iter().map(Got::id).collect::<BTreeSet<_>>().len(), 36);
    for n in 0..3 {
        let own: Vec<_> = got.iter().filter(|g| g.uri.path() == format!("/in/{n}")).map(|g| g.body["data"]["id"].as_str().unwrap()).collect();
        assert_eq!(own, made, "hook {n}");
    }
});

/// On PostgreSQL two writes at once become visible in another order than they began; SQLite has one writer at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_late_is_sent_late_and_not_lost() {
    let (house, receiver) = (House::postgres().await, Receiver::start().await);
    let boss = house.administrator().await;
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    let tx = house.admin.begin().await.unwrap();
    let (caller, body) = (Caller::server(house.admin.now()), record(json!({"name": "begun first"})));
    let late = write::create(&house.admin, &caller, &tx, &USER_GROUPS, body, DataScope::All).await.unwrap();
    let early = group(&boss, "begun second").await.id();
    send(&house).await;
    assert_eq!(receiver.take().iter().map(|g| g.body["data"]["id"].clone()).collect::<Vec<_>>(), [json!(early)]);
    tx.commit().await.unwrap();
    send(&house).await;
    assert_eq!(receiver.take().iter().map(|g| g.body["data"]["id"].clone()).collect::<Vec<_>>(), [json!(late)]);
}

both!(what_was_undone_is_not_told_of_and_a_hook_takes_its_deliveries_with_it, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    group(&boss, "a").await;
    boss.post("/user-groups", json!({"name": "a", "parent_id": "00000000-0000-7000-8000-000000000000"})).await.is(422);
    send(&house).await;
    assert_eq!(receiver.take().len(), 1);
    boss.delete(&format!("/web-hooks/{id}"), 1).await.is(204);
    assert!(deliveries(&boss, "state").await.is_empty());
    group(&boss, "c").await;
    send(&house).await;
    assert!(receiver.take().is_empty());
});

both!(deliveries_are_kept_for_thirty_days, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    send(&house).await;
    house.wait(30 * 24 * HOUR);
    assert_eq!(sweep(&house.admin).await.unwrap(), 0);
    house.wait(1);
    assert_eq!(sweep(&house.admin).await.unwrap(), 1);
    let boss = house.administrator().await;
    assert!(boss.get("/web-hook-attempts").await.is(200).body["items"].as_array().unwrap().is_empty());
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_brings_hooks_back_on_the_other_store_and_nothing_that_waited() {
    let (house, receiver) = (House::sqlite().await, Receiver::start().await);
    let boss = house.administrator().await;
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    group(&boss, "in the outbox").await;
    let file = house.folder.path().join("settings.backup");
    callboard_safe::backup::write(house.admin.store(), crate::PARTS, house.admin.now(), &file).await.unwrap();
    let url = crate::house::empty_postgres().await;
    callboard_safe::backup::restore(&url, crate::PARTS, &file, false).await.unwrap();
    let there = House::on(&url, tempfile::tempdir().unwrap(), callboard_admin::Options::default()).await;
    there.admin.give(given::<Keys>(&house.admin));
    send(&there).await;
    assert!(receiver.take().is_empty(), "what waited is sent by the server that it was backed up from");
    let mut boss = there.stranger();
    boss.sign_in("admin", crate::house::PASSWORD).await.is(200);
    group(&boss, "b").await;
    send(&there).await;
    assert_eq!(receiver.take().len(), 1);
}

both!(what_happens_is_sent_without_anybody_asking_for_it, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    let running = tokio::spawn(callboard_hooks::run(Arc::clone(&house.admin)));
    for name in ["a", "b"] {
        group(&boss, name).await;
        receiver.came().await;
    }
    running.abort();
    assert_eq!(receiver.take().len(), 2);
});
