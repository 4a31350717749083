//! Messages in an abridged form, and the story they tell.
//!
//! `Story` writes them: `ms Event Key=value ...`, with `~` for a space. A caller's channel is `c1`, an agent's `a1`.

use callboard_domain::event::Key;
use callboard_domain::state::AgentState;

use super::*;
use crate::dialect::{Dialect, Reject};

mod unheard;

struct Story {
    ami: AsteriskAmi,
    told: Vec<Event<'static>>,
}

impl Story {
    fn new() -> Self {
        Self::with(AgentRules::default())
    }

    fn with(rules: AgentRules) -> Self {
        Self { ami: AsteriskAmi::new("pbx", rules), told: Vec::new() }
    }

    fn say(&mut self, lines: &[&str]) -> &mut Self {
        for line in lines {
            let mut words = line.split_whitespace();
            let at = words.next().unwrap().parse().unwrap();
            let mut text = format!("Event: {}\r\n", words.next().unwrap());
            for word in words {
                let (key, value) = word.split_once('=').unwrap();
                text.push_str(&format!("{key}: {}\r\n", value.replace('~', " ")));
            }
            let message = Message::parse(text.as_bytes()).unwrap();
            self.told.extend(self.ami.message(&message, Timestamp::from_millis(at)));
        }
        self
    }

    fn tick(&mut self, at: i64) -> &mut Self {
        self.told.extend(self.ami.tick(Timestamp::from_millis(at)));
        self
    }

    fn calls(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.told);
        told.iter().filter(|e| !matches!(e.key(), Key::Agent(_))).map(sentence).collect()
    }

    fn agents(&mut self) -> Vec<String> {
        let told = std::mem::take(&mut self.told);
        told.iter().filter(|e| matches!(e.key(), Key::Agent(_))).map(sentence).collect()
    }
}

fn sentence(event: &Event<'_>) -> String {
    let at = event.at.as_millis();
    let or_dash = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
    match &event.body {
        Body::CallStarted(c) => format!("{at} {} started {} to {}", c.call, or_dash(&c.from), or_dash(&c.to)),
        Body::CallQueued(c) => format!("{at} {} queued {}", c.call, c.queue),
        Body::CallRinging(c) => format!("{at} {} rings {}", c.call, c.agent),
        Body::CallRingMissed(c) => format!("{at} {} missed {} {} {}", c.call, c.agent, c.reason, c.ring_ms.unwrap_or(-1)),
        Body::CallAnswered(c) => format!("{at} {} answered {} {}", c.call, c.agent, or_dash(&c.queue)),
        Body::CallHeld(c) => format!("{at} {} held", c.call),
        Body::CallResumed(c) => format!("{at} {} resumed", c.call),
        Body::CallTransferred(c) => format!("{at} {} transferred {} {}", c.call, c.kind, or_dash(&c.to)),
        Body::CallLegEnded(c) => format!("{at} {} leg_ended {}", c.call, c.by.map_or("-", |by| by.as_str())),
        Body::CallLeftQueue(c) => format!("{at} {} left {} {}", c.call, c.queue, c.reason),
        Body::CallEnded(c) => format!("{at} {} ended {}", c.call, c.by.map_or("-", |by| by.as_str())),
        Body::CallRecorded(c) => format!("{at} {} recorded {}", c.call, c.url),
        Body::AgentState(a) => format!("{at} {} is {}{}", a.agent, a.state, a.reason.as_ref().map_or(String::new(), |r| format!(" {r}"))),
        Body::AgentLoggedIn(a) => format!("{at} {} in", a.agent),
        Body::AgentLoggedOut(a) => format!("{at} {} out", a.agent),
        Body::AgentQueueJoined(a) => format!("{at} {} +{}", a.agent, a.queue),
        Body::AgentQueueLeft(a) => format!("{at} {} -{}", a.agent, a.queue),
        Body::SourceRestarted(r) => format!("{at} restarted {}", r.last_seen_at.map_or(-1, Timestamp::as_millis)),
        other => format!("{at} {other:?}"),
    }
}

const JOIN: [&str; 2] =
    ["1000 Newchannel Uniqueid=c1 Linkedid=c1 Exten=7100", "2000 QueueCallerJoin Uniqueid=c1 Linkedid=c1 Queue=loans Position=1 CallerIDNum=5550100"];
