//! A process that appends is killed at random moments; whatever it had acknowledged must be there, once.
//!
//! The child is this test binary again. It prints an acknowledgement after each append; the parent counts them and
//! kills it without warning, then opens the log and compares.
#![expect(clippy::unwrap_used, reason = "a test may stop at once")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use callboard_domain::event::Key;
use callboard_domain::{Clock, Timestamp};
use callboard_ingest::log::{Batch, Embedded, Options};

const FOLDER: &str = "CALLBOARD_CRASH_FOLDER";
const SEED: &str = "CALLBOARD_CRASH_SEED";
const START_MS: i64 = 1_763_460_000_000;
const SENDERS: u64 = 4;
const ROUNDS: u64 = 12;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START_MS)
    }
}

/// xorshift64*: small, seeded, good enough to choose sizes and moments.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

fn event(sender: u64, number: u64) -> (String, String, Timestamp) {
    let id = format!("s{sender}-{number}");
    let at = Timestamp::from_millis(START_MS + i64::try_from(number).unwrap() * 40);
    let line = format!(r#"{{"id":"{id}","at":"{at}","source":"pbx{sender}","type":"call.queued","call":"{id}","queue":"cards"}}"#);
    (line, id, at)
}

fn batch(sender: u64, from: u64, count: u64) -> Batch {
    let mut batch = Batch::default();
    for number in from..from + count {
        let (line, id, at) = event(sender, number);
        batch.push(line.as_bytes(), &id, at, Key::Call("c"));
    }
    batch.pack();
    batch
}

/// How often each event is in the log.
fn held(folder: &Path) -> HashMap<String, u32> {
    let (log, writer) = Embedded::open(&Options::new(folder), Arc::new(Fixed)).unwrap();
    drop(writer);
    let mut held = HashMap::new();
    let mut from = log.start();
    while let Some(block) = log.read(from, usize::MAX).unwrap() {
        for line in block.lines() {
            let event = callboard_domain::Event::parse(line).unwrap();
            *held.entry(event.id.into_owned()).or_insert(0) += 1;
        }
        from = block.end();
    }
    assert_eq!(from, log.end());
    held
}

#[test]
#[ignore = "the crash test runs it as its child"]
fn child_that_appends_until_it_is_killed() {
    let folder = std::env::var_os(FOLDER).expect("the parent names the folder");
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let present = held(Path::new(&folder));
    let (log, writer) = Embedded::open(&Options::new(Path::new(&folder)), Arc::new(Fixed)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| writer.run().unwrap());
        for sender in 0..SENDERS {
            let log = Arc::clone(&log);
            let mut next = (0..).find(|n| !present.contains_key(&format!("s{sender}-{n}"))).unwrap();
            // What was not acknowledged is sent again, and a little of what was.
            next -= next.min(50);
            scope.spawn(move || {
                let mut random = Random(seed * 31 + sender + 1);
                loop {
                    let count = [1, 1, 3, 40, 300][usize::try_from(random.below(5)).unwrap()] + random.below(9);
                    log.append_blocking(batch(sender, next, count)).unwrap();
                    next += count;
                    // One write, so that a line is whole whenever the kill comes.
                    std::io::stdout().write_all(format!("\nack {sender} {next}\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0xCA11_B0A2);
    let mut acknowledged = [0_u64; SENDERS as usize];
    for round in 1..=ROUNDS {
        let moment = random.below(120) + 1;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_appends_until_it_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(SEED, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acks = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some(ack) = line.strip_prefix("ack ") else { continue };
            let (sender, upto) = ack.split_once(' ').unwrap();
            let sender: usize = sender.parse().unwrap();
            acknowledged[sender] = acknowledged[sender].max(upto.parse().unwrap());
            acks += 1;
            if acks == moment {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(acks >= moment, "round {round}: the child ended by itself after {acks} of {moment} acknowledgements");
        let held = held(folder.path());
        for (sender, upto) in (0..).zip(acknowledged) {
            for number in 0..upto {
                let id = format!("s{sender}-{number}");
                assert_eq!(held.get(&id), Some(&1), "round {round}, killed after {moment} acknowledgements: {id}");
            }
        }
        assert!(held.values().all(|count| *count == 1), "round {round}: an event is there twice");
    }
}
