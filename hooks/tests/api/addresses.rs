//! What is never reached: attacks by the address, by the name, by time and by what a receiver sends on to.

use std::time::Duration;

use callboard_hooks::round;
use serde_json::{Value, json};

use super::{Book, Receiver, deliveries, given, group, hook, send};
use crate::hooks;
use crate::house::both;
use crate::receiver::Reply;

both!(an_address_that_leads_inside_is_refused_at_its_field_in_the_reader_s_language, house, {
    let boss = house.administrator().await;
    let reader = house.user("reads.english", &["web_hooks.write", "user_groups.read"], "all", json!({})).await;
    for url in [
        "http://127.0.0.2/",
        "http://10.0.0.1/",
        "http://192.168.0.1:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://167772161/",
        "http://0xa000001/",
        "http://012.0.0.1/",
        "http://0xa.1/",
        "http://0.0.0.0/",
    ] {
        let refused = hook(&reader, url, json!({})).await.is(422);
        assert_eq!(refused.wrong(), [("url".to_owned(), "rule".to_owned())], "{url}");
        assert!(refused.body["errors"][0]["message"].as_str().unwrap().starts_with("leads inside"), "{url}: {}", refused.body);
    }
    let refused = hook(&boss, "http://10.0.0.1/", json!({})).await.is(422);
    assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains("内部网络"), "{}", refused.body);
});

both!(what_is_no_address_of_the_web_and_what_would_make_headers_is_refused, house, {
    let boss = house.administrator().await;
    for url in [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.com/",
        "https://me@example.com/",
        "https://me:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com/\r\nhost: inside",
        "https://exa\nmple.com/",
        "https://exam ple.com/",
        "//example.com/",
        "nothing",
    ] {
        let refused = hook(&boss, url, json!({})).await.is(422);
        assert_eq!(refused.wrong()[0].0, "url", "{url}: {}", refused.body);
    }
    let refused = hook(&boss, "https://example.com/", json!({"name": "a\r\nx-header: 1"})).await.is(422);
    assert_eq!(refused.wrong(), [("name".to_owned(), "kind".to_owned())]);
    // A change is looked at as well, and what was there stays.
    let made = hook(&boss, "https://example.com/a/key", json!({})).await.is(201);
    assert_eq!(made.body["address"], "https://example.com/…");
    boss.patch(&format!("/web-hooks/{}", made.id()), 1, json!({"url": "http://10.0.0.1/"})).await.is(422);
    assert_eq!(boss.get(&format!("/web-hooks/{}", made.id())).await.body["address"], "https://example.com/…");
});

/// Asks a hook to be tested: what it answers.
async fn tested(boss: &crate::house::Visitor, url: &str) -> Value {
    let id = hook(boss, url, json!({"name": url})).await.is(201).id();
    boss.post(&format!("/web-hooks/{id}/test"), json!({})).await.is(200).body
}

both!(a_name_that_leads_inside_gets_nothing, house, {
    let (boss, receiver, book) = (house.administrator().await, Receiver::start().await, given::<Book>(&house.admin));
    let port = receiver.address.port();
    book.write("inside.example", &[&["10.0.0.1"]]);
    book.write("mapped.example", &[&["::ffff:10.0.0.1"]]);
    book.write("metadata.example", &[&["169.254.169.254"]]);
    // One good address does not make a bad one good: who knows which is taken.
    book.write("mixed.example", &[&["127.0.0.1", "10.0.0.1"]]);
    for name in ["inside.example", "mapped.example", "metadata.example", "mixed.example"] {
        let answer = tested(&boss, &format!("http://{name}:{port}/")).await;
        assert_eq!((&answer["arrived"], &answer["error"], &answer["status"]), (&json!(false), &json!("inside"), &json!(null)), "{name}");
        assert!(!answer.to_string().contains("10.0.0.1"), "what a name leads to inside is told to nobody");
    }
    let answer = tested(&boss, &format!("http://unknown.example:{port}/")).await;
    assert_eq!(answer["error"], "name");
    assert!(receiver.take().is_empty());
    book.write("good.example", &[&["127.0.0.1"]]);
    assert_eq!(tested(&boss, &format!("http://good.example:{port}/")).await["arrived"], true);
    assert_eq!(receiver.take().len(), 1);
});

both!(a_name_that_leads_elsewhere_a_moment_later_is_asked_once_and_never_believed, house, {
    let (boss, receiver, book) = (house.administrator().await, Receiver::start().await, given::<Book>(&house.admin));
    let victim = Receiver::at((std::net::Ipv4Addr::new(127, 0, 0, 2), receiver.address.port()).into()).await;
    book.write("rebinding.example", &[&["127.0.0.1"], &["127.0.0.2"]]);
    hook(&boss, &format!("http://rebinding.example:{}/", receiver.address.port()), json!({})).await.is(201);
    assert!(book.asked().is_empty(), "nothing is resolved when a hook is written: what it leads to then says nothing about later");
    group(&boss, "a").await;
    group(&boss, "b").await;
    send(&house).await;
    assert_eq!(book.asked(), ["rebinding.example", "rebinding.example"], "once for each connection");
    assert_eq!((receiver.take().len(), victim.take().len()), (1, 0));
    assert_eq!(deliveries(&boss, "error").await, [json!(null), json!("inside")]);
});

both!(a_redirect_is_followed_nowhere, house, {
    let (boss, receiver, victim) = (house.administrator().await, Receiver::start().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    receiver.say([301, 302, 303, 307, 308].map(|status| Reply::To(status, victim.url())));
    for _ in 0..5 {
        send(&house).await;
        house.wait(3 * 3_600_000);
        let boss = house.administrator().await;
        assert_eq!(deliveries(&boss, "error").await, [json!("redirect")]);
    }
    assert_eq!((receiver.take().len(), victim.take().len()), (5, 0));
});

both!(an_address_that_the_configuration_permits_no_longer_gets_nothing, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({})).await.is(201);
    group(&boss, "a").await;
    let strict = callboard_hooks::Settings { ports: Vec::new(), ..callboard_hooks::Settings::default() };
    let strict = hooks(&house.admin, &given::<Book>(&house.admin), strict, Duration::from_secs(10));
    round(&house.admin, &strict).await.unwrap();
    assert_eq!(deliveries(&boss, "error").await, [json!("address")]);
    assert!(receiver.take().is_empty());
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_proxy_of_the_environment_is_asked() {
    let proxy = Receiver::start().await;
    let address = format!("http://{}", proxy.address);
    // The environment is a process's own: another test of this program sends in one that names a proxy.
    let other = tokio::task::spawn_blocking(move || {
        let mut test = std::process::Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "api::order::each_event_is_sent_once_and_in_order_and_signed::sqlite"]);
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            test.env(name, &address);
        }
        test.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap()
    });
    let other = other.await.unwrap();
    let said = String::from_utf8_lossy(&other.stdout);
    assert!(other.status.success() && said.contains("1 passed"), "{said}");
    assert!(proxy.take().is_empty());
}
