//! Row 14: from the start of the program to the first right board, with the events of a whole day behind it.
//!
//! The day was imported; then the server took the last half minute of a busy centre and was killed, so that it has to
//! fold what no commit holds. It is killed after each start too, before it commits: every start begins the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arrow::array::{ArrayRef, RecordBatch, StringBuilder, TimestampMillisecondBuilder};
use callboard_domain::Event;
use callboard_domain::event::{Body, Key};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};

use crate::ask::Peer;
use crate::contest::{Contest, Sample};
use crate::imported::{Tally, import};
use crate::meter::Meter;
use crate::process::digest;
use crate::report::{Cell, Goal, Report};
use crate::serving::{Serving, program};
use crate::session::Session;
use crate::today::Today;

/// Events of the day at full size.
const EVENTS: usize = 10_000_000;
/// Events after the last commit: half a minute of a busy centre's 1,000 a second.
const TAIL: u64 = 30_000;
/// Events sent at once.
const BATCH: usize = 2_000;
/// Rows of a batch of the day's Parquet file.
const ROWS: usize = 65_536;
const SEED: u64 = 14;
const SQL: &str = "SELECT queue, count(*) FILTER (type = 'call.queued') AS offered, count(*) FILTER (type = 'call.answered') AS answered, \
     count(*) FILTER (type = 'call.left_queue') AS left_queue FROM read_parquet('{}') WHERE queue IS NOT NULL GROUP BY queue";

/// A data folder with a day in it, kept between runs of the same day and program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    today: Today,
    program: (u64, std::time::SystemTime),
    events: u64,
    offered: u64,
}

/// Runs the row.
///
/// # Errors
/// When a day cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let full = session.scaled(EVENTS, 200_000) as u64;
    let names = ["full", "tenth", "hundredth"];
    let days: Vec<(&str, PathBuf, Kept)> = names
        .iter()
        .zip([full, full / 10, full / 100])
        .map(|(name, events)| {
            let folder = session.out().join(format!("restart-{name}"));
            day(&folder, events).map(|kept| (*name, folder, kept))
        })
        .collect::<Result<_>>()?;
    let (_, folder, kept) = days.first().context("no day")?;
    let raw = folder.join("events.parquet");
    let mut duck = Peer::duckdb(session);
    let mut contest = Contest::new(format!(
        "restart to the first right board: {} events today, {} visits; also a tenth and a hundredth",
        kept.events, kept.offered
    ));
    for (name, folder, kept) in &days {
        contest = contest.contestant(name, move || restart(session, folder, kept));
    }
    let results = contest
        .contestant("duckdb", || {
            let duck = duck.as_mut().map_err(|e| anyhow::anyhow!("{e:#}"))?;
            let (sample, _) = duck.ask(&SQL.replace("{}", &raw.display().to_string()))?;
            let (_, rows) = duck.ask(&format!("SELECT count(*) FROM read_parquet('{}') WHERE type = 'call.queued'", raw.display()))?;
            Ok(sample.answering(digest(rows)))
        })
        .run(session);
    report.add(
        results,
        [
            Cell::alone("14", format!("restart to the right board, {} events today, s", kept.events), "wall_s", "full", Goal::AtMost(1.0)),
            Cell::against("14", "the same against DuckDB aggregating the day", "wall_s", "full", "duckdb", Goal::AtMostTimes(1.0)),
            Cell::against("14", "a tenth of the day by the whole day", "wall_s", "full", "tenth", Goal::None),
            Cell::against("14", "a hundredth of the day by the whole day", "wall_s", "full", "hundredth", Goal::None),
        ],
    );
    report.note(format!("up to {TAIL} events lie behind the last commit and are folded at the start"));
    Ok(())
}

/// One start; the answer is the number of callers on the board.
fn restart(session: &Session, folder: &Path, kept: &Kept) -> Result<Sample> {
    let meter = Meter::start();
    let mut serving = Serving::start(&folder.join("data"), &kept.today.zone)?;
    let mut screen = serving.screen()?;
    let listening = meter.elapsed();
    let shown = screen.until(kept.offered)?;
    session.plant().burn(meter.elapsed());
    let wall = meter.elapsed();
    let resident = serving.resident_bytes()?;
    serving.kill()?;
    let callers = shown.offered.context("no figure")?;
    let sample = Sample::default().with("wall_s", wall.as_secs_f64()).with("listening_s", listening.as_secs_f64());
    let sample = sample.with("resident_mb", resident as f64 / 1e6);
    // Only the whole day is compared with DuckDB's count.
    Ok(if folder.join("events.parquet").exists() { sample.answering(digest(vec![callers.to_string()])) } else { sample })
}