const RING: &str = "3000 AgentCalled Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1";
const CONNECT: [&str; 3] = [
    "5000 DialEnd Uniqueid=c1 DestUniqueid=a1 DialStatus=ANSWER",
    "5000 QueueCallerLeave Uniqueid=c1 Queue=loans",
    "5001 AgentConnect Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 RingTime=2 HoldTime=3",
];

fn answered() -> Story {
    let mut s = Story::new();
    s.say(&JOIN).say(&[RING]).say(&CONNECT);
    s
}

#[test]
fn an_answered_call_from_the_queue_to_the_hang_up() {
    let told = answered()
        .say(&[
            "9000 Hold Uniqueid=a1 Linkedid=c1",
            "9500 Unhold Uniqueid=a1 Linkedid=c1",
            "9600 Unhold Uniqueid=a1 Linkedid=c1",
            "9700 Hold Uniqueid=c1 Linkedid=c1",
            "12000 HangupRequest Uniqueid=c1",
            "12000 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=caller TalkTime=7",
            "12001 Hangup Uniqueid=a1",
            "12002 Hangup Uniqueid=c1",
        ])
        .calls();
    assert_eq!(
        told,
        [
            "2000 c1 started 5550100 to 7100",
            "2000 c1 queued loans",
            "3000 c1 rings Mei",
            "5001 c1 answered Mei loans",
            "9000 c1 held",
            "9500 c1 resumed",
            "12000 c1 leg_ended caller",
            "12002 c1 ended caller"
        ]
    );
}

