//! `/api/v1/voicemail`: messages from Asterisk's spool, heard, assigned, called back and done.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::http::Method;
use callboard_admin::identity::Caller;
use callboard_desk::voicemail::{Scanned, Voicemail, scan};
use callboard_objects::{Objects, S3};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::recordings::sound;
use crate::house::{House, both};

fn put(spool: &Path, name: &str, content: &[u8]) {
    let path = spool.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn told(mailbox: &str, number: &str, seconds: u32) -> Vec<u8> {
    format!(
        "[message]\norigmailbox={mailbox}\ncallerid=\"Li Na\" <{number}>\norigtime={}\nmsg_id={}-00000001\nduration={seconds}\n",
        1_772_413_000 + seconds,
        1_772_413_000 + seconds
    )
    .into_bytes()
}

/// A spool with two messages in 1000 and one, heard on the telephone, in 2000.
fn spool(house: &House) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, mailbox, number, seconds) in [
        ("default/1000/INBOX/msg0000", "1000", "13800001111", 10),
        ("default/1000/INBOX/msg0001", "1000", "13800002222", 20),
        ("default/2000/Old/msg0000", "2000", "13800003333", 30),
    ] {
        put(at, &format!("{name}.txt"), &told(mailbox, number, seconds));
        put(at, &format!("{name}.wav"), &sound(8_000 * seconds));
    }
    let objects = Objects::open(at.to_str().unwrap(), &S3::default(), |_| None).unwrap();
    house.admin.give(Arc::new(Voicemail::new(objects, HashMap::from([("1000".into(), "cards".into())]))));
    folder
}

async fn scanned(house: &House) -> Scanned {
    scan(&house.admin, &Caller::server(house.admin.now())).await.unwrap()
}

both!(messages_come_from_the_spool_once_and_stay_what_became_of_them, house, {
    let folder = spool(&house);
    let boss = house.administrator().await;
    let first = boss.post("/voicemail/scan", Value::Null).await.is(200).body;
    assert_eq!(first, json!({"found": 3, "new": 3, "moved": 0, "broken": []}));
    assert_eq!(scanned(&house).await, Scanned { found: 3, ..Scanned::default() });
    let list = boss.get("/voicemail?sort=left_at").await.is(200);
    let meta = boss.get("/meta").await.is(200).body;
    let described = meta["resources"].as_array().unwrap().iter().find(|r| r["name"] == "voicemail").unwrap();
    let length = described["fields"].as_array().unwrap().iter().find(|f| f["name"] == "length_ms").unwrap();
    assert_eq!((&length["kind"], &length["title"]), (&json!("duration"), &json!({"en": "Length", "zh": "时长"})));
    let file = String::from_utf8(boss.get("/voicemail/export?columns=mailbox,length_ms&sort=left_at").await.is(200).bytes).unwrap();
    assert_eq!(file.trim_start_matches('\u{feff}').lines().take(2).collect::<Vec<_>>(), ["信箱,时长（毫秒）", "1000,10000"]);
    assert_eq!(list.each("from_number"), ["13800001111", "13800002222", "13800003333"]);
    assert_eq!(
        (list.each("mailbox"), list.each("state")),
        (vec!["1000".into(), "1000".into(), "2000".into()], vec!["new".into(), "new".into(), "heard".into()])
    );
    let message = &list.body["items"][0];
    assert_eq!((&message["queue"], &message["length_ms"], &message["from_name"]), (&json!("cards"), &json!(10_000), &json!("Li Na")));
    assert_eq!((&message["left_at"], &list.body["items"][2]["queue"]), (&json!("2026-03-02T00:56:50.000Z"), &Value::Null));

    // On the telephone the first is deleted and the second gets its number.
    let at = folder.path().join("default/1000/INBOX");
    let second = boss.get("/voicemail?from_number=13800002222").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let first = message["id"].as_str().unwrap().to_owned();
    for ending in ["txt", "wav"] {
        std::fs::rename(at.join(format!("msg0001.{ending}")), at.join(format!("msg0000.{ending}"))).unwrap();
    }
    // Before the next scan nobody hears the one for the other.
    boss.get(&format!("/voicemail/{first}/audio")).await.is(404);
    boss.get(&format!("/voicemail/{second}/audio")).await.is(404);
    assert_eq!(scanned(&house).await, Scanned { found: 2, moved: 1, ..Scanned::default() });
    boss.get(&format!("/voicemail/{first}/audio")).await.is(404);
    assert_eq!(boss.get(&format!("/voicemail/{second}/audio")).await.is(200).bytes, sound(160_000));
    assert_eq!(boss.get("/voicemail").await.body["items"].as_array().unwrap().len(), 3, "what was left stays in the list");
});

