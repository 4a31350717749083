//! Rows of made-up call lists and the calls that must come out.

use callboard_domain::Event;
use callboard_domain::event::Body;

use super::{CallList, Error, Line, Mapping};

/// A list of a voice-menu system: tab separated, dates and times apart, durations beside times.
const MENU_SYSTEM: &str = r#"
[file]
separator = "tab"

[times]
zone = "Europe/Berlin"
date = "day"
date_format = "%y%m%d"

[fields]
call = ["day", "no"]
from = { column = "customer", null = ["0"] }
queue = { column = "type", values = { PS = "private", IN = "internet" } }
agent = { column = "who", null = ["NOBODY"] }
outcome = { column = "result", values = { AGENT = "answered", HANG = "abandoned" } }
started_at = "menu_in"
menu = "menu_s"
queued_at = { column = "queue_in", null = ["0:00:00"] }
wait = "queue_s"
answered_at = { column = "talk_in", null = ["0:00:00"] }
talk = "talk_s"

[[reject]]
reason = "negative time in the menu"
when = [{ column = "menu_s", op = "<", value = 0 }]

[[flag]]
reason = "talk under 10 s"
when = [{ column = "result", op = "=", value = "AGENT" }, { column = "talk_s", op = "<", value = 10 }]
"#;

const HEADER: &str = "no\tcustomer\ttype\tday\tmenu_in\tmenu_s\tqueue_in\tqueue_s\tresult\ttalk_in\ttalk_s\twho\r";

fn list(mapping: &str, source: &str) -> CallList {
    CallList::new(Mapping::parse(mapping).unwrap(), source, None).unwrap()
}

fn read(list: &mut CallList, lines: &[&str]) -> Vec<Line> {
    lines.iter().map(|l| list.line(l.as_bytes()).unwrap()).collect()
}

fn tell(events: &[Event<'_>]) -> Vec<String> {
    let short = |e: &Event<'_>| {
        let json = serde_json::to_value(e).unwrap();
        let extra = ["queue", "agent", "reason", "by", "state", "score", "wrap_up_ms"].iter().filter_map(|k| json.get(*k)).map(|v| format!(" {v}"));
        format!("{} {}{}", &e.at.to_string()[5..19], json["type"].as_str().unwrap(), extra.collect::<String>()).replace('"', "")
    };
    for e in events {
        assert_eq!(Event::parse(e.to_line().as_bytes()).unwrap(), *e);
    }
    events.iter().map(short).collect()
}

fn one(mapping: &str, header: &str, row: &str) -> (Vec<String>, Vec<String>) {
    let lines = read(&mut list(mapping, "list"), &[header, row]);
    match lines.into_iter().next_back() {
        Some(Line::Call { events, flags }) => (tell(&events), flags),
        other => panic!("{other:?}"),
    }
}

