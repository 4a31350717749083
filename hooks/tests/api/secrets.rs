//! Addresses and secrets are taken and never shown; a secret that is made is shown once.

use callboard_safe::{Keys, secrets};
use serde_json::json;

use super::{Receiver, group, hook, send};
use crate::house::both;

both!(a_secret_is_made_shown_once_and_the_one_before_signs_beside_it_for_a_day, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    let id = hook(&boss, &receiver.url(), json!({})).await.is(201).id();
    let renew = async || boss.post(&format!("/web-hooks/{id}/secret"), json!({})).await.is(200).body["secret"].as_str().unwrap().to_owned();
    let signature = async |name: &str| {
        group(&boss, name).await;
        send(&house).await;
        receiver.take().remove(0)
    };
    let unseen = signature("a").await;
    assert!(unseen.header("webhook-signature").starts_with("v1,"), "what is made unseen signs as well");
    let one = renew().await;
    let two = renew().await;
    assert_ne!(one, two);
    let both = signature("b").await;
    assert_eq!(both.header("webhook-signature"), format!("{} {}", both.signed_by(&two), both.signed_by(&one)));
    house.wait(24 * 3_600_000);
    let boss = house.administrator().await;
    group(&boss, "c").await;
    send(&house).await;
    let last = receiver.take().remove(0);
    assert_eq!(last.header("webhook-signature"), last.signed_by(&two));
});

both!(addresses_and_secrets_of_hooks_are_shown_to_nobody_and_go_with_them, house, {
    let boss = house.administrator().await;
    let (key, secret) = ("a-key-in-the-path", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let made = hook(&boss, &format!("https://example.com/{key}"), json!({"secret": secret})).await.is(201);
    let path = format!("/web-hooks/{}", made.id());
    boss.patch(&path, 1, json!({"url": format!("https://example.org/{key}")})).await.is(200);
    let mut seen = vec![made.bytes.clone()];
    for path in [path.as_str(), "/web-hooks", "/audit?limit=200", "/secrets", "/web-hooks/export?format=csv"] {
        seen.push(boss.get(path).await.bytes);
    }
    for bytes in seen {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(key) && !text.contains("MfKQ9r8"), "{text}");
    }
    assert!(boss.get("/secrets").await.is(200).body["items"].as_array().unwrap().is_empty());
    let name = format!("web_hooks/{}/url", made.id());
    assert_eq!(secrets::reveal(&house.admin, &name).await.unwrap().unwrap(), format!("https://example.org/{key}"));
    // They are sealed, and a new key seals them anew as it does all others.
    let mut keys = Keys::open(&house.folder.path().join("settings.key"), house.admin.random()).unwrap();
    assert_eq!(secrets::rotate(&house.admin, &mut keys).await.unwrap(), 2);
    assert!(secrets::reveal(&house.admin, &name).await.is_err(), "the key before does not open it any more");
    house.admin.give(std::sync::Arc::new(keys));
    assert!(secrets::reveal(&house.admin, &name).await.unwrap().is_some());
    boss.delete(&path, 2).await.is(204);
    assert_eq!(secrets::reveal(&house.admin, &name).await.unwrap(), None);
});

both!(a_secret_must_be_one_and_a_form_stays_what_it_is, house, {
    let boss = house.administrator().await;
    for secret in ["plain", "whsec_AAAA", "whsec_not base64 at all........................"] {
        let refused = hook(&boss, "https://example.com/", json!({"secret": secret})).await.is(422);
        assert_eq!(refused.wrong(), [("secret".to_owned(), "rule".to_owned())], "{secret}");
    }
    let made = hook(&boss, "https://example.com/", json!({"form": "feishu", "secret": "any"})).await.is(201);
    boss.patch(&format!("/web-hooks/{}", made.id()), 1, json!({"form": "json"})).await.is(422);
    boss.post(&format!("/web-hooks/{}/secret", made.id()), json!({})).await.is(409);
});
