//! A manager of our own on loopback, that says what a test wants it to.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};

use callboard_domain::Event;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;

mod gap;

/// A clock that a test moves.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct Forward(mpsc::UnboundedSender<Delivery<AmiMemory>>);

impl Deliver<AmiMemory> for Forward {
    async fn deliver(&mut self, delivery: Delivery<AmiMemory>) -> Result<(), NotDelivered> {
        self.0.send(delivery).map_err(|_| NotDelivered { reason: "the test is over".into() })
    }
}

/// What one connection is told.
struct Script {
    /// How long the PBX has been up, s.
    uptime: u32,
    /// Rows of the list of queues.
    queues: &'static str,
    /// Rows of the list of channels.
    channels: &'static str,
    /// Said once both lists were asked for.
    then: &'static str,
    /// Whether it is closed after that.
    close: bool,
}

fn event(lines: &str) -> String {
    lines.split('|').map(|message| format!("Event: {}\r\n\r\n", message.trim().replace(' ', "\r\n").replace('=', ": "))).collect()
}

async fn serve(listener: TcpListener, scripts: Vec<Script>) {
    for script in scripts {
        let (socket, _) = listener.accept().await.unwrap();
        talk(socket, script).await;
    }
}

async fn talk(socket: TcpStream, script: Script) {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"Asterisk Call Manager/11.0.0\r\n").await.unwrap();
    let mut action: HashMap<String, String> = HashMap::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((key, value)) = line.split_once(": ") {
            action.insert(key.to_owned(), value.to_owned());
            continue;
        }
        let asked = std::mem::take(&mut action);
        let id = &asked["ActionID"];
        let success = format!("Response: Success\r\nActionID: {id}\r\n");
        let answer = match asked["Action"].as_str() {
            "Challenge" => format!("{success}Challenge: 12345\r\n\r\n"),
            // The digest of "12345" and "secret".
            "Login" if asked["Key"] == "d6bf7523a8407696bb9448d0d0fecca8" => {
                format!("{success}\r\n{}", event(&format!("FullyBooted Uptime={}", script.uptime)))
            }
            "Login" => format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"),
            "Filter" => format!("Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"),
            "CoreSettings" => format!("{success}AsteriskVersion: 22.1\r\n\r\n"),
            "QueueStatus" => format!("{success}\r\n{}{}", event(script.queues), event(&format!("QueueStatusComplete ActionID={id}"))),
            "CoreShowChannels" => {
                let list = format!("{success}\r\n{}{}", event(script.channels), event(&format!("CoreShowChannelsComplete ActionID={id}")));
                format!("{list}{}", if script.then.is_empty() { String::new() } else { event(script.then) })
            }
            "Ping" => format!("{success}Ping: Pong\r\n\r\n"),
            _ => format!("{success}\r\n"),
        };
        write.write_all(answer.as_bytes()).await.unwrap();
        if asked["Action"] == "CoreShowChannels" && script.close {
            return;
        }
    }
}

struct Running {
    clock: std::sync::Arc<Hand>,
    told: mpsc::UnboundedReceiver<Delivery<AmiMemory>>,
}

impl Running {
    /// Starts a server and a source; both end with the test's runtime.
    async fn start(scripts: Vec<Script>, queue_log: Option<PathBuf>, secret: &str) -> Self {
        Self::knowing(std::future::ready(AmiMemory::default()), scripts, queue_log, secret).await
    }