fn rejected(mapping: &str, header: &str, row: &str) -> String {
    let lines = read(&mut list(mapping, "list"), &[header, row]);
    match lines.into_iter().next_back() {
        Some(Line::Rejected(reject)) => reject.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answered_row_is_a_call_with_its_wait_and_its_conversation() {
    let (events, flags) = one(MENU_SYSTEM, HEADER, "1\t77\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t100\tEva");
    assert_eq!(
        events,
        [
            "02-05T08:00:00 call.started",
            "02-05T08:00:12 call.queued private",
            "02-05T08:00:42 call.answered private Eva",
            "02-05T08:02:22 call.ended"
        ]
    );
    assert!(flags.is_empty());
}

#[test]
fn a_row_that_never_queued_went_straight_to_the_agent() {
    let row = "1\t0\tIN\t990205\t9:00:00\t12\t0:00:00\t0\tAGENT\t9:00:11\t100\tEva";
    let (events, _) = one(MENU_SYSTEM, HEADER, row);
    assert_eq!(events[1..3], ["02-05T08:00:11 call.queued internet", "02-05T08:00:11 call.answered internet Eva"]);
    let (events, _) = one(&format!("{MENU_SYSTEM}\n[rules]\nstraight_through = \"direct\""), HEADER, row);
    assert_eq!(events[1..], ["02-05T08:00:11 call.answered Eva", "02-05T08:01:51 call.ended"]);
}

#[test]
fn a_caller_who_hangs_up_in_the_queue_abandons_and_one_in_the_menu_was_never_queued() {
    let (events, _) = one(MENU_SYSTEM, HEADER, "1\t0\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tHANG\t0:00:00\t0\tNOBODY");
    assert_eq!(events[2..], ["02-05T08:00:42 call.left_queue private abandoned", "02-05T08:00:42 call.ended caller"]);
    let (events, _) = one(MENU_SYSTEM, HEADER, "1\t0\tPS\t990205\t9:00:00\t12\t0:00:00\t0\tHANG\t0:00:00\t0\tNOBODY");
    assert_eq!(events, ["02-05T08:00:00 call.started", "02-05T08:00:12 call.ended caller"]);
}

#[test]
fn midnight_is_crossed_by_durations_and_by_times() {
    let (events, flags) = one(MENU_SYSTEM, HEADER, "1\t0\tPS\t990228\t23:59:00\t30\t23:59:30\t60\tAGENT\t0:00:30\t60\tEva");
    assert_eq!(events[2..], ["02-28T23:00:30 call.answered private Eva", "02-28T23:01:30 call.ended"]);
    assert!(flags.is_empty(), "{flags:?}");
    // Times alone: the row's date is that of its start.
    let times = "[times]\nzone='UTC'\ndate=1\n[file]\nheader=false\nseparator=';'\n[fields]\nstarted_at=2\nanswered_at=3\nended_at=4\nqueue={value='main'}\nagent=5";
    let (events, _) = one(times, "2025-12-31;23:50:00;23:51:00;23:52:00;Bo", "2025-12-31;23:59:50;00:00:05;00:10:00;Bo");
    assert_eq!(events[2..], ["01-01T00:00:05 call.answered main Bo", "01-01T00:10:00 call.ended"]);
    assert_eq!(rejected(times, "", "2025-12-31;12:00:00;11:00:00;12:10:00;Bo"), "left_queue_at lies before the time that it follows");
}

#[test]
fn doubtful_rows_are_kept_and_flagged() {
    let (events, flags) = one(MENU_SYSTEM, HEADER, "1\t0\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:05:00\t4\tNOBODY");
    assert_eq!(events[2], "02-05T08:00:42 call.answered private unknown");
    assert_eq!(flags, ["answered, but no agent named", "duration and times disagree", "talk under 10 s"]);
}

#[test]
fn bad_rows_are_rejected_with_a_reason_and_every_row_is_counted_once() {
    let good = "1\t0\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t60\tEva";
    let mut list = list(MENU_SYSTEM, "list");
    let rows = [
        HEADER.to_owned(),
        good.to_owned(),
        good.to_owned(),
        good.replace("\t60\t", "\t61\t"),
        good.replace("1\t0\tPS", "2\t0\tPS").replace("\t12\t", "\t-57\t"),
        good.replace("1\t0\tPS", "3\t0\tPS").replace("AGENT", "SUNG"),
        good.replace("1\t0\tPS", "4\t0\tPS").replace("990205", "990231"),
        good.replace("1\t0\tPS", "5\t0\tPS").replace("\t30\t", "\tsoon\t"),
        "torn\trow".to_owned(),
        "  ".to_owned(),
        format!("9\t{}", "x".repeat(70_000)),
    ];
    let lines: Vec<Line> = rows.iter().map(|r| list.line(r.as_bytes()).unwrap()).collect();
    assert_eq!(lines[1], lines[2], "the same row twice says the same events with the same ids");
    let reasons: Vec<String> = lines.iter().filter_map(|l| if let Line::Rejected(r) = l { Some(r.to_string()) } else { None }).collect();
    assert_eq!(
        reasons,
        [
            "the call \"990205-1\" stands in line 2 already, with other content",
            "negative time in the menu",
            "outcome \"SUNG\" is none of answered, abandoned, timed_out, key, overflow, lost, unqueued; add it to fields.outcome.values",
            "date: could not read \"990231\" in the format \"%y%m%d\"",
            "wait: could not read \"soon\" as a number",
            "2 columns, the header has 12",
            "line of 70002 bytes, at most 65536 are read",
        ]
    );
    let counts = list.counts();
    assert_eq!((counts.rows, counts.calls, counts.rejected), (9, 2, 7));
    assert_eq!(counts.rejected_by_reason.values().sum::<u64>(), 7);
}

#[test]
fn a_comma_list_with_whole_times_ratings_and_wrap_up() {
    let mapping = r#"
[times]
zone = "Asia/Shanghai"
format = "%Y/%m/%d %H:%M:%S"
[fields]
call = ["id"]
direction = { column = "dir", values = { in = "inbound", out = "outbound" } }
from = "ani"
queue = "skill"
agent = "agent"
started_at = "begin"
wait = "wait"
talk = "talk"
wrap_up = "acw"
rating = { column = "score", null = ["-"] }
"#;
    let header = "id,dir,ani,skill,agent,begin,wait,talk,acw,score";
    let (events, _) = one(mapping, header, "a1,in,13800000001,\"cards, gold\",1001,2026/03/04 09:00:00,0:15,2:00,20,5");
    assert_eq!(
        events,
        [
            "03-04T01:00:00 call.started",
            "03-04T01:00:00 call.queued cards, gold",
            "03-04T01:00:15 call.answered cards, gold 1001",
            "03-04T01:02:15 call.rated 5",
            "03-04T01:02:15 call.ended",
            "03-04T01:02:35 call.wrapped_up 1001 20000"
        ]
    );
    let (events, _) = one(mapping, header, "a2,in,1,cards,,2026/03/04 09:00:00,0:15,,,-");
    assert_eq!(events[2], "03-04T01:00:15 call.left_queue cards abandoned", "without an outcome column, no agent means abandoned");
}

#[test]
fn agents_are_busy_with_their_calls_when_asked() {
    let mapping = format!("{MENU_SYSTEM}\n[rules]\nbusy_agents = true");
    let mut list = list(&mapping, "list");
    let row = |no: u32, at: &str, talk: u32| format!("{no}\t0\tPS\t990205\t{at}\t0\t0:00:00\t0\tAGENT\t{at}\t{talk}\tEva");
    for line in [HEADER.to_owned(), row(2, "10:00:00", 60), row(1, "9:00:00", 60), row(3, "9:00:30", 60)] {
        list.line(line.as_bytes()).unwrap();
    }
    assert_eq!(
        tell(&list.finish()),
        [
            "02-05T08:00:00 agent.state Eva talking",
            "02-05T08:01:30 agent.state Eva offline",
            "02-05T09:00:00 agent.state Eva talking",
            "02-05T09:01:00 agent.state Eva offline"
        ]
    );
}

#[test]
fn ids_depend_on_source_and_row_alone() {
    let ids = |source: &str| {
        let lines = read(&mut list(MENU_SYSTEM, source), &[HEADER, "1\t0\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t100\tEva"]);
        let Some(Line::Call { events, .. }) = lines.into_iter().next_back() else { panic!("no call") };
        events.iter().map(|e| e.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids("a"), ids("a"));
    assert_ne!(ids("a"), ids("b"));
}

#[test]
fn a_mapping_that_does_not_fit_says_what_is_wrong() {
    let error = |mapping: &str, header: &str| match Mapping::parse(mapping).and_then(|m| CallList::new(m, "s", None)) {
        Err(error) => error.to_string(),
        Ok(mut list) => list.line(header.as_bytes()).unwrap_err().to_string(),
    };
    let zone = "[times]\nzone='UTC'\n";
    assert!(error("[fields]\ncolour='x'", "").contains("unknown field `colour`"));
    assert_eq!(
        error(&format!("{zone}[fields]\nfrom='ani'"), "a,b"),
        "the mapping names the column \"ani\", which the file does not have; there are: a, b"
    );
    assert!(error("[fields]", "").starts_with("it names no zone"));
    assert!(error("[times]\nzone='Mars'\n[fields]", "").starts_with("zone \"Mars\" is unknown"));
    assert!(error(&format!("{zone}[file]\nseparator='and'\n[fields]"), "").starts_with("separator \"and\""));
    assert!(error(&format!("{zone}[file]\nheader=false\n[fields]\nfrom='ani'"), "").contains("use column numbers"));
}

#[test]
fn nothing_a_list_can_say_is_lost_on_the_way() {
    let (events, _) = one(MENU_SYSTEM, HEADER, "1\t77\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t100\tEva");
    assert_eq!(events.len(), 4);
    let lines = read(&mut list(MENU_SYSTEM, "list"), &[HEADER, "1\t77\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t100\tEva"]);
    let Some(Line::Call { events, .. }) = lines.last() else { panic!("no call") };
    let Body::CallStarted(started) = &events[0].body else { panic!("no start") };
    assert_eq!((started.call.as_ref(), started.from.as_deref()), ("990205-1", Some("77")));
    assert!(Error::Separator { text: "x".into() }.to_string().contains("comma"));
}

#[test]
fn the_next_file_may_begin_with_the_same_header_and_a_foreign_file_is_refused_row_by_row() {
    use crate::dialect::Dialect;
    let mut list: Box<dyn Dialect> = Box::new(list(MENU_SYSTEM, "list"));
    let row = "1\t77\tPS\t990205\t9:00:00\t12\t9:00:12\t30\tAGENT\t9:00:42\t100\tEva";
    let with_mark = format!("\u{feff}{HEADER}");
    let counts: Vec<usize> =
        [HEADER, row, "", &with_mark, &row.replace("1\t77", "2\t77")].iter().map(|l| list.line(l.as_bytes()).unwrap().len()).collect();
    assert_eq!(counts, [0, 4, 0, 0, 4]);
    let mut foreign: Box<dyn Dialect> = Box::new(self::list(MENU_SYSTEM, "list"));
    for line in ["a\tb", "1\t2"] {
        assert!(foreign.line(line.as_bytes()).unwrap_err().to_string().starts_with("the mapping names the column \"day\""));
    }
}

#[test]
fn the_examples_of_the_guide_read_as_the_guide_says() {
    let run = |mapping: &str, text: &str| {
        let mut list = list(mapping, "list");
        let mut all = Vec::new();
        for line in text.lines() {
            if let Line::Call { events, .. } = list.line(line.as_bytes()).unwrap() {
                all.extend(tell(&events));
            }
        }
        (list.counts().clone(), all)
    };
    let reasons = |map: &std::collections::BTreeMap<String, u64>| map.iter().map(|(k, v)| format!("{v} {k}")).collect::<Vec<_>>();
    let (calls, events) = run(include_str!("../../../../docs/guide/examples/calls.toml"), include_str!("../../../../docs/guide/examples/calls.csv"));
    assert_eq!((calls.rows, calls.calls, calls.flagged, calls.rejected), (8, 5, 1, 3));
    assert_eq!(reasons(&calls.rejected_by_reason), ["1 started_at: not a time", "1 test call", "1 the duration before left_queue_at is negative"]);
    assert!(events.contains(&"03-04T16:00:15 call.answered 信用卡 1002".to_owned()), "{events:#?}");
    let (menu, events) =
        run(include_str!("../../../../docs/guide/examples/voice-menu.toml"), include_str!("../../../../docs/guide/examples/voice-menu.txt"));
    assert_eq!((menu.rows, menu.calls, menu.flagged, menu.rejected), (8, 6, 1, 2));
    assert_eq!(reasons(&menu.flags_by_reason), ["1 answered, but no agent named", "1 service under 10 s"]);
    assert_eq!(events.iter().filter(|e| e.contains("call.queued")).count(), 5);
    assert!(events.contains(&"03-03T22:03:30 call.ended".to_owned()), "{events:#?}");
}
