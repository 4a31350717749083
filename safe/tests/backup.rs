//! Backups: from either store to either, while the server works, whole or not at all.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use callboard_admin::Options;
use callboard_admin::store::Store;
use callboard_admin::store::migration::{Steps, Tree};
use callboard_domain::Timestamp;
use callboard_safe::backup::{self, Error, restore, write};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Query;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::house::{House, PASSWORD, empty_postgres};

/// A store of one kind that nothing has used yet.
async fn place(postgres: bool) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = if postgres { empty_postgres().await } else { Store::file(&folder.path().join("settings.db")) };
    (url, folder)
}

/// An organisation with rows that refer to each other, some to themselves.
async fn lived_in(url: &str) -> House {
    let house = House::on(url, tempfile::tempdir().unwrap(), Options::default()).await;
    let boss = house.administrator().await;
    // The lower group is made first and hung below the one above later: a row refers to one that comes after it.
    let low = boss.post("/user-groups", json!({"name": "低"})).await.is(201);
    let top = boss.post("/user-groups", json!({"name": "高 \"quoted\" \\ 🎧"})).await.is(201);
    boss.patch(&format!("/user-groups/{}", low.id()), 1, json!({"parent_id": top.id()})).await.is(200);
    let user = house.user("wang.wei", &["users.read"], "group", json!({"group_id": low.id(), "phone": "13800001111"})).await;
    user.post("/profile/tokens", json!({"name": "t", "rights": ["users.read"], "expires_at": "2026-04-01T00:00:00.000Z"})).await.is(201);
    house
}

/// Every table's rows, sorted, and the manifest.
fn contents(path: &Path) -> (Value, BTreeMap<String, Vec<String>>) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let (mut manifest, mut tables) = (Value::Null, BTreeMap::new());
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let (name, mut text) = (entry.name().unwrap().into_owned(), String::new());
        entry.read_to_string(&mut text).unwrap();
        if name == "manifest.json" {
            manifest = serde_json::from_str(&text).unwrap();
        } else {
            let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
            rows.sort();
            tables.insert(name, rows);
        }
    }
    (manifest, tables)
}

/// The same file with each of its parts changed.
fn forged(path: &Path, change: impl Fn(&str, &mut String)) -> PathBuf {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let place = path.with_extension("forged");
    let mut out = zip::ZipWriter::new(std::fs::File::create(&place).unwrap());
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let (name, mut text) = (entry.name().unwrap().into_owned(), String::new());
        entry.read_to_string(&mut text).unwrap();
        change(&name, &mut text);
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap();
    place
}

const NOW: Timestamp = Timestamp::from_millis(1_772_413_200_000);

