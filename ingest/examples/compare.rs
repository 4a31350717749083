//! Reads a queue_log and the manager stream of the same time and tells where they disagree.
//!
//! `cargo run -p callboard-ingest --example compare -- QUEUE_LOG AMI_RAW [--index FILE [--skip EVENT,..]] [--truth FILE]`: both are folded
//! by the simplest fold there is. The index gives arrival times (`o` offset, `l` length, `t` epoch ms) for a stream
//! recorded without `timestampevents`; a stream named `.ndjson` holds events of the example `ami_live`; the truth is a JSON file with `queue_log.queues.<queue>.<EVENT>` counts.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use callboard_domain::state::{EndedBy, LeaveReason, MissReason, TransferKind};
use callboard_domain::{Body, Event, Timestamp};
use callboard_ingest::agents::AgentRules;
use callboard_ingest::dialect::Dialect;
use callboard_ingest::dialect::asterisk_ami::{AsteriskAmi, Message};
use callboard_ingest::dialect::asterisk_queue_log::AsteriskQueueLog;

type Counts = BTreeMap<(String, &'static str), i64>;

/// One stay in one queue.
#[derive(Debug, Clone)]
struct Visit {
    queue: String,
    entered_at: Timestamp,
    left_at: Option<Timestamp>,
    outcome: &'static str,
    agent: String,
}

/// What a stream says happened.
#[derive(Default)]
struct Fold {
    calls: BTreeMap<String, Vec<Visit>>,
    open: BTreeSet<String>,
    counts: Counts,
    events: usize,
    rejected: Vec<String>,
}

impl Fold {
    fn add(&mut self, event: &Event<'_>) {
        self.events += 1;
        let at = event.at;
        match &event.body {
            Body::CallStarted(c) => {
                self.open.insert(c.call.to_string());
            }
            Body::CallQueued(c) => {
                self.count(&c.queue, "ENTERQUEUE");
                self.open.insert(c.call.to_string());
                let visit = Visit { queue: c.queue.to_string(), entered_at: at, left_at: None, outcome: "waiting", agent: String::new() };
                self.calls.entry(c.call.to_string()).or_default().push(visit);
            }
            Body::CallAnswered(c) => self.leave(&c.call, c.queue.as_deref().unwrap_or_default(), at, "CONNECT", &c.agent),
            Body::CallLeftQueue(c) => {
                let outcome = match c.reason {
                    LeaveReason::Abandoned => "ABANDON",
                    LeaveReason::TimedOut => "EXITWITHTIMEOUT",
                    LeaveReason::Key => "EXITWITHKEY",
                    LeaveReason::Overflow => "EXITEMPTY",
                    LeaveReason::Lost => "lost",
                };
                self.leave(&c.call, &c.queue, at, outcome, "");
            }
            Body::CallRingMissed(c) => {
                let what = match c.reason {
                    MissReason::NoAnswer => "RINGNOANSWER",
                    MissReason::CallerGaveUp => "RINGCANCELED",
                    MissReason::AnsweredElsewhere => "(answered elsewhere)",
                    MissReason::Failed => "(ring failed)",
                };
                self.count(c.queue.as_deref().unwrap_or_default(), what);
            }
            Body::CallLegEnded(c) => {
                let what = match c.by {
                    Some(EndedBy::Caller) => "COMPLETECALLER",
                    Some(EndedBy::Agent) => "COMPLETEAGENT",
                    _ => "(ended by nobody)",
                };
                let queue = self.talking_queue(&c.call, &c.agent);
                self.count(&queue, what);
            }
            Body::CallTransferred(c) => {
                let what = if c.kind == TransferKind::Blind { "BLINDTRANSFER" } else { "ATTENDEDTRANSFER" };
                let queue = self.talking_queue(&c.call, &c.agent);
                self.count(&queue, what);
            }
            Body::CallEnded(c) => {
                self.open.remove(c.call.as_ref());
            }
            Body::SourceRestarted(r) => {
                for call in std::mem::take(&mut self.open) {
                    for visit in self.calls.get_mut(&call).into_iter().flatten().filter(|v| v.left_at.is_none()) {
                        (visit.outcome, visit.left_at) = ("lost", Some(r.last_seen_at.unwrap_or(at)));
                    }
                }
            }
            _ => {}
        }
    }

    fn leave(&mut self, call: &str, queue: &str, at: Timestamp, outcome: &'static str, agent: &str) {
        self.count(queue, outcome);
        let visits = self.calls.entry(call.to_owned()).or_default();
        if let Some(visit) = visits.iter_mut().find(|v| v.queue == queue && v.left_at.is_none()) {
            (visit.left_at, visit.outcome) = (Some(at), outcome);
            agent.clone_into(&mut visit.agent);
        }
    }

    fn talking_queue(&self, call: &str, agent: &str) -> String {
        let mut visits = self.calls.get(call).into_iter().flatten();
        visits.rfind(|v| v.agent == agent).map_or_else(String::new, |v| v.queue.clone())
    }

    fn count(&mut self, queue: &str, what: &'static str) {
        *self.counts.entry((queue.to_owned(), what)).or_default() += 1;
    }
}

fn lines(dialect: &mut dyn Dialect, bytes: &[u8]) -> Fold {
    let mut fold = Fold::default();
    for (number, line) in bytes.split(|b| *b == b'\n').enumerate() {
        match dialect.line(line) {
            Ok(events) => events.iter().for_each(|event| fold.add(event)),
            Err(reject) => fold.rejected.push(format!("line {}: {reject}", number + 1)),
        }
    }
    dialect.finish().iter().for_each(|event| fold.add(event));
    fold
}

fn indexed(ami: &mut AsteriskAmi, bytes: &[u8], index: &str, skip: &[&str]) -> Result<Fold, Box<dyn Error>> {
    let mut fold = Fold::default();
    for line in index.lines() {
        let entry: serde_json::Value = serde_json::from_str(line)?;
        if entry.get("mark").and_then(serde_json::Value::as_str) == Some("closed") {
            ami.disconnected();
        }
        let number = |key: &str| entry.get(key).and_then(serde_json::Value::as_i64);
        let (Some(offset), Some(length), Some(time)) = (number("o"), number("l"), number("t")) else { continue };
        let (offset, length) = (usize::try_from(offset)?, usize::try_from(length)?);
        let message = bytes.get(offset..offset + length).ok_or("the index points past the stream")?;
        match Message::parse(message) {
            Ok(message) if message.event().is_some_and(|event| skip.contains(&event)) => {}
            Ok(message) => ami.message(&message, Timestamp::from_millis(time)).iter().for_each(|event| fold.add(event)),
            Err(reject) => fold.rejected.push(format!("byte {offset}: {reject}")),
        }
    }
    Ok(fold)
}

/// Events that a live source has told already.
fn events(bytes: &[u8]) -> Result<Fold, Box<dyn Error>> {
    let mut fold = Fold::default();
    for line in bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
        fold.add(&Event::parse(line)?);
    }
    Ok(fold)
}

