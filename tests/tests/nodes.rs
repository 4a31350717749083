//! Several nodes on one log in Kafka and one history in ClickHouse: any mix of roles, the same figures as one server on
//! its own, whatever happens to nodes, broker and ClickHouse.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use callboard_engines::ClickHouse;
use callboard_engines::clickhouse::Fault;
use callboard_engines::kafka::Kafka;
use callboard_ingest::simulator::{Options, Simulator};
use callboard_tests::server::{Server, callboard};
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

const TOPIC: &str = "events";
const PARTITIONS: usize = 3;

const QUESTIONS: [&str; 6] = [
    "SELECT queue, MEASURE(offered) AS o, MEASURE(answered) AS a, MEASURE(service_level) AS s, MEASURE(wait_p90) AS p FROM queue_visits \
     GROUP BY queue ORDER BY queue",
    "SELECT queue, MEASURE(offered) AS o, MEASURE(asa) AS a, MEASURE(waiting) AS w FROM queue_intervals GROUP BY queue ORDER BY queue",
    "SELECT agent, MEASURE(rings) AS r, MEASURE(handle_ms) AS h FROM agent_legs GROUP BY agent ORDER BY agent",
    "SELECT agent, sum(logged_in_ms) AS l, sum(talk_ms) AS t FROM agent_intervals GROUP BY agent ORDER BY agent",
    "SELECT outcome, count(*) AS n, sum(wait_ms) AS w FROM calls GROUP BY outcome ORDER BY outcome",
    "SELECT state, count(*) AS n, sum(duration_ms) AS d FROM agent_states GROUP BY state ORDER BY state",
];