    /// With what was told before this process started.
    async fn knowing(
        told_before: impl Future<Output = AmiMemory> + Send + 'static,
        scripts: Vec<Script>,
        queue_log: Option<PathBuf>,
        secret: &str,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, scripts));
        Self::at(address, told_before, queue_log, secret)
    }

    /// A source alone, for a manager that is there.
    fn at(
        address: std::net::SocketAddr,
        told_before: impl Future<Output = AmiMemory> + Send + 'static,
        queue_log: Option<PathBuf>,
        secret: &str,
    ) -> Self {
        let config = AmiConfig {
            source: "pbx".into(),
            address: address.to_string(),
            user: "wall".into(),
            secret: Secret(secret.into()),
            rules: AgentRules::default(),
            resync: Duration::from_secs(600),
            queue_log,
        };
        let clock = std::sync::Arc::new(Hand(AtomicI64::new(1_700_000_100_000)));
        let (sender, told) = mpsc::unbounded_channel();
        let hand = std::sync::Arc::clone(&clock);
        tokio::spawn(async move { AmiSource::new(config, told_before).run(hand.as_ref(), &mut Forward(sender)).await });
        Self { clock, told }
    }

    /// Waits for an event of a type; all that were told up to it.
    async fn until(&mut self, kind: &str) -> Vec<Event<'static>> {
        let mut all: Vec<Event<'static>> = Vec::new();
        while !all.iter().any(|event| event.to_line().contains(&format!("\"type\":\"{kind}\""))) {
            all.extend(self.told.recv().await.unwrap().events);
        }
        all
    }
}

fn kinds(events: &[Event<'_>]) -> Vec<String> {
    let name = |event: &Event<'_>| event.to_line().split("\"type\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    events.iter().map(name).filter(|kind| kind != "source.alive" && !kind.starts_with("agent.")).collect()
}

const WAITING: &str = "QueueParams Queue=loans | QueueMember Queue=loans Name=Mei Location=SIP/21 Status=1 Paused=0 \
    | QueueEntry Queue=loans Uniqueid=c1 Position=1 CallerIDNum=5550100 Wait=20";
const ONE_CHANNEL: &str = "CoreShowChannel Uniqueid=c1";
const EMPTY: &str = "QueueParams Queue=loans";

#[tokio::test]
async fn a_snapshot_comes_before_connected_and_events_after_it() {
    let then = "AgentCalled Uniqueid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1";
    let mut running = Running::start(vec![Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then, close: false }], None, "secret").await;
    let told = running.until("call.ringing").await;
    assert_eq!(kinds(&told), ["call.started", "call.queued", "source.connected", "call.ringing"]);
    let connected = told.iter().find_map(|event| match &event.body {
        Body::SourceConnected(c) => c.version.clone(),
        _ => None,
    });
    assert_eq!(connected.unwrap(), "Asterisk 22.1");
    assert_eq!(told.iter().find(|e| matches!(e.body, Body::CallQueued(_))).unwrap().at.as_millis(), 1_700_000_080_000);
    running.until("source.alive").await;
}

#[tokio::test]
async fn what_was_sent_before_the_loss_is_told_and_the_gap_after_it() {
    let then = "QueueCallerJoin Uniqueid=c2 Queue=loans CallerIDNum=5550102";
    let first = Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then, close: true };
    let second = Script { uptime: 100, queues: EMPTY, channels: "CoreShowChannel Uniqueid=other", then: "", close: false };
    let mut running = Running::start(vec![first, second], None, "secret").await;
    let told = running.until("source.lost").await;
    assert_eq!(kinds(&told), ["call.started", "call.queued", "source.connected", "call.started", "call.queued", "source.lost"]);
    running.clock.0.fetch_add(30_000, Ordering::Relaxed);
    let told = running.until("source.connected").await;
    assert_eq!(kinds(&told), ["source.gap", "source.connected"]);
    let Body::SourceGap(gap) = &told[0].body else { panic!("{told:?}") };
    assert_eq!(gap.to_at.since(gap.from_at), 30_000);
    running.clock.0.fetch_add(5_500, Ordering::Relaxed);
    let told = running.until("call.ended").await;
    assert_eq!(kinds(&told), ["call.left_queue", "call.ended", "call.left_queue", "call.ended"]);
    let ends: Vec<i64> = told.iter().filter(|e| matches!(e.body, Body::CallEnded(_))).map(|e| e.at.as_millis()).collect();
    assert_eq!(ends, [1_700_000_100_000; 2], "lost when the PBX was last heard");
}

