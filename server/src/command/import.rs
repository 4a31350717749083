//! `callboard import`: files through a dialect into a data folder or a running server.

mod reader;
mod sink;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use callboard_analytics::Settings;
use callboard_ingest::agents::AgentRules;
use callboard_ingest::dialect::asterisk_ami::AsteriskAmi;
use callboard_ingest::dialect::asterisk_queue_log::AsteriskQueueLog;
use callboard_ingest::dialect::csv::{CallList, Mapping};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{self, DialectName};
use crate::data::Data;
use crate::fold::Fold;
use reader::{Reader, Speech};
use sink::Sink;

/// What became of all files together: lines read and rejected, events accepted and known already.
#[derive(Debug, Default)]
struct Tally {
    read: usize,
    accepted: usize,
    duplicate: usize,
    rejected: usize,
}

pub(super) fn run(options: &cli::Import) -> anyhow::Result<ExitCode> {
    let runtime = super::runtime(2)?;
    let clock = crate::clock::machine();
    let mut reader = Reader::new(speech(options)?);
    let tally = match (&options.place.server, &options.place.data) {
        (Some(url), _) => read_all(options, &mut reader, &mut Sink::server(url, &options.source))?,
        (None, folder) => {
            let data = Data::open(folder.as_deref().unwrap_or(Path::new("data")), &clock)?;
            let mut sink = Sink::intake(data.intake.clone(), runtime.handle().clone(), &options.source);
            let tally = read_all(options, &mut reader, &mut sink)?;
            fold_in(&data, &clock)?;
            runtime.block_on(data.close())?;
            tally
        }
    };
    println!("read {}, accepted {}, duplicate {}, rejected {}", tally.read, tally.accepted, tally.duplicate, tally.rejected);
    Ok(ExitCode::SUCCESS)
}

/// The dialect that was asked for.
fn speech(options: &cli::Import) -> anyhow::Result<Speech> {
    crate::config::zone(&options.zone)?;
    let rules = AgentRules::default();
    Ok(match options.dialect {
        DialectName::Events => Speech::Events,
        DialectName::AsteriskQueueLog => Speech::Dialect(Box::new(AsteriskQueueLog::new(&options.source, rules))),
        DialectName::AsteriskAmi => Speech::Dialect(Box::new(AsteriskAmi::new(&options.source, rules))),
        DialectName::Csv => {
            let path = options.map.as_deref().context("a call list needs --map FILE, the mapping of its columns")?;
            let text = std::fs::read_to_string(path).with_context(|| format!("could not read the mapping {}", path.display()))?;
            let mapping = Mapping::parse(&text).with_context(|| format!("could not understand the mapping {}", path.display()))?;
            let zone = mapping.times.zone.is_none().then_some(options.zone.as_str());
            Speech::Csv(Box::new(CallList::new(mapping, &options.source, zone)?))
        }
    })
}

fn read_all(options: &cli::Import, reader: &mut Reader, sink: &mut Sink) -> anyhow::Result<Tally> {
    let sizes = options.files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len()).sum();
    let bar = ProgressBar::new(sizes);
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}")?);
    for file in &options.files {
        bar.set_message(file.display().to_string());
        reader.file(file, sink, |bytes| bar.inc(bytes)).with_context(|| format!("could not import {}", file.display()))?;
    }
    reader.finish(sink)?;
    sink.flush()?;
    bar.finish_and_clear();
    Ok(Tally { read: reader.read(), accepted: sink.accepted(), duplicate: sink.duplicate(), rejected: sink.rejected() })
}

/// Folds what was imported into history, so that the next start finds it there.
fn fold_in(data: &Data, clock: &std::sync::Arc<dyn callboard_domain::Clock>) -> anyhow::Result<()> {
    let mut fold = Fold::open(data.parts(Settings::default(), clock))?;
    let bar = ProgressBar::new(callboard_ingest::log::Log::end(data.log.as_ref()));
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} events folded {per_sec}")?);
    fold.run_to_end(|position| bar.set_position(position))?;
    bar.finish_and_clear();
    if fold.late() > 0 {
        eprintln!("{} events told of calls or agents whose rows were closed already; they are in the log, and in no figure", fold.late());
    }
    Ok(())
}
