//! Events that Asterisk keeps from a user who may not read them.

use super::*;

/// A first snapshot, after which every event is heard.
fn watched() -> Story {
    let mut s = Story::new();
    s.say(&["500 FullyBooted Uptime=100", "501 QueueParams Queue=loans", "501 QueueStatusComplete ActionID=1"]);
    s.say(&["502 CoreShowChannelsComplete ActionID=2"]);
    s
}

fn list(at: i64, wait_s: i64) -> [String; 3] {
    [
        format!("{at} QueueParams Queue=loans"),
        format!("{at} QueueEntry Queue=loans Uniqueid=c1 CallerIDNum=5550100 Wait={wait_s}"),
        format!("{at} QueueStatusComplete ActionID=3"),
    ]
}

fn say(s: &mut Story, lines: &[String]) {
    s.say(&lines.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_caller_who_joined_unheard_shows_that_agent_is_not_read() {
    let mut s = watched();
    say(&mut s, &list(20_000, 1));
    assert!(s.calls().is_empty(), "the event is on its way");
    say(&mut s, &list(30_000, 11));
    assert_eq!(s.calls(), ["19000 c1 started 5550100 to -", "19000 c1 queued loans"]);
    assert_eq!((s.ami.unheard(), s.ami.unheard()), (Some(Unheard::Agent), None));
    let mut s = watched();
    say(&mut s, &list(20_000, 60));
    assert_eq!(s.ami.unheard(), None, "joined before anybody listened");
    s.say(&JOIN).ami.disconnected();
    say(&mut s, &list(90_000, 0));
    assert_eq!(s.ami.unheard(), None, "another connection");
}

#[test]
fn a_channel_that_ended_unheard_shows_that_call_is_not_read() {
    let mut s = watched();
    s.say(&JOIN).say(&["60000 CoreShowChannelsComplete ActionID=4"]).tick(65_001);
    assert_eq!(s.ami.unheard(), Some(Unheard::Call));
    let mut s = watched();
    s.say(&JOIN).ami.disconnected();
    s.say(&["60000 CoreShowChannelsComplete ActionID=4"]).tick(65_001);
    assert_eq!(s.ami.unheard(), None, "it ended while nobody listened");
}

#[test]
fn a_time_out_without_its_variable_shows_that_dialplan_is_not_read() {
    let leave = ["4000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "4001 QueueCallerLeave Uniqueid=c1 Queue=loans"];
    let mut s = watched();
    s.say(&JOIN).say(&leave).tick(5_002);
    assert_eq!(s.ami.unheard(), Some(Unheard::Call), "no hang-up was ever heard: this may have been one");
    let mut s = watched();
    s.say(&["600 Hangup Uniqueid=c0"]).say(&JOIN).say(&leave).tick(5_002);
    assert_eq!(s.ami.unheard(), Some(Unheard::Dialplan));
    for sign in ["4002 VarSet Uniqueid=c1 Variable=QUEUESTATUS Value=TIMEOUT", "4002 Hangup Uniqueid=c1", "4002 HangupRequest Uniqueid=c1"] {
        let mut s = watched();
        s.say(&JOIN).say(&leave).say(&[sign]).tick(5_002);
        assert_eq!(s.ami.unheard(), None, "{sign}");
    }
}