/// The day in `folder`, made when it is not there, of another day or of another program.
fn day(folder: &Path, events: u64) -> Result<Kept> {
    let mark = folder.join("kept.json");
    let meta = fs::metadata(program()?)?;
    let program = (meta.len(), meta.modified()?);
    if let Some(kept) = fs::read(&mark).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok())
        && kept.program == program
        && kept.today.lasts()
        && kept.events == events
    {
        return Ok(kept);
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    eprintln!("making a day of {events} events");
    let today = Today::now();
    let tail = TAIL.min(events / 10);
    let mut raw = if folder.ends_with("restart-full") { Some(Raw::create(&folder.join("events.parquet"))?) } else { None };
    let mut story = today.events(SEED, events)?;
    let first = story.by_ref().take((events - tail) as usize);
    let mut tally = import(&folder.join("data"), first, |event, _| raw.as_mut().map_or(Ok(()), |raw| raw.push(event)))?;
    send_tail(folder, &today, story, &mut tally, raw.as_mut())?;
    if let Some(raw) = raw {
        raw.close()?;
    }
    ensure!(tally.events == events, "{} events instead of {events}", tally.events);
    let kept = Kept { today, program, events, offered: tally.offered };
    fs::write(&mark, serde_json::to_vec(&kept)?)?;
    Ok(kept)
}

/// Sends the last events to a server and kills it before it commits.
fn send_tail(folder: &Path, today: &Today, story: impl Iterator<Item = Event<'static>>, tally: &mut Tally, mut raw: Option<&mut Raw>) -> Result<()> {
    let mut serving = Serving::start(&folder.join("data"), &today.zone)?;
    drop(serving.screen()?);
    let mut lines = Vec::new();
    let mut waiting = 0;
    for event in story {
        let line = event.to_line();
        tally.count(&event, &line);
        if let Some(raw) = raw.as_deref_mut() {
            raw.push(&event)?;
        }
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
        waiting += 1;
        if waiting == BATCH {
            serving.send(&lines)?;
            lines.clear();
            waiting = 0;
        }
    }
    if waiting > 0 {
        serving.send(&lines)?;
    }
    serving.kill()
}

/// The day's events as a Parquet file, for DuckDB.
struct Raw {
    writer: ArrowWriter<fs::File>,
    at: TimestampMillisecondBuilder,
    texts: [StringBuilder; 5],
    rows: usize,
}

const TEXTS: [&str; 5] = ["source", "type", "call", "queue", "agent"];

impl Raw {
    fn create(path: &Path) -> Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
        let (at, mut texts) = Self::builders();
        let writer = ArrowWriter::try_new(fs::File::create(path)?, Self::batch(&mut Self::builders().0, &mut texts)?.schema(), Some(properties))?;
        Ok(Self { writer, at, texts, rows: 0 })
    }

    fn builders() -> (TimestampMillisecondBuilder, [StringBuilder; 5]) {
        (TimestampMillisecondBuilder::new(), std::array::from_fn(|_| StringBuilder::new()))
    }

    fn batch(at: &mut TimestampMillisecondBuilder, texts: &mut [StringBuilder; 5]) -> Result<RecordBatch> {
        let mut columns: Vec<(&str, ArrayRef, bool)> = vec![("at", Arc::new(at.finish()), true)];
        for (name, text) in TEXTS.iter().zip(texts.iter_mut()) {
            columns.push((name, Arc::new(text.finish()), true));
        }
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }

    fn push(&mut self, event: &Event<'_>) -> Result<()> {
        let (call, agent) = match event.key() {
            Key::Call(call) => (Some(call), None),
            Key::Agent(agent) => (None, Some(agent)),
            Key::Source(_) => (None, None),
        };
        let queue = match &event.body {
            Body::CallQueued(e) => Some(e.queue.as_ref()),
            Body::CallAnswered(e) => e.queue.as_deref(),
            Body::CallLeftQueue(e) => Some(e.queue.as_ref()),
            _ => None,
        };
        self.at.append_value(event.at.as_millis());
        let values = [Some(event.source.as_ref()), Some(event.kind()), call, queue, agent];
        self.texts.iter_mut().zip(values).for_each(|(text, value)| text.append_option(value));
        self.rows += 1;
        if self.rows.is_multiple_of(ROWS) {
            self.writer.write(&Self::batch(&mut self.at, &mut self.texts)?)?;
        }
        Ok(())
    }

    fn close(mut self) -> Result<()> {
        self.writer.write(&Self::batch(&mut self.at, &mut self.texts)?)?;
        self.writer.close()?;
        Ok(())
    }
}
