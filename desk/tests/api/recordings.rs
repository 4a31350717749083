//! `/api/v1/recordings/{id}`: heard by whoever may see the call, in ranges, audited once a listening.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::Method;
use callboard_desk::recordings::{Call, Calls, Recordings, Rules, Template};
use callboard_objects::{Objects, S3};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{Answer, House, Visitor, both};

/// The calls of a small house.
pub struct Table(pub Vec<Call>);

#[async_trait]
impl Calls for Table {
    async fn call(&self, id: &str, source: Option<&str>) -> Result<Vec<Call>, String> {
        Ok(self.0.iter().filter(|c| c.call == id && source.is_none_or(|s| s == c.source)).cloned().collect())
    }
}

/// A WAV of one channel: 8,000 samples of 16 bits a second, half of it silent, half loud.
pub fn sound(samples: u32) -> Vec<u8> {
    let size = samples * 2;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + size).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1, 0, 1, 0]);
    file.extend(8_000_u32.to_le_bytes());
    file.extend(16_000_u32.to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    for at in 0..samples {
        file.extend(if at < samples / 2 { 0_i16 } else { 16_384 }.to_le_bytes());
    }
    file
}

fn call(source: &str, id: &str, agent: &str, queue: &str) -> Call {
    Call {
        source: source.into(),
        call: id.into(),
        started_at: "2026-03-01T16:05:00Z".parse().unwrap(),
        queues: vec![queue.into()],
        agents: vec![agent.into()],
        ..Call::default()
    }
}

fn put(folder: &Path, name: &str, content: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn recordings(objects: Objects, calls: Vec<Call>) -> Arc<Recordings> {
    let rules = Rules {
        templates: vec![Template::read("{year}/{month}/{day}/{linkedid}.wav").unwrap(), Template::read("{call}.mp3").unwrap()],
        told_below: Some("/var/spool/asterisk/monitor/".into()),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
    };
    Arc::new(Recordings::new(objects, rules, Arc::new(Table(calls))))
}

/// A house with a folder of recordings: call `1.1` of agent 1001 in cards lies where the rule says.
async fn furnished(house: &House, calls: Vec<Call>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "2026/03/02/1.1.wav", &sound(8_000));
    let objects = Objects::open(folder.path().to_str().unwrap(), &S3::default(), |_| None).unwrap();
    house.admin.give(recordings(objects, calls));
    folder
}

async fn ranged(visitor: &Visitor, path: &str, headers: &[(&str, &str)]) -> Answer {
    visitor.send(Method::GET, path, headers, Vec::new()).await
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |v| v.to_str().unwrap())
}

async fn audited(house: &House, action: &str) -> Vec<Value> {
    let boss = house.administrator().await;
    boss.get(&format!("/audit?resource=recordings&action={action}")).await.is(200).body["items"].as_array().unwrap().clone()
}