fn truth(path: &str) -> Result<BTreeMap<(String, String), i64>, Box<dyn Error>> {
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let queues = json.pointer("/queue_log/queues").and_then(serde_json::Value::as_object).ok_or("no queue_log.queues in the truth")?;
    let mut counts = BTreeMap::new();
    for (queue, events) in queues {
        for (event, count) in events.as_object().into_iter().flatten() {
            counts.insert((queue.clone(), event.clone()), count.as_i64().unwrap_or(0));
        }
    }
    Ok(counts)
}

fn print_counts(log: &Fold, ami: &Fold, truth: &BTreeMap<(String, String), i64>) -> usize {
    let mut keys: BTreeSet<(String, String)> = log.counts.keys().chain(ami.counts.keys()).map(|(q, e)| (q.clone(), (*e).to_owned())).collect();
    keys.extend(truth.keys().filter(|(_, event)| !event.ends_with("_s") && event != "unfinished").cloned());
    println!("{:<12} {:<22} {:>9} {:>6} {:>6}", "queue", "event", "queue_log", "ami", "truth");
    let mut different = 0;
    for key in keys {
        let of = |fold: &Fold| fold.counts.iter().find(|((q, e), _)| *q == key.0 && *e == key.1).map_or(0, |(_, n)| *n);
        let (in_log, in_ami, in_truth) = (of(log), of(ami), truth.get(&key).copied());
        // Of agents who rang beside the one who answered, queue_log says nothing.
        let same = key.1 == "(answered elsewhere)" || in_log == in_ami && in_truth.is_none_or(|n| n == in_log);
        different += usize::from(!same);
        let shown = in_truth.map_or_else(|| "-".to_owned(), |n| n.to_string());
        println!("{:<12} {:<22} {in_log:>9} {in_ami:>6} {shown:>6}{}", key.0, key.1, if same { "" } else { "  <" });
    }
    different
}

