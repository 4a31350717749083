//! Files that are not what they should be: empty, missing, folders, lists that do not fit their mapping.

use std::path::Path;

use super::{ask, done, failed, has, story};

const MAPPING: &str = r#"
[times]
zone = "Asia/Shanghai"
[fields]
call = ["id"]
queue = "skill"
agent = "agent"
started_at = "begin"
wait = "wait"
talk = "talk"
"#;

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_that_is_missing_or_a_folder_stops_the_import_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (data, good) = (folder.path().join("data"), write(folder.path(), "good.ndjson", story(10)));
    let (data_text, here) = (data.to_str().unwrap(), folder.path().to_str().unwrap());
    let missing = failed(&["import", "--dialect", "events", "--data", data_text, &good, "/nowhere/queue_log"]);
    assert_eq!(missing, "callboard: could not import /nowhere/queue_log: there is no such file\n");
    let a_folder = failed(&["import", "--dialect", "events", "--data", data_text, here]);
    has(&a_folder, &["could not import ", here, "it is a folder; name the files in it"]);
    assert!(!data.exists());
}

#[test]
fn an_empty_file_is_no_failure_but_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mapping) = (folder.path().join("data"), write(folder.path(), "calls.toml", MAPPING));
    let (data, file) = (data.to_str().unwrap(), write(folder.path(), "empty", ""));
    for more in [&["events"][..], &["asterisk-queue-log"], &["asterisk-ami"], &["csv", "--map", &mapping]] {
        let (out, err) = done(&[&["import", "--data", data, "--dialect"], more, &[&file]].concat());
        assert_eq!(out, "read 0, accepted 0, duplicate 0, rejected 0\n", "{more:?}");
        has(&err, &[&format!("{file}: the file is empty")]);
    }
    assert_eq!(ask(data, "SELECT count(*) FROM calls"), "0");
}

#[test]
fn a_call_list_tells_every_bad_row_and_keeps_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mapping) = (folder.path().join("data"), write(folder.path(), "calls.toml", MAPPING));
    let mut rows = b"id,skill,agent,begin,wait,talk\n".to_vec();
    rows.extend_from_slice(b"1,cards,1001,2026-03-02 09:00:05,12,221\n");
    rows.extend_from_slice(b"2,cards,1001\n");
    rows.extend_from_slice(b"3,ca\xffds,1001,2026-03-02 09:00:05,12,221\n");
    rows.extend_from_slice(b"4,cards,1001,2126-03-02 09:00:05,12,221\n");
    rows.extend_from_slice(&[vec![b'5'; 10_000_000], b"\n".to_vec()].concat());
    // The clock of the list jumps back, and nobody knows the queue: both are as good as any.
    rows.extend_from_slice(b"6,nobody knows me,,2026-03-01 09:00:05,7,\n");
    rows.extend_from_slice(b"7,cards,1001,2026-03-0");
    let file = write(folder.path(), "calls.csv", rows);
    let data = data.to_str().unwrap();
    let (out, err) = done(&["import", "--dialect", "csv", "--map", &mapping, "--data", data, &file]);
    has(&out, &["read 7, accepted "]);
    for (line, reason) in [
        (3, "3 columns, the header has 6"),
        (4, "not UTF-8 from byte 4 on; convert the file first"),
        (5, "in the future; check the source's clock"),
        (6, "line of 10000000 bytes, at most 65536 are read"),
        (8, "torn last line: 4 columns, the header has 6"),
    ] {
        let told = err.lines().find_map(|l| l.strip_prefix(&format!("{file}:{line}: "))).unwrap_or_else(|| panic!("line {line} is not in: {err}"));
        has(told, &[reason]);
    }
    assert_eq!(ask(data, "SELECT queue, outcome FROM queue_visits ORDER BY queue"), "cards,answered\nnobody knows me,abandoned");
}

#[test]
fn a_list_that_does_not_fit_its_mapping_is_refused_and_what_came_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mapping) = (folder.path().join("data"), write(folder.path(), "calls.toml", MAPPING));
    let data = data.to_str().unwrap();
    let good = write(folder.path(), "good.csv", "id,skill,agent,begin,wait,talk\n1,cards,1001,2026-03-02 09:00:05,12,221\n");
    let other = write(folder.path(), "other.csv", "id,skill,server,begin,wait,talk\n2,cards,1001,2026-03-02 09:00:05,12,221\n");
    let err = failed(&["import", "--dialect", "csv", "--map", &mapping, "--data", data, &other]);
    has(&err, &["other.csv: line 1: the mapping names the column \"agent\"", "there are: id, skill, server"]);
    // Every file of a list has its own columns.
    let err = failed(&["import", "--dialect", "csv", "--map", &mapping, "--data", data, &good, &other]);
    has(&err, &["events are kept; import the same files again", "other.csv: line 1: the mapping names the column"]);
    let turned = write(folder.path(), "turned.csv", "wait,talk,begin,agent,skill,id\n12,221,2026-03-02 09:00:05,1001,loans,3\n");
    done(&["import", "--dialect", "csv", "--map", &mapping, "--data", data, &good, &turned]);
    assert_eq!(ask(data, "SELECT queue, agent FROM queue_visits ORDER BY queue"), "cards,1001\nloans,1001");
    assert_eq!(ask(data, "SELECT count(*) FROM queue_visits WHERE call = '1'"), "1");

    let spoilt = write(folder.path(), "spoilt.toml", "[times\n");
    let err = failed(&["import", "--dialect", "csv", "--map", &spoilt, "--data", data, &good]);
    has(&err, &["spoilt.toml", "line 1, column 7"]);
    assert_eq!(err.matches("TOML parse error").count(), 1, "{err}");
    let zoneless = write(folder.path(), "zoneless.toml", MAPPING.replace("zone = \"Asia/Shanghai\"", ""));
    let err = failed(&["import", "--dialect", "csv", "--map", &zoneless, "--data", data, &good]);
    has(&err, &["zoneless.toml", "names no zone", "--zone"]);
}