both!(a_recording_is_described_heard_in_ranges_and_drawn, house, {
    let _folder = furnished(&house, vec![call("beijing", "1.1", "1001", "cards")]).await;
    let me = house.user("me", &["recordings.play"], "all", json!({})).await;
    let about = me.get("/recordings/1.1").await.is(200).body;
    assert_eq!((&about["path"], &about["size"], &about["media_type"]), (&json!("2026/03/02/1.1.wav"), &json!(16_044), &json!("audio/wav")));
    assert_eq!((&about["duration_ms"], &about["format"]), (&json!(1_000), &json!({"coding": "pcm16", "channels": 1, "rate": 8_000})));
    assert_eq!(about["may_download"], false);

    let whole = ranged(&me, "/recordings/1.1/audio", &[]).await.is(200);
    assert_eq!(whole.bytes, sound(8_000));
    for (name, value) in [
        ("content-type", "audio/wav"),
        ("content-length", "16044"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-disposition", "inline; filename*=UTF-8''1.1.wav"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ] {
        assert_eq!(header(&whole, name), value);
    }
    let tag = header(&whole, "etag").to_owned();
    let part = ranged(&me, "/recordings/1.1/audio", &[("range", "bytes=44-47")]).await.is(206);
    assert_eq!((part.bytes.as_slice(), header(&part, "content-range"), header(&part, "content-length")), (&[0; 4][..], "bytes 44-47/16044", "4"));
    let last = ranged(&me, "/recordings/1.1/audio", &[("range", "bytes=-2"), ("if-range", &tag)]).await.is(206);
    assert_eq!((last.bytes.as_slice(), header(&last, "content-range")), (&[0, 64][..], "bytes 16042-16043/16044"));
    let beyond = ranged(&me, "/recordings/1.1/audio", &[("range", "bytes=16044-")]).await.is(416);
    assert_eq!(header(&beyond, "content-range"), "bytes */16044");
    // Of another version a part is of no use.
    assert_eq!(ranged(&me, "/recordings/1.1/audio", &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).await.is(200).bytes.len(), 16_044);
    assert!(ranged(&me, "/recordings/1.1/audio", &[("if-none-match", &tag)]).await.is(304).bytes.is_empty());

    let drawn = me.get("/recordings/1.1/waveform").await.is(200);
    let peaks = drawn.body["channels"][0].as_array().unwrap();
    assert_eq!((peaks.len(), &drawn.body["duration_ms"]), (1_000, &json!(1_000)));
    assert_eq!((&peaks[0], &peaks[499], &peaks[500], &peaks[999]), (&json!(0), &json!(0), &json!(128), &json!(128)));
});

both!(a_listening_is_audited_once_and_again_in_another_session, house, {
    let _folder = furnished(&house, vec![call("beijing", "1.1", "1001", "cards")]).await;
    let me = house.user("me", &["recordings.play", "recordings.download"], "all", json!({})).await;
    me.get("/recordings/1.1").await.is(200);
    me.get("/recordings/1.1/waveform").await.is(200);
    ranged(&me, "/recordings/9.9/audio", &[]).await.is(404);
    assert!(audited(&house, "listen").await.is_empty(), "nothing was heard yet");
    for from in [0, 4_000, 8_000] {
        ranged(&me, "/recordings/1.1/audio", &[("range", &format!("bytes={from}-"))]).await.is(206);
        house.wait(60_000);
    }
    let lines = audited(&house, "listen").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["actor"], &lines[0]["target"], &lines[0]["label"]), (&json!("me"), &json!("1.1"), &json!("1.1")));
    let mut me = me;
    me.sign_in("me", crate::house::PASSWORD).await.is(200);
    ranged(&me, "/recordings/1.1/audio", &[("range", "bytes=0-")]).await.is(206);
    assert_eq!(audited(&house, "listen").await.len(), 2);

    let saved = ranged(&me, "/recordings/1.1/download", &[]).await.is(200);
    assert_eq!((header(&saved, "content-disposition"), saved.bytes.len()), ("attachment; filename*=UTF-8''1.1.wav", 16_044));
    assert_eq!(audited(&house, "download").await.len(), 1);
});

both!(the_right_and_the_scope_are_asked_before_anything_is_told, house, {
    let calls = vec![call("beijing", "1.1", "1001", "cards"), call("beijing", "1.2", "1002", "loans"), call("beijing", "1.3", "9999", "cards")];
    let folder = furnished(&house, calls).await;
    for id in ["1.2", "1.3"] {
        put(folder.path(), &format!("2026/03/02/{id}.wav"), &sound(80));
    }
    let boss = house.administrator().await;
    let north = boss.post("/user-groups", json!({"name": "North"})).await.is(201).id();
    let below = boss.post("/user-groups", json!({"name": "North 1", "parent_id": north})).await.is(201).id();
    let cards = boss.post("/skill-groups", json!({"name": "Cards", "queue": "cards"})).await.is(201).id();
    let own = house.user("own", &["recordings.play"], "own", json!({"agent": "1001", "group_id": below})).await;
    let leader = house.user("leader", &["recordings.play"], "group", json!({"group_id": north})).await;
    let skilled = house.user("skilled", &["recordings.play"], "skill_group", json!({})).await;
    let skilled_id = boss.get("/users?login=skilled").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.post("/skill-group-members", json!({"skill_group_id": cards, "user_id": skilled_id})).await.is(201);
    let inspector = house.user("inspector", &["recordings.play"], "all", json!({})).await;
    let saver = house.user("saver", &["recordings.download"], "all", json!({})).await;
    let powerless = house.user("powerless", &["wall.view"], "all", json!({})).await;
    house.wait(1_000);
    // Who, and what becomes of 1.1 (theirs), 1.2 (elsewhere), 1.3 (their queue, nobody's agent) and one that is not there.
    for (visitor, expected) in [
        (&own, [200, 404, 404, 404]),
        (&leader, [200, 404, 404, 404]),
        (&skilled, [200, 404, 200, 404]),
        (&inspector, [200, 200, 200, 404]),
        (&powerless, [403; 4]),
        (&saver, [403; 4]),
        (&house.stranger(), [401; 4]),
    ] {
        for (id, status) in ["1.1", "1.2", "1.3", "9.9"].iter().zip(expected) {
            for end in ["", "/audio", "/waveform"] {
                let answer = ranged(visitor, &format!("/recordings/{id}{end}"), &[]).await.is(status);
                assert!(answer.status == 200 || !String::from_utf8_lossy(&answer.bytes).contains(".wav"), "nothing is told of it");
            }
        }
    }
    // What is not one's own looks like what is not there.
    let (others, none) = (own.get("/recordings/1.2").await, own.get("/recordings/9.9").await);
    assert_eq!((others.status, others.body), (none.status, none.body));
    ranged(&own, "/recordings/1.1/download", &[]).await.is(403);
    ranged(&saver, "/recordings/1.2/download", &[]).await.is(200);
});

