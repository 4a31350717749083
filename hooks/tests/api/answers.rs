//! What a receiver may do to us: answer at length, late, without a certificate, or as a robot does.

use std::sync::Arc;
use std::time::Duration;

use callboard_hooks::{Settings, round};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Book, Receiver, deliveries, given, group, hook, send, state};
use crate::house::both;
use crate::receiver::Reply;
use crate::{hooks, settings};

both!(an_answer_without_an_end_is_not_read_to_its_end, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    // Callboard's own form reads nothing but the status.
    hook(&boss, &receiver.url(), json!({"name": "plain"})).await.is(201);
    let robot = hook(&boss, &format!("{}/robot", receiver.url()), json!({"name": "robot", "form": "wecom"})).await.is(201).id();
    receiver.say([Reply::Endless, Reply::Endless]);
    group(&boss, "a").await;
    send(&house).await;
    let mut errors = deliveries(&boss, "error").await;
    errors.sort_by_key(Value::to_string);
    assert_eq!(errors, [json!("too_long"), json!(null)]);
    assert_eq!(state(&boss, &robot).await["state"], "failing");
});

both!(whoever_takes_too_long_to_answer_is_not_waited_for, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    hook(&boss, &receiver.url(), json!({"form": "wecom"})).await.is(201);
    group(&boss, "a").await;
    let hasty = hooks(&house.admin, &given::<Book>(&house.admin), settings(), Duration::from_millis(300));
    for reply in [Reply::Silence, Reply::Trickle] {
        receiver.say([reply]);
        round(&house.admin, &hasty).await.unwrap();
        assert_eq!(deliveries(&boss, "error").await, [json!("timeout")]);
        house.wait(80_000);
    }
    assert_eq!(receiver.take().len(), 2);
});

both!(a_robot_gets_a_line_of_text_and_its_code_decides, house, {
    let (boss, receiver) = (house.administrator().await, Receiver::start().await);
    for (form, code) in [("wecom", "errcode"), ("dingtalk", "errcode"), ("feishu", "code")] {
        let secret = if form == "wecom" { json!(null) } else { json!("SECabc") };
        let more = json!({"name": form, "form": form, "secret": secret, "content": "values", "language": "en"});
        let id = hook(&boss, &format!("{}?key=k", receiver.url()), more).await.is(201).id();
        receiver
            .say([Reply::Says(json!({ code: 93_000, "errmsg": "invalid webhook url" }).to_string()), Reply::Says(json!({ code: 0 }).to_string())]);
        let test = format!("/web-hooks/{id}/test");
        let refused = boss.post(&test, json!({})).await.is(200).body;
        assert_eq!((&refused["error"], &refused["code"], &refused["status"]), (&json!("robot"), &json!(93_000), &json!(200)), "{form}");
        assert!(!refused.to_string().contains("invalid webhook url"), "what a receiver says is shown to nobody");
        assert_eq!(boss.post(&test, json!({})).await.is(200).body["arrived"], true, "{form}");
        let got = receiver.take();
        assert_eq!(got[1].header("webhook-signature"), "", "{form}");
        assert_eq!(got[1].uri.query().unwrap().contains("sign="), form == "dingtalk");
        assert_eq!(got[1].body["sign"].is_string(), form == "feishu");
        boss.delete(&format!("/web-hooks/{id}"), 1).await.is(204);
    }
    hook(&boss, &receiver.url(), json!({"form": "slack", "secret": "x"})).await.is(422);
    hook(&boss, &receiver.url(), json!({"form": "slack", "content": "values", "language": "zh"})).await.is(201);
    let id = group(&boss, "<!channel>").await.id();
    send(&house).await;
    let got = receiver.take();
    let line = got[0].body["text"].as_str().unwrap();
    assert!(line.starts_with("用户组 新建：&lt;!channel&gt;（字段：") && line.ends_with("操作人：admin；2026-03-02 09:00）"), "{line}");
    assert!(!line.contains(&id));
});

/// A receiver behind TLS that answers 204; where it is, and the file with its certificate.
async fn behind_tls(folder: &std::path::Path) -> (u16, std::path::PathBuf) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["receiver.example".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind(("127.0.0.1", 0)).await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut asked = Vec::new();
                while !asked.ends_with(b"\"}") && stream.read_buf(&mut asked).await.unwrap_or_default() > 0 {}
                drop(stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await);
                drop(stream.shutdown().await);
            }
        }
    });
    let file = folder.join("ca.pem");
    std::fs::write(&file, cert.pem()).unwrap();
    (port, file)
}

both!(a_certificate_is_trusted_where_the_configuration_names_its_authority_and_nowhere_else, house, {
    let (boss, book) = (house.administrator().await, given::<Book>(&house.admin));
    let (port, ca) = behind_tls(house.folder.path()).await;
    book.write("receiver.example", &[&["127.0.0.1"]]);
    hook(&boss, &format!("https://receiver.example:{port}/"), json!({})).await.is(201);
    group(&boss, "a").await;
    let strict = Settings { http: false, ..settings() };
    let trusting = Settings { ca: Some(ca), ..strict.clone() };
    round(&house.admin, &hooks(&house.admin, &book, strict, Duration::from_secs(10))).await.unwrap();
    assert_eq!(deliveries(&boss, "error").await, [json!("certificate")]);
    house.wait(7_000);
    round(&house.admin, &hooks(&house.admin, &book, trusting, Duration::from_secs(10))).await.unwrap();
    assert_eq!(deliveries(&boss, "state").await, [json!("sent")]);
});

both!(nobody_who_answers_is_said_to_be_so, house, {
    let boss = house.administrator().await;
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", free.local_addr().unwrap());
    drop(free);
    let id = hook(&boss, &url, json!({})).await.is(201).id();
    let answer = boss.post(&format!("/web-hooks/{id}/test"), json!({})).await.is(200).body;
    assert_eq!((&answer["arrived"], &answer["error"]), (&json!(false), &json!("connect")));
    assert!(answer["message"].is_string());
    assert_eq!(boss.get("/audit?resource=web_hooks&action=test").await.each("label"), ["integration"]);
});