fn story(events: usize) -> Vec<String> {
    let mut options = Options::new(31, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(60.0);
    Simulator::new(options).take(events).map(|e| e.to_line()).collect()
}

/// A broker, ClickHouse and a folder for the nodes.
struct House {
    broker: Kafka,
    engine: ClickHouse,
    database: String,
    folder: tempfile::TempDir,
}

impl House {
    fn build() -> Self {
        let engine = ClickHouse::start_own().unwrap();
        let database = engine.database().unwrap();
        Self { broker: Kafka::start(&[]).unwrap(), engine, database, folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self, node: &str) -> PathBuf {
        self.folder.path().join(node)
    }

    fn snapshots(&self) -> PathBuf {
        self.folder.path().join("snapshots")
    }

    /// Drops what the log holds of the topic.
    fn drop_records(&self) {
        let admin: AdminClient<DefaultClientContext> = self.client().create().unwrap();
        let mut all = TopicPartitionList::new();
        for partition in 0..i32::try_from(PARTITIONS).unwrap() {
            all.add_partition_offset(TOPIC, partition, Offset::End).unwrap();
        }
        tokio::runtime::Runtime::new().unwrap().block_on(admin.delete_records(&all, &AdminOptions::new())).unwrap();
    }

    fn start(&self, node: &str, roles: &str) -> Server {
        let config = self.folder.path().join(format!("{node}.toml"));
        let text = format!(
            "node = \"{node}\"\n[log]\nkafka = \"{}\"\ntopic = \"{TOPIC}\"\npartitions = {PARTITIONS}\ntimeout_ms = 3000\n[log.properties]\n\"session.timeout.ms\" = \"6000\"\n\
             \"heartbeat.interval.ms\" = \"500\"\n[history]\nclickhouse = \"{}\"\ndatabase = \"{}\"\ncommit_every_s = 1\n\
             [snapshots]\nurl = \"file://{}\"\n",
            self.broker.bootstrap(),
            self.engine.url(),
            self.database,
            self.snapshots().display()
        );
        std::fs::write(&config, text).unwrap();
        Server::start(&self.data(node), &["--config", config.to_str().unwrap(), "--roles", roles]).unwrap()
    }

    /// Asks ClickHouse until the answer is as wanted.
    fn until(&self, sql: &str, wanted: impl Fn(&str) -> bool) -> String {
        let mut said = String::new();
        for _ in 0..600 {
            said = self.engine.query(&sql.replace("{}", &self.database)).unwrap_or_default().trim().to_owned();
            if wanted(&said) {
                return said;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{sql}: {said}");
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.broker.bootstrap());
        config
    }
}

/// Waits until each server gives the answers of the peer.
fn agree(servers: &[&Server], peer: &Server) {
    for server in servers {
        for sql in QUESTIONS {
            server.until(sql, |rows| peer.sql(sql).is_ok_and(|other| !rows.is_empty() && other == rows)).unwrap();
        }
    }
}

fn alone(folder: &Path, lines: &[String]) -> Server {
    let server = Server::start(folder, &[]).unwrap();
    server.send(&lines.join("\n")).unwrap();
    let want = lines.len();
    server.until("SELECT count(*) AS n FROM events", |rows| rows[0]["n"] == want).unwrap();
    server
}

#[test]
fn nodes_share_the_work_and_show_the_figures_of_one_server() {
    let house = House::build();
    let lines = story(4_000);
    let gate = house.start("gate", "ingest");
    let (left, right) = (house.start("left", "history,wallboard"), house.start("right", "history,wallboard"));
    for batch in lines.chunks(400) {
        gate.send(&batch.join("\n")).unwrap();
    }
    // Every partition is in history, by the hands of both.
    let streams = "SELECT uniqExact(stream) FROM {}.callboard_commits";
    house.until(streams, |said| said == PARTITIONS.to_string());
    let writers =
        "SELECT uniqExact(splitByChar('-', writer)[1]) FROM (SELECT argMax(writer, epoch) AS writer FROM {}.callboard_writers GROUP BY stream)";
    house.until(writers, |said| said == "2");

    let own = tempfile::tempdir().unwrap();
    let peer = alone(own.path(), &lines);
    agree(&[&left, &right], &peer);

    // What a node does not do, it says.
    let refused = left.send(&lines[0]).unwrap_err().to_string();
    assert!(refused.contains("421"), "{refused}");
    let refused = gate.sql("SELECT 1 AS one").unwrap_err().to_string();
    assert!(refused.contains("421"), "{refused}");
    for server in [gate, left, right, peer] {
        server.stop().unwrap();
    }
    let ledger = callboard(&["verify", "--data", house.data("left").to_str().unwrap()]).unwrap();
    assert_eq!(ledger.lines().filter(|l| l.ends_with(" rows, 0 differ")).count(), 8, "{ledger}");
    let sql = |data: &Path| callboard(&["sql", "--data", data.to_str().unwrap(), "--format", "csv", QUESTIONS[0]]).unwrap();
    assert_eq!(sql(&house.data("right")), sql(own.path()));
}

#[test]
fn workers_that_die_are_fenced_or_join_late_leave_every_event_once() {
    let mut house = House::build();
    let lines = story(8_000);
    let mut batches = lines.chunks(1_000).map(|batch| batch.join("\n"));
    // What is refused is sent again, as a sender does.
    let mut send = |server: &Server| {
        let batch = batches.next().unwrap();
        let sent = (0..40).any(|_| {
            let taken = server.send(&batch).is_ok();
            if !taken {
                std::thread::sleep(Duration::from_millis(500));
            }
            taken
        });
        assert!(sent, "the log took nothing for 20 seconds");
    };
    let commits = "SELECT count() FROM {}.callboard_commits";
    let gate = house.start("gate", "ingest,wallboard");
    let left = house.start("left", "history");
    send(&gate);
    house.until(commits, |said| said != "0");

    // A second worker takes a share while events come in.
    let right = house.start("right", "history,wallboard");
    send(&gate);
    // One worker is killed while its commit arrives at ClickHouse; the other takes its partitions.
    house.engine.fault(Fault::Slow(800), "INTO queue_visits", 0).unwrap();
    send(&gate);
    std::thread::sleep(Duration::from_millis(1_300));
    left.kill().unwrap();
    house.until("SELECT max(last) FROM {}.callboard_commits", |said| !said.is_empty());

    // A record that is no event, a partition more, ClickHouse and the broker away for a while.
    let poison: BaseProducer = house.client().create().unwrap();
    poison.send(BaseRecord::to(TOPIC).key("c1").payload(b"no event".as_slice())).map_err(|(e, _)| e).unwrap();
    poison.flush(Duration::from_secs(10)).unwrap();
    let admin: AdminClient<DefaultClientContext> = house.client().create().unwrap();
    let more = NewPartitions::new(TOPIC, PARTITIONS + 1);
    tokio::runtime::Runtime::new().unwrap().block_on(admin.create_partitions([&more], &AdminOptions::new())).unwrap()[0].as_ref().unwrap();
    send(&gate);
    house.engine.kill().unwrap();
    send(&gate);
    std::thread::sleep(Duration::from_secs(2));
    house.engine.restart().unwrap();
    house.broker.kill().unwrap();
    house.broker.restart().unwrap();

    // One joins and is killed while the group still shares out anew, and another between its rows and their commit.
    let passing = house.start("passing", "history");
    std::thread::sleep(Duration::from_millis(300));
    passing.kill().unwrap();
    let left = house.start("left", "history");
    house.engine.fault(Fault::Slow(800), "INTO callboard_commits", 0).unwrap();
    send(&gate);
    std::thread::sleep(Duration::from_millis(1_300));
    left.kill().unwrap();

    // The killed one is back, and two that believe to be the only writer share in the end.
    let left = house.start("left", "history");
    for _ in 6..8 {
        send(&gate);
    }
    let own = tempfile::tempdir().unwrap();
    let peer = alone(own.path(), &lines);
    agree(&[&gate, &right], &peer);
    for server in [gate, left, right, peer] {
        server.stop().unwrap();
    }
    let ledger = callboard(&["verify", "--data", house.data("gate").to_str().unwrap()]).unwrap();
    assert_eq!(ledger.lines().filter(|l| l.ends_with(" rows, 0 differ")).count(), 8, "{ledger}");
}

/// Asks until a server is as ready as wanted, for a minute; what it said last.
fn ready(server: &Server, path: &str, wanted: u16) -> String {
    let mut said = (0, String::new());
    for _ in 0..600 {
        said = server.get(path).unwrap();
        if said.0 == wanted {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(said.0, wanted, "{}", said.1);
    said.1
}

#[test]
fn while_clickhouse_is_away_a_wall_starts_from_snapshots_and_waits_without_any() {
    let mut house = House::build();
    let lines = story(3_000);
    let first = house.start("first", "ingest,history,wallboard");
    first.send(&lines.join("\n")).unwrap();
    house.until("SELECT uniqExact(stream) FROM {}.callboard_commits", |said| said == PARTITIONS.to_string());
    first.stop().unwrap();
    assert_eq!(std::fs::read_dir(house.snapshots().join(&house.database).join(TOPIC)).unwrap().count(), PARTITIONS);
    house.drop_records();
    house.engine.kill().unwrap();

    // Another node, which never saw ClickHouse: what is live is shown, what is stored asks for it.
    let wall = house.start("wall", "wallboard");
    wall.until("SELECT count(*) AS n FROM live_calls", |rows| rows[0]["n"].as_i64() > Some(0)).unwrap();
    let refused = wall.sql(QUESTIONS[0]).unwrap_err().to_string();
    assert!(refused.contains("ClickHouse at http://127.0.0.1"), "{refused}");
    assert!(ready(&wall, "/readyz", 503).contains("history does not answer"));
    ready(&wall, "/readyz?exclude=history", 200);

    // Without snapshots nobody knows what came before the log begins.
    std::fs::remove_dir_all(house.snapshots()).unwrap();
    let late = house.start("late", "ingest,history,wallboard");
    assert!(ready(&late, "/readyz?exclude=history", 503).contains("only it knows where to go on"));
    let refused = late.sql("SELECT count(*) AS n FROM calls").unwrap_err().to_string();
    assert!(refused.contains("only it knows where to go on"), "{refused}");
    let more = story(4_000).split_off(3_000);
    assert_eq!(late.send(&more.join("\n")).unwrap()["accepted"], 1_000);

    house.engine.restart().unwrap();
    let own = tempfile::tempdir().unwrap();
    let all: Vec<String> = lines.into_iter().chain(more).collect();
    let peer = alone(own.path(), &all);
    // Each asks by itself, with pauses; until then the one that waits refuses questions.
    ready(&wall, "/readyz", 200);
    ready(&late, "/readyz", 200);
    agree(&[&wall, &late], &peer);
    for server in [wall, late, peer] {
        server.stop().unwrap();
    }
}
