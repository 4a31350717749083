//! The history worker as a process, watched from its start until ClickHouse has a whole commit of every record.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::House;
use super::topic::{PARTITIONS, TOPIC};
use crate::contest::Sample;
use crate::meter::{Meter, Plant, cpu_of, peak_mb};
use crate::serving::program;
use crate::session::Session;

/// How often ClickHouse is asked how far it is.
const LOOK: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(600);

/// A process that is killed when this goes.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a worker that is new in every way: data folder, group, tables of `database`. A planted delay is added to what is
/// seen, since the process is the product's own program.
///
/// # Errors
/// When it ends before everything is committed, or takes too long.
pub fn run(house: &House, session: &Session, database: &str, plant: Plant) -> Result<Sample> {
    let folder = session.scratch()?;
    let (config, said) = (folder.path().join("worker.toml"), folder.path().join("said"));
    std::fs::write(&config, settings(house, database))?;
    let meter = Meter::start();
    let mut worker = start(&config, &folder.path().join("data"), &said)?;
    let process = worker.0.id().to_string();
    let wall = loop {
        if committed(house, database) >= house.records {
            break meter.elapsed();
        }
        let ended = worker.0.try_wait()?.map(|status| status.to_string());
        if ended.is_some() || meter.elapsed() > LONGEST {
            let why = ended.unwrap_or_else(|| "it took too long".to_owned());
            bail!("the worker did not commit everything: {why}: {}", std::fs::read_to_string(&said).unwrap_or_default());
        }
        std::thread::sleep(LOOK);
    };
    let seen = |value: f64| value + plant.times(value);
    Ok(Sample::default()
        .with("wall_s", seen(wall.as_secs_f64()))
        .with("cpu_s", seen(cpu_of(&process).as_secs_f64()))
        .with("peak_mb", peak_mb(&process)))
}

fn start(config: &Path, data: &Path, said: &Path) -> Result<Worker> {
    let program = program()?;
    let child = Command::new(&program)
        .args(["serve", "--open", "--listen", "127.0.0.1:0", "--roles", "history", "--config"])
        .arg(config)
        .arg("--data")
        .arg(data)
        .env("CALLBOARD_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(said)?)
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    Ok(Worker(child))
}

/// The database's name is the stream's too, so that the group is a new one.
fn settings(house: &House, database: &str) -> String {
    format!(
        "node = \"load\"\n[log]\nkafka = \"{}\"\ntopic = \"{TOPIC}\"\npartitions = {PARTITIONS}\n\
         [history]\nclickhouse = \"{}\"\ndatabase = \"{database}\"\nstream = \"{database}\"\ncommit_every_s = 1\n",
        house.broker.bootstrap(),
        house.engine.url()
    )
}

/// Records that whole commits hold; none while there are no tables.
fn committed(house: &House, database: &str) -> u64 {
    let sql = format!("SELECT sum(last) FROM (SELECT max(last) AS last FROM {database}.callboard_commits GROUP BY stream)");
    house.engine.query(&sql).ok().and_then(|said| said.trim().parse().ok()).unwrap_or(0)
}