#[tokio::test]
async fn a_gap_is_filled_from_the_queue_log() {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    log.write_all(
        b"1700000080|c1|loans|NONE|ENTERQUEUE||5550100|1\n1700000100|c2|loans|NONE|ENTERQUEUE||5550102|1\n\
          1700000104|c1|loans|NONE|ABANDON|1|1|24\n\
          1700000105|c9|loans|NONE|ENTERQUEUE||5550109|1\n1700000109|c9|loans|Mei|CONNECT|4|a9|2\n",
    )
    .unwrap();
    // Heard in the second in which the connection broke: the file tells of it again.
    let then = "QueueCallerJoin Uniqueid=c2 Queue=loans CallerIDNum=5550102";
    let first = Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then, close: true };
    let then = "AgentComplete Uniqueid=c9 Queue=loans Interface=SIP/21 MemberName=Mei Reason=caller | Hangup Uniqueid=c9";
    let second = Script { uptime: 100, queues: EMPTY, channels: "CoreShowChannel Uniqueid=c9", then, close: false };
    let mut running = Running::start(vec![first, second], Some(log.path().to_owned()), "secret").await;
    running.until("source.lost").await;
    running.clock.0.fetch_add(30_000, Ordering::Relaxed);
    let told = running.until("call.leg_ended").await;
    assert_eq!(
        kinds(&told),
        [
            "source.gap",
            "call.left_queue",
            "call.ended",
            "call.started",
            "call.queued",
            "call.answered",
            "source.gap_filled",
            "source.connected",
            "call.leg_ended",
            "call.ended"
        ]
    );
}

#[tokio::test]
async fn pauses_in_a_gap_are_told_from_the_queue_log() {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    log.write_all(
        b"1700000080|c1|loans|NONE|ENTERQUEUE||5550100|1\n1700000110|NONE|NONE|Mei|PAUSEALL|lunch\n1700000110|NONE|loans|Mei|PAUSE|lunch\n\
          1700000115|c1|loans|NONE|ABANDON|1|1|35\n1700000120|NONE|NONE|Mei|UNPAUSEALL|\n1700000120|NONE|loans|Mei|UNPAUSE|\n\
          1700000121|MANAGER|loans|SIP/99|ADDMEMBER|\n1700000125|NONE|loans|Mei|PAUSE|coffee\n",
    )
    .unwrap();
    let first = Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then: "", close: true };
    let rows = "QueueParams Queue=loans | QueueMember Queue=loans Name=Mei Location=SIP/21 Status=1 Paused=1 PausedReason=coffee";
    let second = Script { uptime: 130, queues: rows, channels: "", then: "", close: false };
    let mut running = Running::start(vec![first, second], Some(log.path().to_owned()), "secret").await;
    running.until("source.lost").await;
    running.clock.0.fetch_add(30_000, Ordering::Relaxed);
    let told = running.until("source.connected").await;
    assert_eq!(states(&told), ["110 Mei paused lunch", "120 Mei ready -", "125 Mei paused coffee"]);
    assert!(told.iter().all(|event| !event.to_line().contains("SIP/99")), "the manager names it, or it is nobody");
}

/// Second, agent, state and reason of each change.
fn states(told: &[Event<'_>]) -> Vec<String> {
    let state = |event: &Event<'_>| match &event.body {
        Body::AgentState(s) => {
            let second = event.at.as_millis() / 1_000 - 1_700_000_000;
            Some(format!("{second} {} {} {}", s.agent, s.state, s.reason.as_deref().unwrap_or("-")))
        }
        _ => None,
    };
    told.iter().filter_map(state).collect()
}

#[tokio::test]
async fn a_telephone_that_was_put_down_in_a_gap_is_no_other_call() {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    log.write_all(
        b"1700000080|c1|loans|NONE|ENTERQUEUE||5550100|1\n1700000100|c1|loans|Mei|CONNECT|20|a1|2\n1700000105|c1|loans|Mei|COMPLETECALLER|20|5|1\n\
          1700000110|NONE|loans|Mei|PAUSE|lunch\n1700000120|NONE|loans|Mei|UNPAUSE|\n",
    )
    .unwrap();
    let then = "AgentConnect Uniqueid=c1 Linkedid=c1 Queue=loans Interface=SIP/21 MemberName=Mei DestUniqueid=a1 RingTime=2 HoldTime=20 \
        | QueueMemberStatus Queue=loans MemberName=Mei Interface=SIP/21 Status=2 Paused=0";
    let first = Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then, close: true };
    let rows = "QueueParams Queue=loans | QueueMember Queue=loans Name=Mei Location=SIP/21 Status=1 Paused=0";
    let second = Script { uptime: 130, queues: rows, channels: "", then: "", close: false };
    let mut running = Running::start(vec![first, second], Some(log.path().to_owned()), "secret").await;
    running.until("source.lost").await;
    running.clock.0.fetch_add(30_000, Ordering::Relaxed);
    assert_eq!(states(&running.until("source.connected").await), ["105 Mei ready -", "110 Mei paused lunch", "120 Mei ready -"]);
}