both!(a_message_is_heard_assigned_called_back_and_done, house, {
    let _folder = spool(&house);
    scanned(&house).await;
    let me = house.user("me", &["voicemail.read", "voicemail.write"], "own", json!({})).await;
    let other = house.user("other", &["voicemail.read"], "own", json!({})).await;
    let boss = house.administrator().await;
    let user = |login: &str| {
        let (boss, path) = (boss.clone(), format!("/users?login={login}"));
        async move { boss.get(&path).await.body["items"][0]["id"].as_str().unwrap().to_owned() }
    };
    let (my_id, id) = (user("me").await, boss.get("/voicemail?from_number=13800001111").await.body["items"][0]["id"].as_str().unwrap().to_owned());
    let path = format!("/voicemail/{id}");
    assert_eq!(me.get(&path).await.is(200).body["from_number"], "138****1111", "numbers are masked");

    let part = me.send(Method::GET, &format!("{path}/audio"), &[("range", "bytes=44-45")], Vec::new()).await.is(206);
    assert_eq!((part.bytes.as_slice(), part.headers["content-type"].to_str().unwrap()), (&[0, 0][..], "audio/wav"));
    other.get(&format!("{path}/audio")).await.is(200);
    me.get(&format!("{path}/audio")).await.is(200);
    assert_eq!(me.get(&format!("{path}/waveform")).await.is(200).body["duration_ms"], 10_000);
    let heard = me.get(&path).await.is(200).body;
    assert_eq!(
        (&heard["state"], &heard["heard_by_id_label"], &heard["heard_at"]),
        (&json!("heard"), &json!("me"), &json!("2026-03-02T01:00:00.000Z"))
    );
    let lines = boss.get("/audit?resource=voicemail&action=listen").await.is(200).each("actor");
    assert_eq!(
        {
            let mut l = lines;
            l.sort();
            l
        },
        ["me", "other"],
        "once for each who listened"
    );

    let taken = me.patch(&path, heard["version"].as_i64().unwrap(), json!({"assignee_id": my_id})).await.is(200).body;
    other.get(&path).await.is(404);
    other.get(&format!("{path}/audio")).await.is(404);
    me.patch(&path, taken["version"].as_i64().unwrap(), json!({"state": "handled"})).await.is(422);
    other.post(&format!("{path}/handle"), json!({})).await.is(403);
    let done = me.post(&format!("{path}/handle"), json!({"note": "called back, 3 pm"})).await.is(200).body;
    assert_eq!((&done["state"], &done["handled_by_id_label"], &done["note"]), (&json!("handled"), &json!("me"), &json!("called back, 3 pm")));
    me.post(&format!("{path}/handle"), json!({})).await.is(409);
    me.get(&format!("{path}/audio")).await.is(200);
    assert_eq!(me.get(&path).await.body["state"], "handled", "hearing it again changes nothing");
    let again = me.post(&format!("{path}/reopen"), Value::Null).await.is(200).body;
    assert_eq!((&again["state"], &again["handled_by_id"], &again["handled_at"]), (&json!("heard"), &Value::Null, &Value::Null));
    me.post(&format!("{path}/reopen"), Value::Null).await.is(409);
    house.stranger().get(&format!("{path}/audio")).await.is(401);
});

both!(a_spool_with_broken_files_gives_what_is_whole_and_lists_the_rest, house, {
    let folder = spool(&house);
    let at = folder.path();
    put(at, "default/1000/INBOX/msg0002.txt", b"[message]\norigmailbox=1000\n");
    put(at, "default/1000/INBOX/msg0003.txt", b"\xff\xfe\x00binary");
    put(at, "default/1000/INBOX/msg0004.txt", &vec![b'x'; 100_000]);
    put(at, "default/1000/INBOX/msg0005.txt", b"");
    put(at, "default/1000/INBOX/msg0006.txt", &told("1000", "13800006666", 60));
    put(at, "default/1000/INBOX/msg0006.wav", b"<html>no sound</html>");
    put(at, "default/1000/INBOX/msg0007.txt", &told("1000", "13800007777", 70));
    put(at, "default/1000/tmp/msg0000.txt", &told("1000", "13800008888", 80));
    put(at, "default/1000/INBOX/notes.txt", b"no message");
    put(at, "default/1000/unavail.wav", &sound(80));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), told("1000", "13800009999", 90)).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), at.join("default/1000/INBOX/msg0008.txt")).unwrap();
    let boss = house.administrator().await;
    let found = boss.post("/voicemail/scan", Value::Null).await.is(200).body;
    assert_eq!((&found["found"], &found["new"]), (&json!(5), &json!(5)));
    let broken: Vec<(&str, &str)> =
        found["broken"].as_array().unwrap().iter().map(|b| (b["path"].as_str().unwrap(), b["error"].as_str().unwrap())).collect();
    assert_eq!(
        broken,
        [
            ("default/1000/INBOX/msg0002.txt", "it lacks origtime"),
            ("default/1000/INBOX/msg0003.txt", "it is no text of UTF-8"),
            ("default/1000/INBOX/msg0004.txt", "it is longer than 65536 bytes"),
            ("default/1000/INBOX/msg0005.txt", "it lacks the section [message]"),
        ]
    );
    // A sound that is none, and none at all.
    for (number, status) in [("13800006666", 409), ("13800007777", 404)] {
        let id = boss.get(&format!("/voicemail?from_number={number}")).await.body["items"][0]["id"].as_str().unwrap().to_owned();
        boss.get(&format!("/voicemail/{id}/audio")).await.is(status);
        assert_eq!(boss.get(&format!("/voicemail/{id}")).await.body["state"], "new", "nobody has heard it");
    }
});