both!(where_a_recording_lies_is_registered_told_by_the_switchboard_or_made_by_rules, house, {
    let told = |id: &str, file: &str| Call { recording: Some(file.into()), ..call("beijing", id, "1001", "cards") };
    let calls = vec![
        call("beijing", "1.1", "1001", "cards"),
        call("hefei", "1.1", "1001", "cards"),
        told("2.1", "/var/spool/asterisk/monitor/q/2.1.wav"),
        told("2.2", "/etc/2.2.wav"),
        call("beijing", "3.1", "1001", "cards"),
    ];
    let folder = furnished(&house, calls).await;
    put(folder.path(), "q/2.1.wav", &sound(80));
    put(folder.path(), "elsewhere/a b.mp3", b"ID3\x04 music");
    put(folder.path(), "3.1.mp3", b"<html>not music</html>");
    let boss = house.administrator().await;
    assert_eq!(boss.get("/recordings/2.1").await.is(200).body["path"], "q/2.1.wav");
    boss.get("/recordings/2.2").await.is(404);
    boss.get("/recordings/3.1").await.is(409);
    boss.get("/recordings/1.1").await.is(409);
    assert_eq!(boss.get("/recordings/1.1?source=beijing").await.is(200).body["source"], "beijing");

    boss.put("/recordings/1.1?source=hefei", json!({"path": "elsewhere/a b.mp3"})).await.is(204);
    let about = boss.get("/recordings/1.1?source=hefei").await.is(200).body;
    assert_eq!((&about["path"], &about["media_type"], &about["duration_ms"]), (&json!("elsewhere/a b.mp3"), &json!("audio/mpeg"), &Value::Null));
    boss.get("/recordings/1.1/waveform?source=hefei").await.is(409);
    assert_eq!(boss.get("/recordings/1.1?source=beijing").await.body["path"], "2026/03/02/1.1.wav", "one source's is not the other's");
    boss.put("/recordings/1.1?source=hefei", json!({"path": "elsewhere/gone.mp3"})).await.is(204);
    boss.get("/recordings/1.1?source=hefei").await.is(404);
    boss.put("/recordings/9.9", json!({"path": "a.wav"})).await.is(404);
    boss.put("/recordings/3.1", json!({"path": "a.wav", "call": "1.1"})).await.is(422);
    let me = house.user("me", &["recordings.play"], "all", json!({})).await;
    me.put("/recordings/3.1", json!({"path": "a.wav"})).await.is(403);
});

both!(whoever_hears_their_own_only_registers_nothing, house, {
    let folder = furnished(&house, vec![call("beijing", "1.1", "1001", "cards"), call("beijing", "1.2", "1002", "loans")]).await;
    put(folder.path(), "2026/03/02/1.2.wav", &sound(80));
    for scope in ["own", "skill_group", "group"] {
        let me = house.user(&scope.replace('_', "."), &["recordings.play", "recordings.write"], scope, json!({})).await;
        let boss = house.administrator().await;
        let id = me.get("/profile").await.is(200);
        let row = boss.get(&format!("/users/{}", id.id())).await.is(200);
        let row = boss.patch(&format!("/users/{}", id.id()), row.version(), json!({"agent": "1001"})).await.is(200);
        me.get("/recordings/1.1").await.is(200);
        let refused = me.put("/recordings/1.1", json!({"path": "2026/03/02/1.2.wav"})).await.is(403);
        assert_eq!(refused.body["type"], "/problems/too-narrow", "{scope}");
        assert_eq!(me.get("/recordings/1.1").await.is(200).body["path"], "2026/03/02/1.1.wav");
        boss.patch(&format!("/users/{}", id.id()), row.version(), json!({"agent": null})).await.is(200);
    }
    assert!(audited(&house, "register").await.is_empty());
});

both!(a_number_in_a_file_s_name_is_hidden_as_any_other, house, {
    let folder = furnished(&house, vec![call("beijing", "5.5", "1001", "cards")]).await;
    put(folder.path(), "in/13800001111-1001.wav", &sound(80));
    let boss = house.administrator().await;
    boss.put("/recordings/5.5", json!({"path": "in/13800001111-1001.wav"})).await.is(204);
    let rights = ["recordings.play", "recordings.download", "audit.read"];
    let me = house.user("me", &rights, "all", json!({})).await;
    let seeing = house.user("seeing", &[&rights[..], &["phones.see"]].concat(), "all", json!({})).await;
    for (visitor, number) in [(&me, "138****1111"), (&seeing, "13800001111")] {
        assert_eq!(visitor.get("/recordings/5.5").await.is(200).body["path"], format!("in/{number}-1001.wav"));
        let named = number.replace('*', "%2A");
        for (end, way) in [("audio", "inline"), ("download", "attachment")] {
            let answer = ranged(visitor, &format!("/recordings/5.5/{end}"), &[]).await.is(200);
            assert_eq!(header(&answer, "content-disposition"), format!("{way}; filename*=UTF-8''{named}-1001.wav"));
            assert_eq!(answer.bytes, sound(80));
        }
        let log = visitor.get("/audit?resource=recordings").await.is(200).body;
        let paths: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|line| &line["after"]["path"]).collect();
        assert!(paths.len() >= 3 && paths.iter().all(|path| **path == format!("in/{number}-1001.wav")), "{paths:?}");
    }
});