fn print_visits(log: &Fold, ami: &Fold) -> usize {
    let mut different = 0;
    let (mut worst_ms, mut compared) = (0, 0);
    let calls: BTreeSet<&String> = log.calls.keys().chain(ami.calls.keys()).collect();
    for call in calls {
        let (ours, theirs) = (log.calls.get(call).cloned().unwrap_or_default(), ami.calls.get(call).cloned().unwrap_or_default());
        if ours.len() != theirs.len() {
            different += 1;
            println!("{call}: {} visits in queue_log, {} in ami", ours.len(), theirs.len());
            continue;
        }
        for (a, b) in ours.iter().zip(&theirs) {
            if (&a.queue, a.outcome, &a.agent) != (&b.queue, b.outcome, &b.agent) {
                different += 1;
                println!("{call}: {} {} {} in queue_log, {} {} {} in ami", a.queue, a.outcome, a.agent, b.queue, b.outcome, b.agent);
            }
            // A lost call ends when its source was last heard, and the manager is heard more often than the file.
            if let (Some(log_left), Some(ami_left), false) = (a.left_at, b.left_at, a.outcome == "lost") {
                let apart_ms = (log_left.since(a.entered_at) - ami_left.since(b.entered_at)).abs();
                compared += 1;
                worst_ms = worst_ms.max(apart_ms);
                if apart_ms > 1_000 {
                    different += 1;
                    println!("{call}: {} waits differ by {apart_ms} ms", a.queue);
                }
            }
        }
    }
    println!("waits compared: {compared}, worst difference {worst_ms} ms");
    different
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).cloned();
    let [queue_log, ami_raw, ..] = args.as_slice() else {
        return Err("usage: compare QUEUE_LOG AMI_RAW [--index FILE [--skip EVENT,..]] [--truth FILE]".into());
    };
    let log = lines(&mut AsteriskQueueLog::new("asterisk", AgentRules::default()), &std::fs::read(queue_log)?);
    let stream = std::fs::read(ami_raw)?;
    let mut dialect = AsteriskAmi::new("asterisk", AgentRules::default());
    let ami = match option("--index") {
        Some(index) => {
            let skip = option("--skip").unwrap_or_default();
            indexed(&mut dialect, &stream, &std::fs::read_to_string(index)?, &skip.split(',').collect::<Vec<_>>())?
        }
        None if ami_raw.ends_with(".ndjson") => events(&stream)?,
        None => lines(&mut dialect, &stream),
    };
    let truth = option("--truth").map(|path| truth(&path)).transpose()?.unwrap_or_default();
    for (name, fold) in [("queue_log", &log), ("ami", &ami)] {
        println!("{name}: {} events, {} calls, {} open at the end, {} rejected", fold.events, fold.calls.len(), fold.open.len(), fold.rejected.len());
        fold.rejected.iter().take(20).for_each(|reject| println!("  {reject}"));
    }
    let different = print_counts(&log, &ami, &truth) + print_visits(&log, &ami);
    println!("{different} differences");
    if different > 0 { Err("they differ".into()) } else { Ok(()) }
}
