//! `serve --demo`: a made-up organisation in which every list has life.

use std::sync::Arc;

use callboard_admin::identity::Caller;
use callboard_desk::demo::{self, Agent, Centre, Queue, seed, voicemail};
use callboard_desk::recordings::{Call, Recordings, Settings};
use callboard_desk::voicemail::{Voicemail, scan};
use callboard_objects::{Objects, S3};

use super::recordings::Table;
use crate::house::both;

fn centre() -> Centre {
    let agent = |n: usize| Agent { id: format!("A{n:03}"), name: format!("座席{n}"), team: n % 2, queues: vec![n % 2, 2] };
    let queue = |id: &str, target_s| Queue { id: id.into(), title: id.into(), target_s };
    Centre {
        queues: vec![queue("cards", 20), queue("vip", 10), queue("english", 20)],
        teams: vec!["一组".into(), "二组".into()],
        agents: (0..8).map(agent).collect(),
        callers: (0..5).map(|n| format!("1381111000{n}")).collect(),
    }
}

both!(every_list_has_life_and_a_second_seed_changes_nothing, house, {
    let sign_ins = seed(&house.admin, &centre()).await.unwrap();
    assert_eq!(sign_ins.iter().map(|s| s.login.as_str()).collect::<Vec<_>>(), ["aa000", "aa002"]);
    let folder = tempfile::tempdir().unwrap();
    let spool = folder.path().join("voicemail");
    voicemail::spool(&spool, &centre(), house.admin.now()).unwrap();
    let objects = Objects::open(spool.to_str().unwrap(), &S3::default(), |_| None).unwrap();
    house.admin.give(Arc::new(Voicemail::new(objects, voicemail::queues(&centre()))));
    let scanned = scan(&house.admin, &Caller::server(house.admin.now())).await.unwrap();
    assert_eq!((scanned.new, scanned.broken), (8, vec![]));
    let boss = house.administrator().await;
    let mut counts = Vec::new();
    for resource in house.admin.resources() {
        let page = boss.get(&format!("/{}?limit=1&count=true", resource.path)).await.is(200);
        counts.push((resource.path, page.body["total"].as_i64().unwrap()));
    }
    for (path, count) in &counts {
        // What comes from elsewhere, and the moves that nobody made yet.
        let empty = ["customer-transfers", "tokens", "devices"];
        assert!(*count > 0 || empty.contains(path), "{path} has no row");
    }
    assert_eq!(seed(&house.admin, &centre()).await.unwrap(), []);
    assert_eq!(boss.get("/customers?limit=1&count=true").await.body["total"], 320);
    assert_eq!(boss.get("/screen-pop?number=13811110003").await.is(200).body["known"], true);
    // One of them signs in, sets a password and finds their own.
    let mut agent = house.stranger();
    agent.sign_in(&sign_ins[1].login, &sign_ins[1].one_time_password).await.is(200);
    agent.put("/profile/password", serde_json::json!({"old": sign_ins[1].one_time_password, "new": crate::house::PASSWORD})).await.is(200);
    let mut agent = house.stranger();
    agent.sign_in(&sign_ins[1].login, crate::house::PASSWORD).await.is(200);
    let mine = agent.get("/customers?limit=1&count=true").await.is(200).body["total"].as_i64().unwrap();
    assert!((20..320).contains(&mine), "{mine}");
    assert_eq!(agent.get("/articles/search?q=%E5%B9%B4%E8%B4%B9").await.is(200).each("title").first().map(String::as_str), Some("信用卡年费"));
    let message = agent.get("/voicemail?state=new&sort=-left_at&limit=1").await.is(200).body["items"][0].clone();
    assert_eq!((&message["queue"], &message["from_name"]), (&serde_json::json!("cards"), &serde_json::json!("李女士")));
    let drawn = agent.get(&format!("/voicemail/{}/waveform", message["id"].as_str().unwrap())).await.is(200).body;
    assert!(drawn["channels"][0].as_array().unwrap().iter().any(|peak| peak.as_i64().unwrap() > 40), "something is to be heard");
    assert!(!agent.get("/bulletins/current").await.is(200).each("title").is_empty());
});

both!(a_call_of_the_story_is_heard_and_drawn, house, {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("recordings");
    demo::recordings::make(&folder).unwrap();
    let call = |name: String| Call {
        source: "hefei".into(),
        call: format!("call of {name}"),
        started_at: house.admin.now(),
        recording: Some(name),
        ..Call::default()
    };
    let calls: Vec<Call> = demo::recordings::names().map(call).collect();
    let ids: Vec<String> = calls.iter().map(|call| call.call.clone()).collect();
    let settings = Settings { url: Some(folder.display().to_string()), ..Settings::default() };
    let recordings = Recordings::open(&settings, jiff::tz::TimeZone::UTC, |_| None, Arc::new(Table(calls))).unwrap();
    house.admin.give(Arc::new(recordings.unwrap()));
    let boss = house.administrator().await;
    for id in ids {
        let path = format!("/recordings/{}", id.replace(' ', "%20"));
        let about = boss.get(&path).await.is(200).body;
        assert!((20_000..60_000).contains(&about["duration_ms"].as_i64().unwrap()), "{about}");
        let drawn = boss.get(&format!("{path}/waveform")).await.is(200).body;
        let peaks: Vec<i64> = drawn["channels"][0].as_array().unwrap().iter().filter_map(serde_json::Value::as_i64).collect();
        let (quiet, loud) = (peaks.iter().filter(|peak| **peak < 3).count(), peaks.iter().filter(|peak| **peak > 20).count());
        assert!(quiet * 10 > peaks.len() && loud * 3 > peaks.len(), "{id}: {quiet} quiet and {loud} loud of {}", peaks.len());
    }
});