#[tokio::test]
async fn a_restart_in_a_gap_ends_the_old_calls_and_keeps_the_new() {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    log.write_all(
        b"1700000080|c1|loans|NONE|ENTERQUEUE||5550100|1\n1700000110|NONE|NONE|NONE|QUEUESTART|\n1700000112|c9|loans|NONE|ENTERQUEUE||5550109|1\n",
    )
    .unwrap();
    let first = Script { uptime: 100, queues: WAITING, channels: ONE_CHANNEL, then: "", close: true };
    let rows = "QueueParams Queue=loans | QueueEntry Queue=loans Uniqueid=c9 Wait=18";
    let then = "HangupRequest Uniqueid=c9 | QueueCallerAbandon Uniqueid=c9 Queue=loans | Hangup Uniqueid=c9";
    let second = Script { uptime: 19, queues: rows, channels: "CoreShowChannel Uniqueid=c9", then, close: false };
    let mut running = Running::start(vec![first, second], Some(log.path().to_owned()), "secret").await;
    running.until("source.lost").await;
    running.clock.0.fetch_add(30_000, Ordering::Relaxed);
    let told = running.until("call.ended").await;
    let expected = ["source.gap", "source.restarted", "call.started", "call.queued", "source.gap_filled", "source.connected"];
    assert_eq!(kinds(&told)[..6], expected);
    assert_eq!(kinds(&told)[6..], ["call.left_queue", "call.ended"]);
    let Body::SourceRestarted(restart) = &told.iter().find(|e| matches!(e.body, Body::SourceRestarted(_))).unwrap().body else { unreachable!() };
    assert_eq!(restart.last_seen_at.unwrap().as_millis(), 1_700_000_100_000);
}

fn waits(call: &str) -> OpenCall {
    OpenCall { call: call.into(), waits: vec!["loans".into()], ..OpenCall::default() }
}

/// Two calls that wait, of which the PBX has one, and an agent who is no member any more.
fn before() -> AmiMemory {
    let agents = ["Mei", "Wei"].map(|agent| KnownAgent {
        agent: agent.into(),
        queues: vec!["loans".into()],
        state: callboard_domain::state::AgentState::Ready,
        reason: None,
    });
    AmiMemory { last_seen_at: Some(Timestamp::from_millis(1_700_000_070_000)), calls: vec![waits("c0"), waits("c1")], agents: agents.into() }
}

#[tokio::test]
async fn calls_that_somebody_else_remembers_are_looked_for_in_the_snapshot() {
    let (know, known) = tokio::sync::oneshot::channel();
    let script = Script { uptime: 100_000, queues: WAITING, channels: ONE_CHANNEL, then: "", close: false };
    let mut running = Running::knowing(async { known.await.unwrap() }, vec![script], None, "secret").await;
    let early = tokio::time::timeout(Duration::from_millis(300), running.told.recv()).await;
    assert!(early.is_err(), "nothing is told before it is known what was told: {early:?}");
    know.send(before()).unwrap();
    let told = running.until("source.connected").await;
    assert_eq!(kinds(&told), ["source.gap", "source.connected"], "the call that waits on is known");
    let agents: Vec<String> = told.iter().filter(|e| matches!(e.key(), callboard_domain::event::Key::Agent(_))).map(Event::to_line).collect();
    assert!(agents.len() == 2 && agents.iter().all(|line| line.contains("Wei")), "Mei is as she was, Wei has left: {agents:?}");
    running.clock.0.fetch_add(5_500, Ordering::Relaxed);
    let told = running.until("call.ended").await;
    assert_eq!(kinds(&told), ["call.left_queue", "call.ended"]);
    assert!(told.iter().all(|e| !e.to_line().contains("c0") || e.at.as_millis() == 1_700_000_070_000), "lost when the PBX was last heard: {told:?}");
}

