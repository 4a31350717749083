//! The common input: call events of one day as NDJSON, ordered by time, about 240 bytes each, seeded.
//!
//! Every line also carries `in_queue`, `entered_at` and, once decided, `wait_ms`: a peer needs no state to answer.
//! Callboard does not read these and works from the call's own events.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallAnswered, CallEnded, CallQueued, Event};
use callboard_domain::state::EndedBy;
use callboard_domain::time::{DAY_MS, MINUTE_MS};

use crate::process::digest;
use crate::session::Session;

/// Midnight at which the day begins: 2025-11-18T00:00:00.000Z.
pub const START_MS: i64 = 1_763_424_000_000;
/// Answered in time: waited at most so long, ms.
pub const TARGET_MS: i64 = 20_000;
/// The longest wait, ms.
pub const LONGEST_WAIT_MS: i64 = 120_000;
const QUEUES: u64 = 50;
const AGENTS: u64 = 2_000;
/// Read at once.
const PIECE_BYTES: usize = 4 << 20;

/// Which events a call has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Two a call: queued, then answered or ended by the caller. An answered call is never told to end.
    Two,
    /// Answered calls end too: 2.9 events a call.
    Ending,
}

/// An input on disk.
#[derive(Debug)]
pub struct Input {
    /// The NDJSON file.
    pub path: PathBuf,
    /// Its lines.
    pub events: usize,
    /// Its bytes.
    pub bytes: u64,
    /// Its calls.
    pub calls: usize,
    /// Digest of the right answer.
    pub truth: String,
}

/// What is counted per queue and minute in which the wait began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waits that began.
    pub offered: i64,
    /// Of these answered.
    pub answered: i64,
    /// Of these abandoned.
    pub abandoned: i64,
    /// Of these answered in 20 s.
    pub in_target: i64,
    /// Sum of their waits, ms.
    pub wait_ms: i64,
}

impl Counts {
    /// A line of the answer: `queue,minute in ms,offered,answered,abandoned,answered in 20 s,mean wait in ms`, the
    /// mean rounded down.
    #[must_use]
    pub fn line(&self, queue: &str, minute_ms: i64) -> String {
        let Self { offered, answered, abandoned, in_target, wait_ms } = self;
        let mean = wait_ms / (answered + abandoned).max(1);
        format!("{queue},{minute_ms},{offered},{answered},{abandoned},{in_target},{mean}")
    }
}

impl Input {
    /// Writes the input of this size and shape into the session's folder, over one that is there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(session: &Session, shape: Shape) -> Result<Self> {
        Self::write_events(session, session.events, shape)
    }

    /// The same with a size of its own.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_events(session: &Session, events: usize, shape: Shape) -> Result<Self> {
        let name = format!("input-{events}-{}.ndjson", if shape == Shape::Two { "two" } else { "ending" });
        let path = session.out().join(name);
        eprintln!("writing {}", path.display());
        write(&path, events, shape).with_context(|| format!("could not write {}", path.display()))
    }

    /// A sentence for titles.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} events, {} calls, {} bytes an event", self.events, self.calls, self.bytes / self.events.max(1) as u64)
    }
}

/// Reads a file in pieces, as every contestant of ours does, and hands on each line without its line feed.
///
/// # Errors
/// When the file cannot be read or `each` refuses a line.
pub fn for_each_line(path: &Path, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let mut buffer = vec![0; PIECE_BYTES];
    let mut kept = 0;
    loop {
        let room = buffer.get_mut(kept..).filter(|r| !r.is_empty()).with_context(|| format!("a line of {} is too long", path.display()))?;
        let read = file.read(room).with_context(|| format!("could not read {}", path.display()))?;
        let text = buffer.get(..kept + read).unwrap_or_default();
        let mut begin = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            each(text.get(begin..end).unwrap_or_default())?;
            begin = end + 1;
        }
        let end = text.len();
        buffer.copy_within(begin..end, 0);
        kept = end - begin;
        if read == 0 {
            return if kept == 0 { Ok(()) } else { bail!("the last line of {} is torn", path.display()) };
        }
    }
}

/// One call in the making.
struct Call {
    number: usize,
    queue: u64,
    agent: u64,
    entered_at: Timestamp,
    wait_ms: i64,
    talk_ms: i64,
    answered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Queued,
    Decided,
    Ended,
}

