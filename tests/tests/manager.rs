//! The manager interface from outside: what was open when somebody was killed is closed when they meet again.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use callboard_domain::Timestamp;
use callboard_tests::manager::Manager;
use callboard_tests::server::{Server, callboard};
use serde_json::{Value, json};
use tempfile::TempDir;

const QUEUE: &str = "QueueParams Queue=loans | QueueMember Queue=loans Name=Mei Location=SIP/21 Status=1 Paused=0";
/// One caller talks with Mei, one waits.
const CALLS: &str = "QueueCallerJoin Uniqueid=c1 Linkedid=c1 Queue=loans Position=1 CallerIDNum=5550101 \
    | QueueCallerJoin Uniqueid=c2 Linkedid=c2 Queue=loans Position=2 CallerIDNum=5550102 \
    | AgentCalled Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 \
    | QueueCallerLeave Uniqueid=c1 Queue=loans \
    | AgentConnect Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 RingTime=2 HoldTime=3";
const OPEN: &str = "SELECT call, state FROM live_calls ORDER BY call";
const ENDS: &str = "SELECT call, outcome, ended_by, CAST(ended_at AS text) AS ended_at FROM calls ORDER BY call";
const WAITS: &str = "SELECT call, outcome FROM queue_visits ORDER BY call";

/// A centre with two calls, told to a server.
struct House {
    folder: TempDir,
    pbx: Manager,
}

impl House {
    fn with_calls() -> (Self, Server) {
        let house = Self { folder: tempfile::tempdir().unwrap(), pbx: Manager::start().unwrap() };
        std::fs::write(house.folder.path().join("callboard.toml"), house.pbx.config()).unwrap();
        house.pbx.lists(QUEUE, "");
        let server = house.server();
        server.until("SELECT state FROM live_sources", |rows| rows == [json!({ "state": "connected" })]).unwrap();
        house.pbx.say(CALLS);
        let both = [json!({ "call": "c1", "state": "talking" }), json!({ "call": "c2", "state": "waiting" })];
        server.until(OPEN, |rows| rows == both).unwrap();
        (house, server)
    }

    fn server(&self) -> Server {
        Server::start(&self.folder.path().join("data"), &["--config", self.folder.path().join("callboard.toml").to_str().unwrap()]).unwrap()
    }

    /// As if it had been killed before it wrote anything down.
    fn forget(&self) {
        std::fs::remove_file(self.folder.path().join("data/sources/pbx.json")).unwrap_or_default();
    }

    /// The server closes both calls as lost by `seen_by`, and all is well with its data.
    fn lost(self, server: Server, seen_by: Timestamp) {
        let ends = server.until(ENDS, |rows| rows.len() == 2 && rows.iter().all(|row| row["ended_by"] == "lost")).unwrap();
        assert_eq!(server.sql(OPEN).unwrap(), [] as [Value; 0]);
        assert_eq!(server.sql(WAITS).unwrap(), [json!({ "call": "c1", "outcome": "answered" }), json!({ "call": "c2", "outcome": "lost" })]);
        for end in ends {
            let at: Timestamp = end["ended_at"].as_str().unwrap().parse().unwrap();
            assert!(at <= seen_by, "{end} is after {seen_by}");
        }
        server.stop().unwrap();
        callboard(&["verify", "--data", self.folder.path().join("data").to_str().unwrap()]).unwrap();
    }
}

/// Now, by what the server shows.
fn now(server: &Server) -> Timestamp {
    let rows = server.sql("SELECT CAST(as_of AS text) AS now FROM live_sources").unwrap();
    rows[0]["now"].as_str().unwrap().parse().unwrap()
}

#[test]
fn calls_of_a_pbx_that_was_killed_are_lost_when_it_was_last_heard() {
    let (house, server) = House::with_calls();
    house.pbx.kill();
    let seen_by = now(&server).plus(1_000);
    house.pbx.boot();
    house.lost(server, seen_by);
}

#[test]
fn a_server_that_was_killed_beside_its_pbx_closes_calls_that_its_source_never_wrote_down() {
    let (house, server) = House::with_calls();
    let seen_by = now(&server).plus(1_000);
    house.pbx.kill();
    server.kill().unwrap();
    house.forget();
    house.pbx.boot();
    let server = house.server();
    house.lost(server, seen_by);
}

#[test]
fn calls_that_ended_while_only_the_server_was_dead_are_swept() {
    let (house, server) = House::with_calls();
    let seen_by = now(&server).plus(1_000);
    server.kill().unwrap();
    house.forget();
    house.pbx.lists(QUEUE, "CoreShowChannel Uniqueid=other");
    let server = house.server();
    house.lost(server, seen_by);
}

#[test]
fn calls_that_outlived_the_server_go_on() {
    let (house, server) = House::with_calls();
    server.kill().unwrap();
    house.forget();
    house.pbx.lists(
        &format!("{QUEUE} | QueueEntry Queue=loans Uniqueid=c2 Position=1 Wait=9"),
        "CoreShowChannel Uniqueid=c1 | CoreShowChannel Uniqueid=c2",
    );
    let server = house.server();
    server.until("SELECT state FROM live_sources", |rows| rows == [json!({ "state": "connected" })]).unwrap();
    house.pbx.say(
        "HangupRequest Uniqueid=c2 | QueueCallerAbandon Uniqueid=c2 Queue=loans | QueueCallerLeave Uniqueid=c2 Queue=loans | Hangup Uniqueid=c2",
    );
    house.pbx.say("AgentComplete Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei Reason=agent | Hangup Uniqueid=c1");
    server.until("SELECT call FROM calls WHERE ended_at IS NULL", <[Value]>::is_empty).unwrap();
    let outcomes = [json!({ "call": "c1", "outcome": "answered" }), json!({ "call": "c2", "outcome": "abandoned" })];
    assert_eq!(server.sql(WAITS).unwrap(), outcomes, "one wait each");
    let legs = server.sql("SELECT call, agent, outcome, ended_by FROM agent_legs").unwrap();
    assert_eq!(legs, [json!({ "call": "c1", "agent": "Mei", "outcome": "completed", "ended_by": "agent" })]);
    server.stop().unwrap();
}