#[tokio::test]
async fn a_pbx_that_restarted_while_nobody_listened_has_lost_its_calls() {
    let script = Script { uptime: 5, queues: EMPTY, channels: "", then: "", close: false };
    let mut running = Running::knowing(std::future::ready(before()), vec![script], None, "secret").await;
    let told = running.until("source.connected").await;
    assert_eq!(kinds(&told), ["source.gap", "source.restarted", "source.connected"]);
    let Body::SourceRestarted(restart) = &told.iter().find(|e| matches!(e.body, Body::SourceRestarted(_))).unwrap().body else { unreachable!() };
    assert_eq!(restart.last_seen_at.unwrap().as_millis(), 1_700_000_070_000);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_with_the_managers_words() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(serve(listener, vec![Script { uptime: 100, queues: "", channels: "", then: "", close: false }]));
    let (mut reader, mut writer) = connection::connect(&address).await.unwrap();
    let config = AmiConfig {
        source: "pbx".into(),
        address,
        user: "wall".into(),
        secret: Secret("guess".into()),
        rules: AgentRules::default(),
        resync: Duration::from_secs(600),
        queue_log: None,
    };
    assert!(!format!("{config:?}").contains("guess"));
    let clock = Hand(AtomicI64::new(0));
    let error = connection::log_in(&mut reader, &mut writer, &config, &clock).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not log in to the manager as wall: Authentication failed; compare user, secret and permit with its manager.conf"
    );
}

#[tokio::test]
async fn a_source_that_never_got_through_says_so_once() {
    let scripts = || Script { uptime: 100, queues: "", channels: "", then: "", close: false };
    let mut running = Running::start(vec![scripts(), scripts()], None, "guess").await;
    let told = running.until("source.lost").await;
    let Body::SourceLost(lost) = &told[0].body else { panic!("{told:?}") };
    assert!(lost.reason.as_ref().unwrap().contains("compare user, secret and permit"), "{lost:?}");
    let again = tokio::time::timeout(Duration::from_millis(300), running.told.recv()).await;
    assert!(again.is_err(), "{again:?}");
}

#[tokio::test]
async fn a_user_who_may_not_read_system_is_told_what_is_missing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Takes every action, and says much but not that it is booted.
    tokio::spawn(async move {
        let (read, mut write) = listener.accept().await.unwrap().0.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"Asterisk Call Manager/11.0.0\r\n").await.unwrap();
        loop {
            let said = tokio::select! {
                line = lines.next_line() => match line.unwrap_or_default() {
                    Some(line) => line.strip_prefix("ActionID: ").map(|id| format!("Response: Success\r\nActionID: {id}\r\nChallenge: 1\r\n\r\n")),
                    None => return,
                },
                () = tokio::time::sleep(Duration::from_millis(10)) => Some(event("PeerStatus Peer=SIP/21")),
            };
            if let Some(said) = said {
                write.write_all(said.as_bytes()).await.unwrap();
            }
        }
    });
    let mut running = Running::at(address, std::future::ready(AmiMemory::default()), None, "secret");
    let clock = std::sync::Arc::clone(&running.clock);
    let hurry = async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.0.fetch_add(1_000, Ordering::Relaxed);
        }
    };
    let told = tokio::select! {
        told = running.until("source.lost") => told,
        () = hurry => unreachable!(),
    };
    let Body::SourceLost(lost) = &told[0].body else { panic!("{told:?}") };
    let reason = lost.reason.as_deref().unwrap();
    assert!(reason.contains("read of wall in its manager.conf needs system"), "{reason}");
}

#[test]
fn pauses_grow_to_a_bound_and_differ() {
    let at = |ms| Timestamp::from_millis(ms);
    assert!((375..=625).contains(&pause_ms(0, false, at(1))));
    assert!((22_500..=37_500).contains(&pause_ms(60, false, at(1))));
    assert!((45_000..=75_000).contains(&pause_ms(0, true, at(1))));
    assert!((1..50).map(|ms| pause_ms(3, false, at(ms))).collect::<std::collections::HashSet<_>>().len() > 20);
}
