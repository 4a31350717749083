//! What a data folder was measured with goes with it: targets and zone without a configuration file, and how to say otherwise.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use callboard_domain::Timestamp;
use callboard_store::history::{Commit, History as _, ParquetHistory};
use callboard_tests::server::{Server, callboard, said};

const CONFIG: &str = "zone = \"America/New_York\"\n[[queues]]\nname = \"cards\"\ntarget = \"5s\"\n";
const VISITS: &str = "SELECT call, target_ms, answered_in_target AS quick, business_day(entered_at) AS day FROM queue_visits ORDER BY call";

/// A call that waited ten seconds, shortly after midnight in London and before it in New York.
fn call(name: &str, unix_s: u64) -> String {
    format!(
        "{unix_s}|{name}|cards|NONE|ENTERQUEUE||5550001|1\n{}|{name}|cards|Li Na|CONNECT|10|1.2|4\n{}|{name}|cards|Li Na|COMPLETECALLER|10|60|1\n",
        unix_s + 10,
        unix_s + 70
    )
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn rows(data: &str, more: &[&str]) -> String {
    let answer = callboard(&[&["sql", "--data", data, "--format", "csv"], more, &[VISITS]].concat()).unwrap();
    answer.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn a_folder_remembers_what_the_server_measured_it_with() {
    let folder = tempfile::tempdir().unwrap();
    let (data, config) = (folder.path().join("data"), write(folder.path(), "callboard.toml", CONFIG));
    let (first, second) = (write(folder.path(), "first", &call("1.1", 1_772_412_000)), write(folder.path(), "second", &call("2.1", 1_772_415_000)));
    let server = Server::start(&data, &["--config", &config]).unwrap();
    callboard(&["import", "--dialect", "asterisk-queue-log", "--server", server.base(), &first]).unwrap();
    server.stop().unwrap();
    let data = data.to_str().unwrap();
    assert_eq!(rows(data, &[]), "1.1,5000,0,2026-03-01\n");
    callboard(&["import", "--dialect", "asterisk-queue-log", "--data", data, &second]).unwrap();
    assert_eq!(rows(data, &[]), "1.1,5000,0,2026-03-01\n2.1,5000,0,2026-03-01\n");
    // Another zone is a matter of one question.
    assert_eq!(rows(data, &["--zone", "Europe/London"]), "1.1,5000,0,2026-03-02\n2.1,5000,0,2026-03-02\n");
    assert_eq!(rows(data, &[]), "1.1,5000,0,2026-03-01\n2.1,5000,0,2026-03-01\n");
    // A server without a file goes on with the same, a file replaces it for what comes.
    let server = Server::start(Path::new(data), &[]).unwrap();
    assert_eq!(server.sql(VISITS).unwrap()[0]["day"], "2026-03-01");
    server.stop().unwrap();
    let london = write(folder.path(), "london.toml", "zone = \"Europe/London\"");
    let third = write(folder.path(), "third", &call("3.1", 1_772_418_000));
    callboard(&["import", "--dialect", "asterisk-queue-log", "--data", data, "--config", &london, &third]).unwrap();
    assert_eq!(rows(data, &[]), "1.1,5000,0,2026-03-02\n2.1,5000,0,2026-03-02\n3.1,20000,1,2026-03-02\n");
}

#[test]
fn a_question_may_bring_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let (data, config) = (folder.path().join("data"), write(folder.path(), "callboard.toml", CONFIG));
    let (data, file) = (data.to_str().unwrap(), write(folder.path(), "queue_log", &call("1.1", 1_772_412_000)));
    callboard(&["import", "--dialect", "asterisk-queue-log", "--zone", "Europe/London", "--data", data, &file]).unwrap();
    assert_eq!(rows(data, &[]), "1.1,20000,1,2026-03-02\n");
    // What is stored keeps the target of its day; the zone is the question's.
    assert_eq!(rows(data, &["--config", &config]), "1.1,20000,1,2026-03-01\n");
    for wrong in [&["--config", "/nowhere.toml"][..], &["--zone", "Mars/Olympus"]] {
        let (code, _, err) = said(&[&["sql", "--data", data], wrong, &["SELECT 1"]].concat()).unwrap();
        assert!(code == 3 && err.contains(wrong[1]), "{code} {err}");
    }
    let (code, _, _) = said(&["sql", "--server", "http://127.0.0.1:1", "--zone", "Asia/Tokyo", "SELECT 1"]).unwrap();
    assert_eq!(code, 2);
}

#[test]
fn the_zone_of_the_command_line_replaces_that_of_a_mapping_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mapping = "[times]\nzone = \"Asia/Shanghai\"\n[fields]\nqueue = \"skill\"\nstarted_at = \"begin\"\nwait = \"wait\"\n";
    let (mapping, list) =
        (write(folder.path(), "calls.toml", mapping), write(folder.path(), "calls.csv", "skill,begin,wait\ncards,2026-03-02 09:00:00,7\n"));
    let started = |name: &str, more: &[&str]| {
        let data = folder.path().join(name);
        let data = data.to_str().unwrap();
        let (code, out, err) = said(&[&["import", "--dialect", "csv", "--map", &mapping, "--data", data, &list], more].concat()).unwrap();
        assert_eq!(code, 0, "{out}{err}");
        let at = callboard(&["sql", "--data", data, "--format", "csv", "SELECT started_at, business_day(started_at) FROM calls"]).unwrap();
        (at.lines().nth(1).unwrap().to_owned(), err)
    };
    let (at, err) = started("shanghai", &[]);
    assert!(at.contains("2026-03-02T01:00:00") && at.ends_with("2026-03-02") && !err.contains("--zone"), "{at} {err}");
    let (at, err) = started("auckland", &["--zone", "Pacific/Auckland"]);
    assert!(at.contains("2026-03-01T20:00:00") && at.ends_with("2026-03-02"), "{at}");
    assert!(err.contains("times are read in Pacific/Auckland as --zone says, not in Asia/Shanghai as ") && err.contains("calls.toml"), "{err}");
}

#[test]
fn a_history_of_another_version_is_made_again_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), write(folder.path(), "queue_log", &call("1.1", 1_772_412_000)));
    let place = data.to_str().unwrap();
    callboard(&["import", "--dialect", "asterisk-queue-log", "--data", place, &file]).unwrap();
    let before = rows(place, &[]);
    // A state that begins with a version that there never was.
    std::fs::remove_dir_all(data.join("history")).unwrap();
    let history = ParquetHistory::open(data.join("history")).unwrap();
    history.commit(Commit { position: 2, batches: Vec::new(), engine_state: vec![200, 1, 2], at: Timestamp::from_millis(0) }).unwrap();
    drop(history);
    assert_eq!(rows(place, &[]), before);
    let aside = std::fs::read_dir(&data).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().starts_with("history-until-"));
    assert_eq!(aside.count(), 1);
}