#[test]
fn an_abandon_is_a_hang_up_only_if_the_channel_ends() {
    let gone = Story::new()
        .say(&JOIN)
        .say(&["4000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "4001 QueueCallerLeave Uniqueid=c1 Queue=loans", "4002 Hangup Uniqueid=c1"])
        .calls();
    assert_eq!(gone[2..], ["4000 c1 left loans abandoned", "4002 c1 ended system"]);
    // Recorded: the caller hangs up as the queue's 30 s are over, and queue_log says EXITWITHTIMEOUT.
    let asked =
        ["4000 HangupRequest Uniqueid=c1", "4000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "4000 QueueCallerLeave Uniqueid=c1 Queue=loans"];
    let over = Story::new().say(&JOIN).say(&asked).say(&["4001 VarSet Uniqueid=c1 Variable=QUEUESTATUS Value=TIMEOUT"]).calls();
    assert_eq!(over[2..], ["4000 c1 left loans timed_out"]);
    let slow = Story::new().say(&JOIN).say(&asked).tick(5_001).calls();
    assert_eq!(slow[2..], ["4000 c1 left loans abandoned"], "what runs after the hang-up may take long");
}

#[test]
fn a_time_out_is_sent_as_an_abandon_and_told_by_what_follows() {
    let leave = ["4000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "4001 QueueCallerLeave Uniqueid=c1 Queue=loans"];
    for (sign, outcome) in [
        ("4002 VarSet Uniqueid=c1 Variable=QUEUESTATUS Value=TIMEOUT", "timed_out"),
        ("4002 VarSet Uniqueid=c1 Variable=QUEUESTATUS Value=LEAVEEMPTY", "overflow"),
        ("4002 VarSet Uniqueid=c1 Variable=QUEUESTATUS Value=WITHDRAW", "overflow"),
        ("4002 Newexten Uniqueid=c1 Extension=s", "timed_out"),
        ("4002 QueueCallerJoin Uniqueid=c1 Queue=cards", "timed_out"),
        ("4002 Hangup Uniqueid=c1", "abandoned"),
    ] {
        let told = Story::new().say(&JOIN).say(&leave).say(&[sign]).calls();
        assert_eq!(told[2], format!("4000 c1 left loans {outcome}"), "{sign}");
    }
    let told = Story::new().say(&JOIN).say(&leave).say(&["4002 Newexten Uniqueid=c1 Extension=h", "4003 Hangup Uniqueid=c1"]).calls();
    assert_eq!(told[2], "4000 c1 left loans abandoned", "the extension h runs after the hang-up");
    let told = Story::new().say(&JOIN).say(&leave).tick(5_002).calls();
    assert_eq!(told[2..], ["4000 c1 left loans timed_out"], "nothing more was heard, so the channel lives");
}

#[test]
fn leaving_without_an_abandon_is_a_key() {
    let told = Story::new().say(&JOIN).say(&["4000 QueueCallerLeave Uniqueid=c1 Queue=loans", "4001 UserEvent Uniqueid=c1"]).calls();
    assert_eq!(told[2..], ["4000 c1 left loans key"]);
}

#[test]
fn an_announcement_between_pick_up_and_connection_is_no_key() {
    let mut s = Story::new();
    s.say(&JOIN)
        .say(&[RING])
        .say(&CONNECT[..2])
        .tick(9_000)
        .say(&["9001 AgentConnect Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 RingTime=2"]);
    assert_eq!(s.calls()[3..], ["9001 c1 answered Mei loans"]);
}

#[test]
fn a_ring_ends_in_as_many_ways_as_dials_do() {
    let mut s = Story::new();
    s.say(&JOIN).say(&[RING]);
    s.say(&[
        "9000 AgentRingNoAnswer Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 RingTime=6000",
        "9000 DialEnd Uniqueid=c1 DestUniqueid=a1 DialStatus=NOANSWER",
        "9000 DialEnd Uniqueid=c1 DestUniqueid=a1 DialStatus=CANCEL",
        "9001 AgentCalled Uniqueid=c1 Queue=loans Interface=SIP/22 MemberName=Olu DestUniqueid=a2",
        "9002 DialEnd Uniqueid=c1 DestUniqueid=a2 DialStatus=CONGESTION",
        "9003 Hangup Uniqueid=a2",
    ]);
    s.tick(10_003);
    s.say(&[
        "11000 AgentCalled Uniqueid=c1 Queue=loans Interface=SIP/23 MemberName=Ada DestUniqueid=a3",
        "12000 DialEnd Uniqueid=c1 DestUniqueid=a3 DialStatus=CANCEL",
        "12000 DialEnd Uniqueid=c1 DestUniqueid=a3 DialStatus=CANCEL",
    ]);
    assert_eq!(
        s.calls()[3..],
        [
            "9000 c1 missed Mei no_answer 6000",
            "9001 c1 rings Olu",
            "9002 c1 missed Olu failed -1",
            "11000 c1 rings Ada",
            "12000 c1 missed Ada caller_gave_up -1"
        ]
    );
}

#[test]
fn of_several_who_ring_one_answers() {
    let mut s = Story::new();
    s.say(&JOIN).say(&[RING, "3000 AgentCalled Uniqueid=c1 Queue=loans Interface=SIP/22 MemberName=Olu DestUniqueid=a2"]).say(&CONNECT[..1]);
    s.say(&["5000 DialEnd Uniqueid=c1 DestUniqueid=a2 DialStatus=CANCEL"]).say(&CONNECT[1..]);
    assert_eq!(s.calls()[4..], ["5000 c1 missed Olu answered_elsewhere -1", "5001 c1 answered Mei loans"]);
}

#[test]
fn a_blind_transfer_into_another_queue_joins_it_before_the_first_is_complete() {
    let told = answered()
        .say(&[
            "8000 BlindTransfer Result=Success TransfererUniqueid=a1 TransfereeUniqueid=c1 Extension=7200",
            "8001 QueueCallerJoin Uniqueid=c1 Linkedid=c1 Queue=cards Position=4",
            "8002 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=transfer",
            "9000 HangupRequest Uniqueid=c1",
            "9000 QueueCallerAbandon Uniqueid=c1 Queue=cards",
            "9001 Hangup Uniqueid=c1",
        ])
        .calls();
    assert_eq!(told[4..], ["8000 c1 transferred blind 7200", "8001 c1 queued cards", "9000 c1 left cards abandoned", "9001 c1 ended caller"]);
}

#[test]
fn the_second_join_may_come_before_any_word_of_the_transfer() {
    let told = answered()
        .say(&[
            "8001 QueueCallerJoin Uniqueid=c1 Linkedid=c1 Queue=loans Position=4",
            "8002 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=transfer",
            "8003 AgentCalled Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/22 MemberName=Olu DestUniqueid=a2",
            "8500 AgentConnect Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/22 MemberName=Olu DestUniqueid=a2",
        ])
        .calls();
    assert_eq!(told[4..], ["8001 c1 queued loans", "8002 c1 transferred blind -", "8003 c1 rings Olu", "8500 c1 answered Olu loans"]);
}

#[test]
fn an_attended_transfer_ends_the_leg_and_the_call_goes_on() {
    let told = answered()
        .say(&[
            "8000 AttendedTransfer Result=Fail OrigTransfererUniqueid=a1 TransfereeUniqueid=c1",
            "8000 AttendedTransfer Result=Success OrigTransfererUniqueid=a1 TransfereeUniqueid=c1 TransferTargetCallerIDNum=1009",
            "8001 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=transfer",
            "20000 Hangup Uniqueid=c1",
        ])
        .calls();
    assert_eq!(told[4..], ["8000 c1 transferred attended 1009", "20000 c1 ended system"]);
}

#[test]
fn a_completion_may_lack_every_channel() {
    let told = answered().say(&["8000 AgentComplete Queue=loans Interface=SIP/21 MemberName=Mei Reason=agent"]).calls();
    assert_eq!(told[4..], ["8000 c1 leg_ended agent"]);
    let told = answered()
        .say(&["8000 HangupRequest Uniqueid=a1", "8000 Hangup Uniqueid=c1"])
        .say(&["10400 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 Reason=agent"])
        .calls();
    assert_eq!(told[4..], ["8000 c1 leg_ended agent", "8000 c1 ended agent"], "and it may come after the hang-up");
}

#[test]
fn behind_a_local_channel_the_linked_id_tells_who_holds() {
    let mut s = Story::new();
    s.say(&JOIN).say(&[RING]).say(&CONNECT).say(&["9000 Hold Uniqueid=deep9 Linkedid=c1", "9100 Hold Uniqueid=stranger Linkedid=other"]);
    assert_eq!(s.calls()[4..], ["9000 c1 held"]);
}

#[test]
fn an_agent_dump_puts_the_caller_back() {
    let mut s = Story::new();
    s.say(&JOIN).say(&[RING]).say(&CONNECT[..1]);
    s.say(&["5100 AgentDump Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1"]);
    s.say(&["6000 HangupRequest Uniqueid=c1", "6000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "6001 Hangup Uniqueid=c1"]);
    assert_eq!(s.calls()[3..], ["5100 c1 missed Mei failed -1", "6000 c1 left loans abandoned", "6001 c1 ended caller"]);
}

#[test]
fn members_are_told_once_though_every_queue_repeats_them() {
    let told = Story::new()
        .say(&[
            "100 QueueMemberAdded Queue=loans MemberName=Mei Interface=SIP/21 Status=1 Paused=0 PausedReason=",
            "101 QueueMemberAdded Queue=cards MemberName=Mei Interface=SIP/21 Status=1 Paused=0",
            "200 QueueMemberPause Queue=loans MemberName=Mei Interface=SIP/21 Status=1 Paused=1 PausedReason=lunch",
            "201 QueueMemberPause Queue=cards MemberName=Mei Interface=SIP/21 Status=1 Paused=1 PausedReason=lunch",
            "202 QueueMemberStatus Queue=cards MemberName=Mei Interface=SIP/21 Status=1 Paused=1 PausedReason=lunch",
            "300 QueueMemberPause Queue=loans MemberName=Mei Interface=SIP/21 Status=1 Paused=0 PausedReason=lunch",
            "301 QueueMemberStatus Queue=cards MemberName=Mei Interface=SIP/21 Status=5 Paused=0 PausedReason=lunch",
            "400 QueueMemberRemoved Queue=loans MemberName=Mei Interface=SIP/21",
            "401 QueueMemberRemoved Queue=cards MemberName=Mei Interface=SIP/21",
            "402 QueueMemberStatus Queue=cards MemberName=Mei Interface=SIP/21 Status=1 Paused=0",
        ])
        .agents();
    assert_eq!(
        told,
        [
            "100 Mei in",
            "100 Mei is ready",
            "100 Mei +loans",
            "101 Mei +cards",
            "201 Mei is paused lunch",
            "300 Mei is ready",
            "301 Mei is not_responding",
            "400 Mei -loans",
            "401 Mei -cards",
            "401 Mei out"
        ]
    );
}

#[test]
fn a_call_moves_its_agent_and_a_direct_call_shows_after_a_second() {
    let status = |at: i64, status: u8| format!("{at} QueueMemberStatus Queue=loans MemberName=Mei Interface=SIP/21 Status={status} Paused=0");
    let mut s = Story::new();
    s.say(&[&status(100, 1)]).say(&JOIN).say(&[RING]).say(&[&status(3_001, 6)]).say(&CONNECT).say(&[&status(5_002, 2)]);
    s.say(&["8000 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 Reason=caller", &status(8_000, 2), &status(8_100, 1)]);
    s.say(&[&status(20_000, 2)]).tick(21_500).say(&[&status(30_000, 1)]);
    assert_eq!(s.agents()[3..], ["3000 Mei is ringing", "5001 Mei is talking", "8000 Mei is ready", "21000 Mei is other_call", "30000 Mei is ready"]);
}

#[test]
fn a_snapshot_names_who_is_there_and_who_is_gone() {
    let mut s = Story::new();
    s.say(&[
        "100 QueueMemberAdded Queue=loans MemberName=Olu Interface=SIP/22 Status=1 Paused=0",
        "1000 QueueParams Queue=loans Calls=1 Abandoned=77 Holdtime=12",
        "1000 QueueMember Queue=loans Name=Mei Location=SIP/21 Status=1 Paused=1 PausedReason=lunch ActionID=1",
        "1000 QueueEntry Queue=loans Position=1 Uniqueid=c9 CallerIDNum=unknown Wait=33 ActionID=1",
        "1000 QueueEntry Queue=loans Position=2 Uniqueid=c10 CallerIDNum=5550111 Wait=0 ActionID=1",
        "1000 QueueStatusComplete ActionID=1",
    ]);
    let told: Vec<String> = s.told.drain(..).map(|e| sentence(&e)).collect();
    assert_eq!(told[3..6], ["1000 Mei in", "1000 Mei is paused lunch", "1000 Mei +loans"]);
    assert!(told.contains(&"1000 Olu out".to_owned()));
    assert!(told.contains(&"-32000 c9 queued loans".to_owned()), "it joined before anybody listened");
    assert!(told.contains(&"1000 c10 queued loans".to_owned()), "its own event may be on the way, or was told to nobody");
    s.say(&["1001 QueueCallerJoin Uniqueid=c10 Queue=loans CallerIDNum=5550111", "1002 QueueCallerJoin Uniqueid=c9 Queue=loans"]);
    assert!(s.calls().is_empty(), "both have joined");
}

#[test]
fn a_caller_whom_the_snapshot_lacks_is_lost_unless_heard_of() {
    let list = ["5000 QueueParams Queue=loans", "5000 QueueStatusComplete ActionID=1", "5001 CoreShowChannelsComplete ActionID=2"];
    let mut s = Story::new();
    s.say(&JOIN).say(&list).tick(9_000);
    s.calls();
    assert_eq!(s.tick(10_001).calls(), ["5000 c1 left loans lost", "5000 c1 ended lost"]);
    let mut s = Story::new();
    s.say(&JOIN).say(&list).say(&["5100 QueueCallerAbandon Uniqueid=c1 Queue=loans", "5101 Hangup Uniqueid=c1"]).tick(20_000);
    assert_eq!(s.calls()[2..], ["5000 c1 left loans abandoned".replace("5000", "5100"), "5101 c1 ended system".to_owned()]);
}

#[test]
fn a_conversation_whose_channel_is_gone_is_lost() {
    let mut s = answered();
    s.say(&["8000 CoreShowChannelsComplete ActionID=2"]).tick(14_000);
    assert_eq!(s.calls()[4..], ["8000 c1 leg_ended lost", "8000 c1 ended lost"]);
    let mut s = answered();
    s.say(&["8000 CoreShowChannel Uniqueid=c1 ActionID=2", "8000 CoreShowChannelsComplete ActionID=2"]).tick(14_000);
    assert_eq!(s.calls().len(), 4);
}

#[test]
fn another_boot_closes_everything_when_it_was_last_seen() {
    let mut s = Story::new();
    s.say(&["500 FullyBooted Uptime=100"]).say(&JOIN).say(&[RING]).say(&CONNECT);
    s.say(&["6000 FullyBooted Uptime=106"]);
    assert_eq!(s.calls().len(), 4, "the same boot, after a lost connection");
    s.say(&["60000 FullyBooted Uptime=3"]);
    assert_eq!(s.calls(), ["60000 restarted 6000"]);
    s.say(&["61000 Hangup Uniqueid=c1"]);
    assert!(s.calls().is_empty());
    assert_eq!(s.ami.memory().calls, Vec::new());
}

#[test]
fn a_pbx_that_talks_before_its_greeting_has_restarted_all_the_same() {
    let mut s = Story::new();
    s.say(&["500 FullyBooted Uptime=100"]).say(&JOIN);
    s.ami.disconnected();
    s.say(&["9000 QueueMemberStatus Queue=loans MemberName=Mei Interface=SIP/21 Status=1 Paused=0", "9500 FullyBooted Uptime=4"]);
    assert_eq!(s.calls()[2..], ["9500 restarted 2000"]);
}

#[test]
fn a_shutdown_before_a_greeting_without_uptime_is_a_restart() {
    let told = Story::new().say(&JOIN).say(&["3000 Shutdown Restart=True", "9000 FullyBooted Status=Fully~Booted"]).calls();
    assert_eq!(told[2..], ["9000 restarted 3000"]);
}

#[test]
fn memory_goes_over_a_restart_of_ours() {
    let mut s = Story::new();
    s.say(&["500 FullyBooted Uptime=100"]).say(&JOIN);
    let memory = s.ami.memory();
    let c1 = OpenCall { call: "c1".into(), waits: vec!["loans".into()], ..OpenCall::default() };
    assert_eq!(memory.calls, [c1]);
    assert_eq!(serde_json::from_str::<AmiMemory>(&serde_json::to_string(&memory).unwrap()).unwrap(), memory);
    let mut s = Story::new();
    s.ami.resume(&memory);
    s.say(&["9000 FullyBooted Uptime=109", "9001 QueueParams Queue=loans", "9001 QueueEntry Queue=loans Uniqueid=c1 Wait=7 ActionID=1"]);
    s.say(&["9001 QueueStatusComplete ActionID=1", "9002 CoreShowChannel Uniqueid=c1 ActionID=2", "9002 CoreShowChannelsComplete ActionID=2"]);
    s.say(&["12000 HangupRequest Uniqueid=c1", "12000 QueueCallerAbandon Uniqueid=c1 Queue=loans", "12001 Hangup Uniqueid=c1"]);
    assert_eq!(s.calls(), ["12000 c1 left loans abandoned", "12001 c1 ended caller"]);
}

/// A conversation and a ring as they were told before; the snapshot has both channels.
fn resumed() -> Story {
    let party = |agent: &str| Party { agent: agent.into(), queue: "loans".into(), held: false };
    let talks = OpenCall { call: "c1".into(), talks: vec![party("Mei")], ..OpenCall::default() };
    let rings = OpenCall { call: "c2".into(), waits: vec!["loans".into()], rings: vec![party("Wei")], ..OpenCall::default() };
    let known = |agent: &str, state| KnownAgent { agent: agent.into(), queues: vec!["loans".into()], state, reason: None };
    let agents = vec![known("Mei", AgentState::Talking), known("Wei", AgentState::Ringing)];
    let mut s = Story::new();
    s.ami.resume(&AmiMemory { last_seen_at: Some(Timestamp::from_millis(5_000)), calls: vec![talks, rings], agents });
    s.say(&["90000 FullyBooted Uptime=1000", "90001 QueueParams Queue=loans", "90001 QueueMember Queue=loans Name=Mei Location=SIP/21 Status=2"]);
    s.say(&["90001 QueueMember Queue=loans Name=Wei Location=SIP/22 Status=6", "90001 QueueEntry Queue=loans Uniqueid=c2 Wait=88"]);
    s.say(&["90001 QueueStatusComplete ActionID=1", "90002 CoreShowChannel Uniqueid=c1", "90002 CoreShowChannel Uniqueid=c2"]);
    s.say(&["90002 CoreShowChannelsComplete ActionID=2"]).tick(96_000);
    s
}

#[test]
fn conversations_and_rings_go_on_over_a_restart_of_ours() {
    let mut s = resumed();
    assert!(s.told.is_empty(), "all is as it was told: {:?}", s.told);
    s.say(&["97000 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=agent", "97001 Hangup Uniqueid=c1"]);
    s.say(&["98000 AgentConnect Uniqueid=c2 Linkedid=c2 Queue=loans Interface=SIP/22 MemberName=Wei DestUniqueid=a2 RingTime=9"]);
    assert_eq!(s.calls(), ["97000 c1 leg_ended agent", "97001 c1 ended agent", "98000 c2 answered Wei loans"]);
}

#[test]
fn a_wait_that_ended_unheard_is_lost_and_the_call_goes_on() {
    let mut s = Story::new();
    s.say(&["500 FullyBooted Uptime=100"]).say(&JOIN).ami.disconnected();
    s.say(&["90000 QueueParams Queue=loans", "90000 QueueParams Queue=cards", "90000 QueueEntry Queue=cards Uniqueid=c1 Wait=10"]);
    s.say(&["90000 QueueStatusComplete ActionID=1", "90001 CoreShowChannel Uniqueid=c1", "90001 CoreShowChannelsComplete ActionID=2"]).tick(95_002);
    s.say(&["99000 HangupRequest Uniqueid=c1", "99000 QueueCallerAbandon Uniqueid=c1 Queue=cards", "99001 Hangup Uniqueid=c1"]);
    let told = s.calls();
    assert_eq!(told[2..], ["80000 c1 queued cards", "2000 c1 left loans lost", "99000 c1 left cards abandoned", "99001 c1 ended caller"]);
}

#[test]
fn what_ended_while_nobody_listened_ended_when_the_pbx_was_last_heard() {
    let mut s = answered();
    s.ami.disconnected();
    s.say(&["90000 QueueParams Queue=loans", "90000 QueueStatusComplete ActionID=1", "90001 CoreShowChannelsComplete ActionID=2"]).tick(95_002);
    assert_eq!(s.calls()[4..], ["5001 c1 leg_ended lost", "5001 c1 ended lost"]);
}

#[test]
fn a_recording_names_its_file() {
    let told =
        answered().say(&["6000 VarSet Uniqueid=c1 Variable=MIXMONITOR_FILENAME Value=/var/rec/c1.wav", "6001 MixMonitorStart Uniqueid=c1"]).calls();
    assert_eq!(told[4..], ["6001 c1 recorded /var/rec/c1.wav"]);
}

#[test]
fn the_pbxs_own_time_comes_first_and_ours_is_corrected() {
    let mut s = Story::new();
    s.ami.set_skew(-500);
    s.say(&["2000 QueueCallerJoin Uniqueid=c1 Queue=loans", "9000 QueueCallerJoin Uniqueid=c2 Queue=loans Timestamp=3.250000"]);
    let told = s.calls();
    assert_eq!((told[1].as_str(), told[3].as_str()), ("1500 c1 queued loans", "3250 c2 queued loans"));
}

#[test]
fn wrap_up_follows_the_queue_though_asterisk_sends_none() {
    let mut s = Story::with(AgentRules { wrap_up_ms: [("loans".to_owned(), 4_000)].into_iter().collect(), ..AgentRules::default() });
    s.say(&JOIN).say(&[RING]).say(&CONNECT);
    s.say(&["8000 AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 Reason=caller", "8100 Hangup Uniqueid=c1"]).tick(12_100);
    let told: Vec<String> = s.told.iter().map(sentence).collect();
    assert!(told.contains(&"8000 Mei is wrap_up".to_owned()) && told.contains(&"12000 Mei is ready".to_owned()), "{told:?}");
}

#[test]
fn a_recorded_stream_reads_line_by_line() {
    let text = "Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: 1\r\n\r\nEvent: QueueMember\r\nQueue: loans\r\nName: Mei\r\n\
        Location: SIP/21\r\nPaused: 0\r\nActionID: 2\r\n\r\nnonsense\r\n\r\nEvent: QueueCallerJoin\r\nTimestamp: 1700000000.500000\r\n\
        Uniqueid: c1\r\nQueue: loans\r\n\r\nEvent: QueueCallerJoin\r\nUniq";
    let mut ami = AsteriskAmi::new("pbx", AgentRules::default());
    let (mut told, mut rejects) = (Vec::new(), Vec::new());
    for line in text.split('\n') {
        match ami.line(line.as_bytes()) {
            Ok(events) => told.extend(events),
            Err(reject) => rejects.push(reject.to_string()),
        }
    }
    told.extend(ami.finish());
    assert_eq!(told.len(), 5, "who was there before the first time is told with it");
    assert!(told.iter().all(|event| event.at.as_millis() == 1_700_000_000_500));
    assert_eq!(rejects, ["could not read \"nonsense\\n\" as a line of the manager interface"]);
    let mut ami = AsteriskAmi::new("pbx", AgentRules::default());
    ami.line(b"Event: QueueCallerJoin").unwrap();
    assert!(matches!(ami.line(b""), Err(Reject::Time { .. })));
}