both!(no_path_leads_out_of_the_place, house, {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.wav"), sound(80)).unwrap();
    let absolute = outside.path().join("secret.wav").display().to_string();
    let ids = ["../secret", "..%2fsecret", "%2e%2e/secret", "a/../../secret", "..\\secret", "secret\0"];
    let mut calls: Vec<Call> = ids.iter().map(|id| call("beijing", id, "1001", "cards")).collect();
    for (n, file) in ["../secret.wav", "/var/spool/asterisk/monitor/../../../secret.wav", &absolute, "door/secret.wav", "link.wav"].iter().enumerate()
    {
        calls.push(Call { recording: Some((*file).into()), ..call("beijing", &format!("told{n}"), "1001", "cards") });
    }
    calls.push(call("beijing", "mine", "1001", "cards"));
    let folder = furnished(&house, calls).await;
    std::os::unix::fs::symlink(outside.path(), folder.path().join("door")).unwrap();
    std::os::unix::fs::symlink(&absolute, folder.path().join("link.wav")).unwrap();
    std::os::unix::fs::symlink(&absolute, folder.path().join("mine.mp3")).unwrap();
    let boss = house.administrator().await;
    let encoded = |id: &str| id.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
    for id in ids.iter().map(|id| encoded(id)).chain((0..5).map(|n| format!("told{n}"))).chain(["mine".into()]) {
        // A control character is refused at the gate already.
        let status = if id.contains("%00") { 400 } else { 404 };
        for end in ["", "/audio", "/waveform", "/download"] {
            ranged(&boss, &format!("/recordings/{id}{end}"), &[]).await.is(status);
        }
    }
    for path in
        ["../secret.wav", &absolute, "a/../../secret.wav", "..\\secret.wav", "a.txt", "", ".hidden.wav", "http://x/a.wav", "s\0.wav", "a//b.wav"]
    {
        boss.put("/recordings/mine", json!({ "path": path })).await.is(422);
    }
    // A link may be registered as a name; what it leads to is not read.
    for path in ["door/secret.wav", "link.wav", "%2e%2e/secret.wav"] {
        boss.put("/recordings/mine", json!({ "path": path })).await.is(204);
        ranged(&boss, "/recordings/mine/audio", &[]).await.is(404);
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recordings_in_s3_are_heard_in_ranges_and_a_server_that_is_away_is_said_to_be() {
    let house = House::sqlite().await;
    let mut server = tokio::task::spawn_blocking(callboard_engines::S3::start).await.unwrap().unwrap();
    put(&server.bucket("recordings").unwrap(), "pbx/2026/03/02/1.1.wav", &sound(500_000));
    let s3 = S3 {
        endpoint: Some(server.endpoint()),
        access_key: Some(callboard_engines::s3::KEY.into()),
        secret_key_env: Some("SECRET".into()),
        allow_http: true,
        retries: 0,
        ..S3::default()
    };
    let objects = Objects::open("s3://recordings/pbx", &s3, |_| Some(callboard_engines::s3::SECRET.into())).unwrap();
    house.admin.give(recordings(objects, vec![call("beijing", "1.1", "1001", "cards")]));
    let boss = house.administrator().await;
    assert_eq!(boss.get("/recordings/1.1").await.is(200).body["duration_ms"], 62_500);
    // More than is read at once.
    assert_eq!(ranged(&boss, "/recordings/1.1/audio", &[]).await.is(200).bytes, sound(500_000));
    let part = ranged(&boss, "/recordings/1.1/audio", &[("range", "bytes=600000-600003")]).await.is(206);
    assert_eq!((part.bytes.as_slice(), header(&part, "content-range")), (&[0, 64, 0, 64][..], "bytes 600000-600003/1000044"));
    assert_eq!(boss.get("/recordings/1.1/waveform").await.is(200).body["channels"][0][999], 128);
    tokio::task::block_in_place(|| server.kill()).unwrap();
    let away = boss.get("/recordings/1.1").await.is(503);
    assert!(!String::from_utf8_lossy(&away.bytes).contains("127.0.0.1"), "internals stay in the log");
}
