//! Lines that are no events, in a file and over HTTP: each is told with number and reason, and the others count.

use callboard_tests::server::Server;
use serde_json::{Value, json};

use super::{ask, done, has, story};

/// Lines with what is wrong with them; those without a reason are good.
fn lines() -> Vec<(Vec<u8>, Option<&'static str>)> {
    let event = |id: &str, at: &str, kind: &str, more: &str| {
        format!(r#"{{"id":"{id}","at":"{at}","source":"pbx","type":"{kind}","call":"c1"{more}}}"#).into_bytes()
    };
    vec![
        (event("1", "2026-03-02T01:00:10.000Z", "call.started", r#","direction":"inbound","from":"5550001""#), None),
        (b"{\"id\":\"\xff\xfe\"}".to_vec(), Some("not UTF-8 from byte 7 on")),
        (event("2", "2026-03-02T01:00:11.000Z", "call.sung", ""), Some("unknown event type \"call.sung\"")),
        (event("3", "2026-03-02T01:00:11.000Z", "call.queued", ""), Some("call.queued needs the field \"queue\"")),
        (event("4", "2126-03-02T01:00:11.000Z", "call.ended", ""), Some("check the source's clock")),
        (vec![b'x'; 10_000_000], Some("line of 10000000 bytes, at most 65536 are read")),
        (event("5", "yesterday", "call.ended", ""), Some("could not read \"yesterday\" as an RFC 3339 time")),
        // Nobody has configured this queue; the next line's clock has jumped back by four seconds.
        (event("6", "2026-03-02T01:00:15.000Z", "call.queued", r#","queue":"nobody knows me""#), None),
        (event("7", "2026-03-02T01:00:11.000Z", "call.left_queue", r#","queue":"nobody knows me","reason":"abandoned""#), None),
        (event("8", "2026-03-02T01:00:16.000Z", "call.ended", r#","by":"caller""#), None),
        // The file ends in the middle of a line.
        (br#"{"id":"9","at":"2026-03-02T01:00:1"#.to_vec(), Some("torn last line: not an event object")),
    ]
}

const VISITS: &str = "SELECT queue, offered, abandoned, target_ms, wait_ms >= 0 AS sane FROM queue_visits";

#[test]
fn an_import_tells_file_line_and_reason_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let text: Vec<Vec<u8>> = lines().into_iter().map(|(line, _)| line).collect();
    std::fs::write(&file, text.join(&b'\n')).unwrap();
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    let (out, err) = done(&["import", "--dialect", "events", "--data", data, file]);
    assert_eq!(out, "read 11, accepted 4, duplicate 0, rejected 7\n");
    for (n, reason) in lines().iter().enumerate().filter_map(|(n, (_, reason))| Some((n + 1, (*reason)?))) {
        let told = err.lines().find_map(|l| l.strip_prefix(&format!("{file}:{n}: "))).unwrap_or_else(|| panic!("line {n} is not in: {err}"));
        has(told, &[reason]);
        has(&ask(data, &format!("SELECT reason FROM rejected WHERE place LIKE '%events.ndjson:{n}'")).replace("\"\"", "\""), &[reason]);
    }
    assert_eq!(ask(data, VISITS), "nobody knows me,1,1,20000,true");
}

#[test]
fn a_batch_over_http_is_answered_line_by_line_and_the_server_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]).unwrap();
    let text: Vec<Vec<u8>> = lines().into_iter().map(|(line, _)| line).collect();
    let (status, receipt) = post(&server, "/api/v1/events?source=pbx", &text.join(&b'\n'));
    assert_eq!((status, receipt["accepted"].clone(), receipt["duplicate"].clone()), (200, json!(4), json!(0)), "{receipt}");
    let refused = receipt["rejected"].as_array().unwrap();
    let wanted: Vec<_> = lines().iter().enumerate().filter_map(|(n, (_, reason))| Some((n + 1, (*reason)?))).collect();
    assert_eq!(refused.len(), wanted.len());
    for (refusal, (line, reason)) in refused.iter().zip(wanted) {
        assert_eq!(refusal["line"], json!(line));
        has(refusal["reason"].as_str().unwrap(), &[reason]);
    }

    let (status, receipt) = post(&server, "/api/v1/events", b"");
    assert_eq!((status, receipt), (200, json!({"accepted": 0, "duplicate": 0, "rejected": []})));
    let (status, problem) = post(&server, "/api/v1/events", &vec![b'\n'; 65 * 1024 * 1024]);
    assert_eq!(status, 413, "{problem}");
    has(problem["detail"].as_str().unwrap(), &["67108864 bytes", "smaller"]);
    let (status, problem) = post(&server, "/api/v1/sql", b"SELECT 1");
    assert_eq!((status, problem["title"].clone()), (400, json!("bad request")), "{problem}");

    let rows = server.until("SELECT queue, offered FROM queue_visits", |rows| rows.len() == 1).unwrap();
    assert_eq!(rows[0], json!({"queue": "nobody knows me", "offered": 1}));
    let kept = server.sql("SELECT count(*) AS n FROM rejected WHERE source = 'pbx' AND place LIKE 'http:%'").unwrap();
    assert_eq!(kept[0]["n"], json!(7));
    server.stop().unwrap();
}

#[test]
fn a_queue_log_with_every_kind_of_bad_line_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("queue_log"));
    let mut text: Vec<u8> = Vec::new();
    for line in [
        &b"1772413200|1.1|cards|NONE|ENTERQUEUE||5550001|1"[..],
        b"1772413210|1.1|cards|Zo\xeb|CONNECT|10|1.2|4",
        b"1772413270|1.1|cards",
        b"4772413270|9.9|cards|NONE|ENTERQUEUE||5550009|1",
        b"1772413205|1.3|nobody knows me|NONE|ENTERQUEUE||5550002|1",
        b"soon|1.4|cards|NONE|ENTERQUEUE||5550003|1",
        b"1772413270|1.1|cards|Zo\xeb|COMPLETECALLER|10|60|1",
        b"1772413300|1.3|nobody knows me|NONE|ABANDON|1|1|95",
    ] {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(&vec![b'7'; 10_000_000]);
    text.extend_from_slice(b"\n1772413300|1.5|cards|NONE|ENTERQ");
    std::fs::write(&file, text).unwrap();
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    let (out, err) = done(&["import", "--dialect", "asterisk-queue-log", "--data", data, file]);
    has(&out, &["read 10, accepted ", "duplicate 0, rejected 5"]);
    for (line, reason) in [
        (3, "needs 5 columns, the line has 3"),
        (4, "in the future; check the source's clock"),
        (6, "could not read \"soon\" as a time"),
        (9, "line of 10000000 bytes, at most 65536 are read"),
    ] {
        let told = err.lines().find_map(|l| l.strip_prefix(&format!("{file}:{line}: "))).unwrap_or_else(|| panic!("line {line} is not in: {err}"));
        has(told, &[reason]);
    }
    let answer = ask(data, "SELECT queue, agent, outcome FROM queue_visits ORDER BY queue");
    assert_eq!(answer, "cards,Zo\u{fffd},answered\nnobody knows me,,abandoned");
}

#[test]
fn a_running_server_is_sent_what_can_be_read_and_every_other_line_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]).unwrap();
    let file = folder.path().join("queue_log");
    let mut text = "nonsense\n".repeat(25);
    text.push_str("1772413200|1.1|cards|NONE|ENTERQUEUE||5550001|1\n");
    std::fs::write(&file, text).unwrap();
    let (out, err) = done(&["import", "--dialect", "asterisk-queue-log", "--server", server.base(), file.to_str().unwrap()]);
    has(&out, &["read 26, accepted 2, duplicate 0, rejected 25"]);
    // They are not kept anywhere else, so none may go unsaid.
    assert_eq!(err.lines().filter(|l| l.contains("queue_log:")).count(), 25, "{err}");
    server.stop().unwrap();
}

#[test]
fn the_same_good_events_count_once_whatever_stands_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]).unwrap();
    let good = story(400);
    let spoilt: String = good.lines().flat_map(|l| [l, "\n{\"id\":\n", "\u{0}\n"]).collect();
    let (_, first) = post(&server, "/api/v1/events", spoilt.as_bytes());
    assert_eq!((first["accepted"].clone(), first["rejected"].as_array().unwrap().len()), (json!(400), 800));
    let (_, again) = post(&server, "/api/v1/events", good.as_bytes());
    assert_eq!((again["accepted"].clone(), again["duplicate"].clone()), (json!(0), json!(400)));
    server.stop().unwrap();
}

fn post(server: &Server, path: &str, body: &[u8]) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.post(format!("{}{path}", server.base())).header("content-type", "application/json").send(body).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