async fn round_trip(from: bool, to: bool) {
    let ((from, folder), (to, _other)) = (place(from).await, place(to).await);
    let house = lived_in(&from).await;
    for (id, length) in [("empty", 0), ("small", 300), ("large", 900_000), ("larger", 2_000_000)] {
        crate::files::keep(house.admin.db(), id, length).await;
    }
    let file = folder.path().join("settings.backup");
    let sum = write(house.admin.store(), crate::PARTS, NOW, &file).await.unwrap();
    let (manifest, rows) = contents(&file);
    assert_eq!(sum.rows as usize, rows.values().map(Vec::len).sum::<usize>());
    assert!(!rows.contains_key("tables/sessions.ndjson") && rows["tables/user_groups.ndjson"].len() == 2, "{:?}", rows.keys());
    assert_eq!((&manifest["form"], &manifest["made_at"]), (&json!(1), &json!("2026-03-02T01:00:00.000Z")));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);

    assert_eq!(restore(&to, crate::PARTS, &file, false).await.unwrap(), sum);
    let again = House::on(&to, tempfile::tempdir().unwrap(), Options::default()).await;
    let file = folder.path().join("second.backup");
    write(again.admin.store(), crate::PARTS, NOW, &file).await.unwrap();
    assert_eq!(contents(&file).1, rows, "what came back is what was there");
    // People sign in as before; nothing of the audit log can be changed.
    assert_eq!(again.one_time, "");
    let mut visitor = again.stranger();
    visitor.sign_in("wang.wei", PASSWORD).await.is(200);
    assert_eq!(visitor.get("/users").await.is(200).each("group_id_label"), [""]);
    assert!(again.admin.db().execute(Query::delete().from_table("audit")).await.is_err());
    // References hold again: a group with somebody in it stays.
    let boss = again.administrator().await;
    let low = boss.get("/user-groups?name=低").await.is(200).body["items"][0]["id"].as_str().unwrap().to_owned();
    boss.delete(&format!("/user-groups/{low}"), 2).await.is(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sqlite_held_comes_back_on_postgresql() {
    round_trip(false, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postgresql_held_comes_back_on_sqlite() {
    round_trip(true, false).await;
}

async fn while_it_works(postgres: bool) {
    let (url, folder) = place(postgres).await;
    let house = lived_in(&url).await;
    let boss = house.administrator().await;
    let writing = tokio::spawn(async move {
        for n in 0..40 {
            let group = boss.post("/user-groups", json!({"name": format!("group {n}")})).await.is(201).id();
            boss.post("/user-groups", json!({"name": format!("below {n}"), "parent_id": group})).await.is(201);
        }
    });
    let mut counts = Vec::new();
    while !writing.is_finished() {
        let file = folder.path().join(format!("{}.backup", counts.len()));
        write(house.admin.store(), crate::PARTS, NOW, &file).await.unwrap();
        let rows = contents(&file).1;
        // A group and its entry in the log were written together, so both are there or neither is.
        let groups = rows["tables/user_groups.ndjson"].len();
        let told = rows["tables/audit.ndjson"].iter().filter(|r| r.contains("\"create\",\"user_groups\"")).count();
        assert_eq!(groups, told);
        counts.push(groups);
    }
    writing.await.unwrap();
    assert!(!counts.is_empty() && counts.is_sorted(), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_shows_one_moment_while_the_server_writes_to_sqlite() {
    while_it_works(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_shows_one_moment_while_the_server_writes_to_postgresql() {
    while_it_works(true).await;
}

async fn refusals(postgres: bool) {
    let (url, folder) = place(postgres).await;
    let house = lived_in(&url).await;
    let file = folder.path().join("settings.backup");
    let sum = write(house.admin.store(), crate::PARTS, NOW, &file).await.unwrap();
    assert!(matches!(write(house.admin.store(), crate::PARTS, NOW, &file).await, Err(Error::File { .. })), "a backup is never written over");
    let before = house.administrator().await.get("/users").await.is(200).body;

    let newer = forged(&file, |name, text| {
        if name == "manifest.json" {
            *text = text.replacen("\"m01_secrets\"", "\"m01_secrets\", \"m99_the_future\"", 1);
        }
    });
    assert!(matches!(restore(&url, crate::PARTS, &newer, true).await, Err(Error::Newer { unknown, .. }) if unknown == "m99_the_future"));
    let form = forged(&file, |name, text| {
        if name == "manifest.json" {
            *text = text.replacen("\"form\": 1", "\"form\": 2", 1);
        }
    });
    assert!(matches!(restore(&url, crate::PARTS, &form, true).await, Err(Error::Newer { .. })));
    let broken = forged(&file, |name, text| {
        if name == "tables/users.ndjson" {
            *text = text.replacen("wang.wei", "wang.wie", 1);
        }
    });
    assert!(matches!(restore(&url, crate::PARTS, &broken, true).await, Err(Error::Broken(what)) if what.contains("users")));
    std::fs::write(folder.path().join("none"), b"no backup").unwrap();
    assert!(matches!(restore(&url, crate::PARTS, &folder.path().join("none"), true).await, Err(Error::Broken(_))));
    assert!(matches!(restore(&url, crate::PARTS, &file, false).await, Err(Error::NotEmpty { .. })));
    assert_eq!(house.administrator().await.get("/users").await.is(200).body["items"][1], before["items"][1], "nothing has changed");

    let boss = house.administrator().await;
    boss.post("/user-groups", json!({"name": "since then"})).await.is(201);
    house.admin.store().clone().close().await.unwrap();
    assert_eq!(restore(&url, crate::PARTS, &file, true).await.unwrap(), sum);
    let again = House::on(&url, tempfile::tempdir().unwrap(), Options::default()).await;
    assert_eq!(again.administrator().await.get("/user-groups?name=since%20then").await.is(200).each("name"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_newer_broken_or_not_asked_for_changes_nothing_on_sqlite() {
    refusals(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_newer_broken_or_not_asked_for_changes_nothing_on_postgresql() {
    refusals(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    for postgres in [false, true] {
        let ((old, folder), (new, _other)) = (place(postgres).await, place(!postgres).await);
        let store = Store::connect(&old, true).await.unwrap();
        let tx = store.begin().await.unwrap();
        (Steps::of::<Tree>().up)(&tx, Some(4)).await.unwrap();
        let group = callboard_admin::store::row::insert(
            "user_groups",
            "00000000-0000-7000-8000-000000000001",
            NOW,
            vec![("name", "from then".into()), ("position", 0_i64.into()), ("enabled", true.into())],
        );
        tx.execute(&group).await.unwrap();
        tx.commit().await.unwrap();
        let file = folder.path().join("settings.backup");
        backup::write(&store, crate::PARTS, NOW, &file).await.unwrap();
        assert!(!contents(&file).1.contains_key("tables/tokens.ndjson"));
        restore(&new, crate::PARTS, &file, false).await.unwrap();
        let house = lived_in(&new).await;
        assert!(house.administrator().await.get("/user-groups").await.is(200).each("name").contains(&"from then".to_owned()));
    }
}
