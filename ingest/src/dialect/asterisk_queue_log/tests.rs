//! Lines as Asterisk writes them, and the story they tell.

use callboard_domain::event::Key;

use super::*;

/// One event as a short sentence: seconds, what, who.
fn sentence(event: &Event<'_>) -> String {
    let s = event.at.as_millis() / 1_000;
    match &event.body {
        Body::CallStarted(c) => format!("{s} {} started {}", c.call, c.from.as_deref().unwrap_or("-")),
        Body::CallQueued(c) => format!("{s} {} queued {} #{}", c.call, c.queue, c.position.unwrap_or(0)),
        Body::CallAnswered(c) => format!("{s} {} answered {} {}", c.call, c.agent, c.ring_ms.unwrap_or(-1)),
        Body::CallRingMissed(c) => format!("{s} {} missed {} {} {}", c.call, c.agent, c.reason, c.ring_ms.unwrap_or(-1)),
        Body::CallTransferred(c) => format!("{s} {} transferred {} {}", c.call, c.kind, c.to.as_deref().unwrap_or("-")),
        Body::CallLegEnded(c) => format!("{s} {} leg_ended {}", c.call, c.by.unwrap()),
        Body::CallLeftQueue(c) => format!("{s} {} left {} {}", c.call, c.queue, c.reason),
        Body::CallEnded(c) => format!("{s} {} ended {}", c.call, c.by.unwrap()),
        Body::AgentState(a) => format!("{s} {} is {}{}", a.agent, a.state, a.reason.as_ref().map_or(String::new(), |r| format!(" {r}"))),
        Body::AgentLoggedIn(a) => format!("{s} {} in", a.agent),
        Body::AgentLoggedOut(a) => format!("{s} {} out", a.agent),
        Body::AgentQueueJoined(a) => format!("{s} {} +{}", a.agent, a.queue),
        Body::AgentQueueLeft(a) => format!("{s} {} -{}", a.agent, a.queue),
        Body::SourceRestarted(r) => format!("{s} restarted {}", r.last_seen_at.map_or(-1, |at| at.as_millis() / 1_000)),
        other => format!("{s} {other:?}"),
    }
}

fn read(lines: &[&str]) -> (Vec<Event<'static>>, Vec<String>) {
    let mut log = AsteriskQueueLog::new("pbx", AgentRules::default());
    let (mut events, mut rejects) = (Vec::new(), Vec::new());
    for line in lines {
        match log.line(line.as_bytes()) {
            Ok(more) => events.extend(more),
            Err(reject) => rejects.push(reject.to_string()),
        }
    }
    events.extend(log.finish());
    (events, rejects)
}

/// The events of calls.
fn calls(lines: &[&str]) -> Vec<String> {
    let (events, rejects) = read(lines);
    assert!(rejects.is_empty(), "{rejects:?}");
    events.iter().filter(|e| matches!(e.key(), Key::Call(_) | Key::Source(_))).map(sentence).collect()
}

/// The events of agents.
fn agents(lines: &[&str]) -> Vec<String> {
    let (events, rejects) = read(lines);
    assert!(rejects.is_empty(), "{rejects:?}");
    events.iter().filter(|e| matches!(e.key(), Key::Agent(_))).map(sentence).collect()
}

#[test]
fn an_answered_call_begins_with_the_queue_and_ends_with_the_conversation() {
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|2",
        "1700000010|a.1|loans|Mei|CONNECT|10|a.2|3",
        "1700000070|a.1|loans|Mei|COMPLETECALLER|10|60|2",
    ]);
    assert_eq!(
        told,
        [
            "1700000000 a.1 started 5550100",
            "1700000000 a.1 queued loans #2",
            "1700000010 a.1 answered Mei 3000",
            "1700000070 a.1 leg_ended caller",
            "1700000070 a.1 ended caller",
        ]
    );
}