fn write(path: &Path, events: usize, shape: Shape) -> Result<Input> {
    let calls = match shape {
        Shape::Two => events / 2,
        Shape::Ending => events * 10 / 29,
    }
    .max(1);
    let last = if shape == Shape::Two { Step::Decided } else { Step::Ended };
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    // Waits and conversations end within the day.
    let span_ms = DAY_MS - 20 * MINUTE_MS;
    let mut out = Writer { file: BufWriter::with_capacity(1 << 20, File::create(path)?), events: 0, bytes: 0 };
    let mut answer: BTreeMap<(u64, i64), Counts> = BTreeMap::new();
    // What is still to be told: time, call, step. Holds the calls of a few minutes.
    let mut due: BinaryHeap<Reverse<(Timestamp, usize, Step)>> = BinaryHeap::new();
    let mut open: BTreeMap<usize, Call> = BTreeMap::new();
    for number in 0..calls {
        let entered_at = Timestamp::from_millis(START_MS + (span_ms as i128 * number as i128 / calls as i128) as i64);
        while let Some(Reverse((at, which, step))) = due.peek().copied().filter(|d| d.0.0 <= entered_at) {
            due.pop();
            tell(&mut out, &mut open, which, step, at, last)?;
        }
        let answered = random.below(10) < 9;
        let longest_ms = if random.below(10) < 8 { TARGET_MS } else { LONGEST_WAIT_MS };
        let wait_ms = 200 + random.below(longest_ms as u64 - 200) as i64;
        let (queue, agent, talk_ms) = (random.below(QUEUES), random.below(AGENTS), 20_000 + random.below(580_000) as i64);
        let call = Call { number, queue, agent, entered_at, wait_ms, talk_ms, answered };
        count(&mut answer, &call);
        let decided_at = entered_at.plus(wait_ms);
        due.push(Reverse((decided_at, number, Step::Decided)));
        if answered && shape == Shape::Ending {
            due.push(Reverse((decided_at.plus(talk_ms), number, Step::Ended)));
        }
        out.line(&call, Step::Queued, entered_at)?;
        open.insert(number, call);
    }
    while let Some(Reverse((at, which, step))) = due.pop() {
        tell(&mut out, &mut open, which, step, at, last)?;
    }
    out.file.flush()?;
    let lines = answer.iter().map(|((queue, minute_ms), counts)| counts.line(&queue_name(*queue), *minute_ms)).collect();
    Ok(Input { path: path.to_path_buf(), events: out.events, bytes: out.bytes, calls, truth: digest(lines) })
}

fn tell(out: &mut Writer, open: &mut BTreeMap<usize, Call>, which: usize, step: Step, at: Timestamp, last: Step) -> Result<()> {
    let Some(call) = open.get(&which) else { return Ok(()) };
    out.line(call, step, at)?;
    if step == last || !call.answered {
        open.remove(&which);
    }
    Ok(())
}

fn count(answer: &mut BTreeMap<(u64, i64), Counts>, call: &Call) {
    let counts = answer.entry((call.queue, call.entered_at.floor(MINUTE_MS).as_millis())).or_default();
    counts.offered += 1;
    counts.answered += i64::from(call.answered);
    counts.abandoned += i64::from(!call.answered);
    counts.in_target += i64::from(call.answered && call.wait_ms <= TARGET_MS);
    counts.wait_ms += call.wait_ms;
}

struct Writer {
    file: BufWriter<File>,
    events: usize,
    bytes: u64,
}

impl Writer {
    fn line(&mut self, call: &Call, step: Step, at: Timestamp) -> Result<()> {
        let name = format!("{}.{}", call.entered_at.as_millis() / 1_000, call.number);
        let queue = queue_name(call.queue);
        let body = match step {
            Step::Queued => {
                Body::CallQueued(CallQueued { call: name.as_str().into(), queue: queue.as_str().into(), position: Some(1 + call.number as u32 % 9) })
            }
            Step::Decided if call.answered => Body::CallAnswered(CallAnswered {
                call: name.as_str().into(),
                agent: format!("agent-{:04}", call.agent).into(),
                queue: Some(queue.as_str().into()),
                ring_ms: Some(call.wait_ms / 2),
            }),
            Step::Decided | Step::Ended => Body::CallEnded(CallEnded { call: name.as_str().into(), by: Some(EndedBy::Caller) }),
        };
        let id = format!("pbx1-{name}-{}", step as u8);
        let mut line = Event { id: id.into(), at, source: "pbx1".into(), body }.to_line();
        line.pop();
        // What a stateless peer needs.
        match step {
            Step::Queued => line.push_str(&format!(r#","in_queue":"{queue}","entered_at":"{}""#, call.entered_at)),
            Step::Decided => line.push_str(&format!(r#","in_queue":"{queue}","entered_at":"{}","wait_ms":{}"#, call.entered_at, call.wait_ms)),
            Step::Ended => line.push_str(&format!(r#","in_queue":"{queue}","entered_at":"{}","talk_ms":{}"#, call.entered_at, call.talk_ms)),
        }
        line.push('}');
        line.push('\n');
        self.events += 1;
        self.bytes += line.len() as u64;
        self.file.write_all(line.as_bytes())?;
        Ok(())
    }
}

fn queue_name(queue: u64) -> String {
    format!("queue-{queue:02}")
}

/// xorshift64*: the same numbers for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_is_ordered_readable_and_of_the_size_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        for (shape, calls) in [(Shape::Two, 1_000), (Shape::Ending, 689)] {
            let input = write(&folder.path().join("x"), 2_000, shape).unwrap();
            assert_eq!(input.calls, calls);
            assert!(input.events.abs_diff(2_000) <= 60, "{}", input.events);
            let text = std::fs::read_to_string(&input.path).unwrap();
            let mut last = Timestamp::from_millis(0);
            for line in text.lines() {
                let event = Event::parse(line.as_bytes()).unwrap();
                assert!(event.at >= last, "{line}");
                last = event.at;
            }
            assert_eq!(text.lines().count(), input.events);
            let per_event = text.len() / input.events;
            assert!((215..265).contains(&per_event), "{per_event} bytes an event");
            assert!(last < Timestamp::from_millis(START_MS + DAY_MS));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_answer() {
        let folder = tempfile::tempdir().unwrap();
        let truth = |events| write(&folder.path().join("x"), events, Shape::Two).unwrap().truth;
        assert_eq!(truth(1_000), truth(1_000));
        assert_ne!(truth(1_000), truth(1_002));
    }
}
