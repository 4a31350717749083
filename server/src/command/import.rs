//! `callboard import`: files through a dialect into a data folder or a running server.

mod reader;
mod sink;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use callboard_analytics::Settings;
use callboard_ingest::dialect::asterisk_ami::AsteriskAmi;
use callboard_ingest::dialect::asterisk_queue_log::AsteriskQueueLog;
use callboard_ingest::dialect::csv::{CallList, Mapping};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{self, DialectName};
use crate::client::Client;
use crate::config::{Config, zone};
use crate::data::{Data, Patience};
use crate::fold::still;
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
    for file in &options.files {
        readable(file)?;
    }
    let config = Config::load(options.config.as_deref())?;
    let (speech, zone) = speech(options, &config)?;
    let mut reader = Reader::new(speech);
    let tally = match (&options.place.server, &options.place.data) {
        (Some(url), _) => read_all(options, &mut reader, &mut Sink::server(Client::new(url, options.token.token.as_deref())?, &options.source))?,
        (None, folder) => into_folder(options, config, folder.as_deref().unwrap_or(Path::new("data")), zone, &mut reader)?,
    };
    super::print(&format!("read {}, accepted {}, duplicate {}, rejected {}", tally.read, tally.accepted, tally.duplicate, tally.rejected))?;
    Ok(ExitCode::SUCCESS)
}

/// Looks at a file before anything is opened or made for it.
fn readable(file: &Path) -> anyhow::Result<()> {
    if file.as_os_str() == "-" {
        return Ok(());
    }
    let name = file.display();
    match std::fs::metadata(file) {
        Ok(about) if about.is_dir() => bail!("could not import {name}: it is a folder; name the files in it, oldest first"),
        Ok(about) => {
            if about.is_file() && about.len() == 0 {
                eprintln!("{name}: the file is empty");
            }
            std::fs::File::open(file).map(drop).with_context(|| format!("could not import {name}"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!("could not import {name}: there is no such file"),
        Err(error) => Err(error).with_context(|| format!("could not import {name}")),
    }
}

fn into_folder(options: &cli::Import, mut config: Config, folder: &Path, new_zone: Option<String>, reader: &mut Reader) -> anyhow::Result<Tally> {
    if options.config.is_some() {
        config.recall_organisation(folder)?;
    } else if !config.recall(folder)? {
        config.zone = new_zone.unwrap_or(config.zone);
    }
    let settings = config.settings()?;
    let (runtime, clock) = (super::runtime(2)?, crate::clock::machine());
    let data = Data::open(folder, &clock, &Patience::Ends)?;
    config.remember(folder)?;
    let mut sink = Sink::intake(data.intake.clone(), runtime.handle().clone(), &options.source);
    let tally = read_all(options, reader, &mut sink)?;
    fold_in(&data, settings, &clock)?;
    runtime.block_on(data.close())?;
    Ok(tally)
}

/// The dialect that was asked for, and the zone of its times as far as it is known.
fn speech(options: &cli::Import, config: &Config) -> anyhow::Result<(Speech, Option<String>)> {
    if let Some(name) = &options.zone {
        zone(name)?;
    }
    let rules = config.rules_of(&options.source)?;
    let speech = match options.dialect {
        DialectName::Events => Speech::Events,
        DialectName::AsteriskQueueLog => Speech::Dialect(Box::new(AsteriskQueueLog::new(&options.source, rules))),
        DialectName::AsteriskAmi => Speech::Dialect(Box::new(AsteriskAmi::new(&options.source, rules))),
        DialectName::Csv => return call_list(options),
    };
    Ok((speech, options.zone.clone()))
}

fn call_list(options: &cli::Import) -> anyhow::Result<(Speech, Option<String>)> {
    let path = options.map.as_deref().context("a call list needs --map FILE, the mapping of its columns")?;
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read the mapping {}", path.display()))?;
    let wrong = || format!("could not use the mapping {}", path.display());
    let mapping = Mapping::parse(&text).with_context(wrong)?;
    let named = mapping.times.zone.clone();
    if let (Some(ours), Some(theirs)) = (&options.zone, &named)
        && ours != theirs
    {
        eprintln!("times are read in {ours} as --zone says, not in {theirs} as {} does", path.display());
    }
    let zone = options.zone.clone().or(named);
    let list = CallList::new(mapping, &options.source, zone.as_deref()).with_context(wrong)?;
    Ok((Speech::Csv(Box::new(list)), zone))
}

fn read_all(options: &cli::Import, reader: &mut Reader, sink: &mut Sink) -> anyhow::Result<Tally> {
    let sizes = options.files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len()).sum();
    let bar = ProgressBar::new(sizes);
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}")?);
    let mut read = || {
        for file in &options.files {
            bar.set_message(file.display().to_string());
            reader.file(file, sink, |bytes| bar.inc(bytes)).with_context(|| format!("could not import {}", file.display()))?;
        }
        reader.finish(sink)?;
        sink.flush()
    };
    let done = read();
    bar.finish_and_clear();
    let kept = sink.accepted();
    if done.is_err() && kept > 0 {
        eprintln!("{kept} events are kept; import the same files again once this is mended, each counts once");
    }
    done?;
    Ok(Tally { read: reader.read(), accepted: sink.accepted(), duplicate: sink.duplicate(), rejected: sink.rejected() })
}

/// Folds what was imported into history, so that the next start finds it there.
fn fold_in(data: &Data, settings: Settings, clock: &std::sync::Arc<dyn callboard_domain::Clock>) -> anyhow::Result<()> {
    let bar = ProgressBar::new(data.log.end()?.total());
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} events folded {per_sec}")?);
    let view = data.settled(still(settings), clock, |position| bar.set_position(position))?;
    bar.finish_and_clear();
    if view.waiting() > 0 {
        eprintln!("{} events tell of calls whose beginning nobody told; they are in the log, and in no figure", view.waiting());
    }
    Ok(())
}