#[test]
fn a_transfer_into_another_queue_is_a_second_visit_of_the_same_call() {
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000002|a.1|loans|Mei|CONNECT|2|a.2|1",
        "1700000009|a.1|loans|Mei|BLINDTRANSFER|700|inside|2|7|1",
        "1700000009|a.1|cards|NONE|ENTERQUEUE||5550100|1",
        "1700000012|a.1|cards|Olu|CONNECT|3|a.3|2",
        "1700000020|a.1|cards|Olu|COMPLETEAGENT|3|8|1",
    ]);
    assert_eq!(
        told[2..],
        [
            "1700000002 a.1 answered Mei 1000",
            "1700000009 a.1 transferred blind 700",
            "1700000009 a.1 queued cards #1",
            "1700000012 a.1 answered Olu 2000",
            "1700000020 a.1 leg_ended agent",
            "1700000020 a.1 ended agent"
        ]
    );
}

#[test]
fn the_second_queue_may_be_entered_before_the_first_conversation_is_told_over() {
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000002|a.1|loans|Mei|CONNECT|2|a.2|1",
        "1700000009|a.1|cards|NONE|ENTERQUEUE||5550100|1",
        "1700000010|a.1|loans|Mei|COMPLETEAGENT|2|8|1",
        "1700000030|a.1|cards|NONE|ABANDON|1|1|21",
    ]);
    assert_eq!(
        told[3..],
        ["1700000009 a.1 queued cards #1", "1700000010 a.1 leg_ended agent", "1700000030 a.1 left cards abandoned", "1700000030 a.1 ended caller"]
    );
}

#[test]
fn a_call_handed_out_of_the_queues_ends_when_no_queue_takes_it() {
    let lines = [
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000002|a.1|loans|Mei|CONNECT|2|a.2|1",
        "1700000009|a.1|loans|Mei|TRANSFER|9001|outside|2|7|1",
        "1700000030|a.7|loans|NONE|ENTERQUEUE||5550107|1",
        "1700000031|a.1|cards|NONE|ENTERQUEUE||5550100|1",
    ];
    let told = calls(&lines);
    assert_eq!(told[3..6], ["1700000009 a.1 transferred blind 9001", "1700000009 a.1 ended system", "1700000030 a.7 started 5550107"]);
    assert_eq!(told[7..], ["1700000031 a.1 queued cards #1"], "the same call again, without a second start");
    let mut log = AsteriskQueueLog::new("pbx", AgentRules::default());
    for line in &lines[..3] {
        log.line(line.as_bytes()).unwrap();
    }
    assert!(log.tick(Timestamp::from_millis(1_700_000_014_000)).is_empty());
    assert_eq!(log.tick(Timestamp::from_millis(1_700_000_014_001)).len(), 1, "a quiet night does not keep it open");
}

#[test]
fn a_time_out_goes_on_to_the_next_queue_or_ends() {
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000045|a.1|loans|NONE|EXITWITHTIMEOUT|1|1|45",
        "1700000045|a.1|cards|NONE|ENTERQUEUE||5550100|3",
        "1700000050|a.1|cards|NONE|EXITWITHKEY|0|2|3|5",
    ]);
    assert_eq!(
        told[2..],
        ["1700000045 a.1 left loans timed_out", "1700000045 a.1 queued cards #3", "1700000050 a.1 left cards key", "1700000050 a.1 ended system"]
    );
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000001|a.1|loans|NONE|EXITEMPTY|1|1|1",
        "1700000002|a.2|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000004|a.2|loans|NONE|WITHDRAW|1|1|2|closing",
    ]);
    assert!(told.contains(&"1700000001 a.1 left loans overflow".to_owned()));
    assert!(told.contains(&"1700000004 a.2 left loans overflow".to_owned()));
}

#[test]
fn a_ring_without_an_answer_is_missed_and_in_milliseconds() {
    let told = calls(&["1700000015|a.1|loans|Mei|RINGNOANSWER|15000", "1700000016|a.1|loans|Olu|AGENTDUMP"]);
    assert_eq!(told, ["1700000015 a.1 missed Mei no_answer 15000", "1700000016 a.1 missed Olu failed -1"]);
}

