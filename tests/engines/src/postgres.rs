//! A real PostgreSQL, from Debian's package (`postgresql`), in a folder of its own on a free port.
//!
//! `initdb` refuses to work for root: where the tests run as root, the server runs as Debian's user `postgres`. Each test
//! works in a database of its own.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::Supervised;

/// Where Debian puts each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The user of Debian's package.
const USER: &str = "postgres";
/// How long it may take to start; usually a second.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 600;

/// A running PostgreSQL; it ends with this value.
#[derive(Debug)]
pub struct Postgres {
    program: Supervised,
    port: u16,
    next_database: AtomicU32,
}

/// The folder of the newest version's programs.
///
/// # Errors
/// When the package is not installed.
pub fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir(DEBIAN).context("PostgreSQL is not installed (Debian: postgresql)")?;
    let newest = versions.filter_map(|v| v.ok()?.file_name().to_str()?.parse::<u32>().ok()).max();
    let newest = newest.context("PostgreSQL is not installed (Debian: postgresql)")?;
    Ok(Path::new(DEBIAN).join(newest.to_string()).join("bin"))
}

/// `program`, as a user that PostgreSQL accepts.
fn command(program: &Path) -> anyhow::Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]).arg(program);
    Ok(command)
}

fn is_root() -> anyhow::Result<bool> {
    let output = Command::new("id").arg("-u").output().context("could not start id")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

fn run(mut command: Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("could not start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

impl Postgres {
    /// Starts one.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub fn start() -> anyhow::Result<Self> {
        let bin = programs()?;
        let folder = tempfile::Builder::new().prefix("postgres").tempdir()?;
        if is_root()? {
            let mut own = Command::new("chown");
            own.arg(USER).arg(folder.path());
            run(own)?;
        }
        let data = folder.path().join("data");
        let mut init = command(&bin.join("initdb"))?;
        init.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--pgdata"]).arg(&data);
        init.current_dir(folder.path());
        run(init)?;
        // Free now; nobody else asks for it in the moment between.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut server = command(&bin.join("postgres"))?;
        server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"]).arg(folder.path());
        server.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]);
        let mut program = Supervised::new(folder, server)?;
        program.start()?;
        for _ in 0..LOOKS {
            if program.said().contains("ready to accept connections") && TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(Self { program, port, next_database: AtomicU32::new(0) });
            }
            if !program.is_alive()? {
                break;
            }
            std::thread::sleep(LOOK);
        }
        bail!("PostgreSQL did not start: {}", program.said())
    }

    /// Makes an empty database; its URL.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("test_{}_{}", std::process::id(), self.next_database.fetch_add(1, Ordering::Relaxed));
        let mut create = Command::new(programs()?.join("createdb"));
        create.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", USER, &name]);
        run(create)?;
        Ok(format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port))
    }

    /// What it printed so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.program.said()
    }
}