#[test]
fn a_cancelled_ring_is_told_by_the_next_line_of_the_call() {
    let told = calls(&[
        "1700000005|a.1|loans|Mei|RINGCANCELED|1262",
        "1700000005|b.1|loans|Olu|RINGCANCELED|700",
        "1700000005|a.1|loans|NONE|ABANDON|1|1|5",
        "1700000006|b.1|loans|Ada|CONNECT|2|b.2|2",
    ]);
    assert_eq!(told[0], "1700000005 a.1 missed Mei caller_gave_up 1262");
    assert!(told.contains(&"1700000005 b.1 missed Olu answered_elsewhere 700".to_owned()));
    let told = calls(&["1700000005|a.1|loans|Mei|RINGCANCELED|9"]);
    assert_eq!(told, ["1700000005 a.1 missed Mei caller_gave_up 9"]);
}

#[test]
fn an_abandon_that_names_the_member_rung_is_a_lost_ring_once() {
    let told = calls(&["1700000005|a.1|loans|Mei|ABANDON|1|1|5"]);
    assert_eq!(told[0], "1700000005 a.1 missed Mei caller_gave_up -1");
    let told = calls(&["1700000005|a.1|loans|Mei|RINGCANCELED|800", "1700000005|a.1|loans|Mei|ABANDON|1|1|5"]);
    assert_eq!(told.iter().filter(|s| s.contains("missed")).collect::<Vec<_>>(), ["1700000005 a.1 missed Mei caller_gave_up 800"]);
}

#[test]
fn a_restart_ends_what_was_open_when_the_file_was_last_alive() {
    let told = calls(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000002|a.1|loans|Mei|CONNECT|2|a.2|1",
        "1700000500|NONE|NONE|NONE|QUEUESTART|",
        "1700000600|a.9|loans|NONE|ENTERQUEUE||5550100|1",
    ]);
    assert_eq!(told[3], "1700000500 restarted 1700000002");
    let told = agents(&["1700000002|a.1|loans|Mei|CONNECT|2|a.2|1", "1700000500|NONE|NONE|NONE|QUEUESTART|"]);
    assert_eq!(told.last().unwrap(), "1700000002 Mei is ready");
}

#[test]
fn members_log_in_with_their_first_queue_and_out_with_their_last() {
    let told = agents(&[
        "1700000000|MANAGER|loans|Mei|ADDMEMBER|PAUSED",
        "1700000001|CLI|cards|Mei|ADDMEMBER|",
        "1700000002|MANAGER|loans|Mei|REMOVEMEMBER|",
        "1700000003|REALTIME|cards|Mei|REMOVEMEMBER|",
    ]);
    assert_eq!(
        told,
        [
            "1700000000 Mei in",
            "1700000000 Mei is ready",
            "1700000000 Mei +loans",
            "1700000000 Mei is paused",
            "1700000001 Mei is ready",
            "1700000001 Mei +cards",
            "1700000002 Mei -loans",
            "1700000003 Mei -cards",
            "1700000003 Mei out"
        ]
    );
}

#[test]
fn a_static_member_logs_in_at_first_sight_and_settings_are_no_sight() {
    let told = agents(&[
        "1700000000|NONE|loans|PJSIP/21|PENALTY|3",
        "1700000000|NONE|loans|PJSIP/21|RINGINUSE|0",
        "1700000001|a.1|loans|Mei|RINGNOANSWER|9000",
    ]);
    assert_eq!(told, ["1700000001 Mei in", "1700000001 Mei is ready", "1700000001 Mei +loans"]);
}

#[test]
fn pauseall_and_the_pauses_after_it_count_once() {
    let told = agents(&[
        "1700000000|NONE|loans|Mei|UNPAUSE|",
        "1700000000|NONE|cards|Mei|UNPAUSE|",
        "1700000005|NONE|NONE|Mei|PAUSEALL|lunch",
        "1700000005|NONE|loans|Mei|PAUSE|lunch",
        "1700000005|NONE|cards|Mei|PAUSE|lunch",
        "1700000065|NONE|NONE|Mei|UNPAUSEALL|lunch",
        "1700000065|NONE|loans|Mei|UNPAUSE|lunch",
        "1700000065|NONE|cards|Mei|UNPAUSE|lunch",
    ]);
    assert_eq!(told[4..], ["1700000005 Mei is paused lunch", "1700000065 Mei is ready"]);
}

#[test]
fn an_agent_who_leaves_while_talking_stays_until_the_end() {
    let told = agents(&[
        "1700000000|MANAGER|loans|Mei|ADDMEMBER|",
        "1700000002|a.1|loans|Mei|CONNECT|2|a.2|1",
        "1700000003|MANAGER|loans|Mei|REMOVEMEMBER|",
        "1700000009|a.1|loans|Mei|COMPLETEAGENT|2|7|1",
    ]);
    assert_eq!(told[3..], ["1700000002 Mei is talking", "1700000003 Mei -loans", "1700000009 Mei out"]);
}

#[test]
fn old_agents_log_in_by_themselves() {
    let told = agents(&[
        "1700000000|a.1|NONE|Agent/7|AGENTCALLBACKLOGIN|21@inside",
        "1700000060|a.1|NONE|Agent/7|AGENTCALLBACKLOGOFF|21@inside|60|",
        "1700000061|a.2|NONE|Agent/7|AGENTLOGIN|SIP/21-1",
        "1700000099|a.2|NONE|Agent/7|AGENTLOGOFF|SIP/21-1|38",
    ]);
    assert_eq!(
        told,
        [
            "1700000000 Agent/7 in",
            "1700000000 Agent/7 is ready",
            "1700000060 Agent/7 out",
            "1700000061 Agent/7 in",
            "1700000061 Agent/7 is ready",
            "1700000099 Agent/7 out"
        ]
    );
}

#[test]
fn lines_that_cannot_be_read_say_why_and_the_rest_goes_on() {
    let (events, rejects) = read(&[
        "1700000000|a.1|loans|NONE|ENTERQUEUE||5550100|1",
        "1700000001|a.1|loa",
        "1700000001|a.1|loans|Mei|CONNECT|1|a.2",
        "soon|a.1|loans|Mei|CONNECT|1|a.2|1",
        "1700000001|a.1|loans|Mei|CONNECT|1|a.2|one",
        "1700000001||loans|NONE|ABANDON|1|1|1",
        "1700000001|a.1|loans|Mei|COMPLETEAGENT|2|7",
        "",
        "1700000002|a.1|loans|NONE|CALLBACKWISH|anything",
        "1700000003|a.1|loans|NONE|ABANDON|1|1|3\r",
    ]);
    assert_eq!(events.len(), 4);
    assert_eq!(
        rejects,
        [
            "a line needs 5 columns, the line has 3",
            "CONNECT needs 8 columns, the line has 7",
            "could not read \"soon\" as a time: seconds since 1970",
            "could not read \"one\" as ring time of CONNECT",
            "ABANDON needs call of 1 to 256 bytes, not 0",
            "COMPLETEAGENT needs 8 columns, the line has 7",
        ]
    );
    let mut log = AsteriskQueueLog::new("pbx", AgentRules::default());
    assert!(matches!(log.line(&vec![b'x'; 10_000_000]), Err(Reject::TooLong { bytes: 10_000_000, .. })));
}

#[test]
fn bytes_that_are_no_utf_8_are_read_and_unknown_callers_have_no_number() {
    let mut log = AsteriskQueueLog::new("pbx", AgentRules::default());
    let events = log.line(b"1700000000|a.1|cr\xe9dits|NONE|ENTERQUEUE||un_known_4|1").unwrap();
    assert_eq!(sentence(&events[0]), "1700000000 a.1 started un_known_4");
    assert_eq!(sentence(&events[1]), "1700000000 a.1 queued cr\u{fffd}dits #1");
    let events = log.line(b"1700000000.25|a.2|loans|NONE|ENTERQUEUE||anonymous|1|Some Body").unwrap();
    assert_eq!(sentence(&events[0]), "1700000000 a.2 started -");
    assert_eq!(events[0].at.as_millis(), 1_700_000_000_250);
}

#[test]
fn the_same_file_twice_gives_the_same_ids_and_equal_lines_differ() {
    let lines = ["1700000015|a.1|loans|Mei|RINGNOANSWER|0", "1700000015|a.1|loans|Mei|RINGNOANSWER|0"];
    let ids = |events: Vec<Event<'static>>| events.into_iter().map(|e| e.id.into_owned()).collect::<Vec<_>>();
    let (first, second) = (ids(read(&lines).0), ids(read(&lines).0));
    assert_eq!(first, second);
    let distinct: std::collections::HashSet<_> = first.iter().collect();
    assert_eq!(distinct.len(), first.len());
}
