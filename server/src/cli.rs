//! The commands and their options, as `callboard --help` shows them.

use std::path::PathBuf;

use callboard_domain::Timestamp;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::roles::Roles;

const EXIT_CODES: &str = "Exit codes: 0 done, 2 wrong usage, 3 failed; standard error says why.";
const HELP_END: &str = "Exit codes: 0 done, 1 difference found (verify), 2 wrong usage, 3 failed; standard error says why.
The environment variable CALLBOARD_LOG chooses what is logged to standard error, such as warn or debug;
CALLBOARD_TOKEN holds the API token that --server is asked with.";
const VERIFY_EXIT_CODES: &str = "Exit codes: 0 every row agrees, 1 a row differs, 2 wrong usage, 3 failed; standard error says why.";

/// Live analytics and wallboards for call centres.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, after_help = HELP_END)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server: sources, engine, history, wall and API.
    Serve(Serve),
    /// Read files into a data folder, or into a running server.
    Import(Import),
    /// Ask one question of a data folder, or of a running server.
    Sql(Sql),
    /// Make up a call centre's events.
    Simulate(Simulate),
    /// Fold the log again and compare every row with what is stored.
    Verify(Verify),
    /// Give a password anew, back the settings up, restore them, change the key of secrets.
    Admin(Admin),
}

/// Options of `serve`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Serve {
    /// Configuration file (TOML); without it, the defaults with the zone and targets that the data folder was last
    /// measured with.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder, made when missing; without it that of the configuration, else ./data.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address to listen on; without it that of the configuration, else 127.0.0.1:8080.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<std::net::SocketAddr>,
    /// What this node does, such as history,wallboard; without it what the configuration says, else everything. Less than
    /// everything needs a log in Kafka and history in ClickHouse, which the nodes share.
    #[arg(long, value_name = "ROLES")]
    pub(crate) roles: Option<Roles>,
    /// Ask nobody who they are and let everybody do everything; on this machine's own address only.
    #[arg(long)]
    pub(crate) open: bool,
    /// Play a made-up bank's calls into the data folder; use one of its own.
    #[arg(long)]
    pub(crate) demo: bool,
}

/// Options of `admin`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Admin {
    /// Configuration file, which says where the settings are.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Data folder; without it that of the configuration, else ./data.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: AdminCommand,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Print a one-time password for a user and end their sessions and tokens.
    ResetPassword {
        /// Whose.
        login: String,
    },
    /// Write every row of the settings to one new file, while servers run.
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Bring a backup back into an empty store, be it SQLite or PostgreSQL; no server may run on it.
    Restore {
        /// The file.
        file: PathBuf,
        /// Replace what the store holds.
        #[arg(long)]
        replace: bool,
    },
    /// Seal every secret by a new key; no server may run.
    RotateKey,
}

/// Options of `import`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Import {
    /// What the files speak.
    #[arg(long, value_enum)]
    pub(crate) dialect: DialectName,
    /// Mapping file of a csv: which column holds what (TOML, see docs/guide/import-csv.md).
    #[arg(long, value_name = "FILE", required_if_eq("dialect", "csv"))]
    pub(crate) map: Option<PathBuf>,
    /// Zone of times that name none, such as Asia/Shanghai; replaces the zone of a mapping. A new data folder has its
    /// business day in it.
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
    /// Name of the source in the data; the same file under another name counts again.
    #[arg(long, value_name = "NAME", default_value = "asterisk")]
    pub(crate) source: String,
    /// Configuration file: what the source of that name is told about its agents, and for a data folder the zone and the
    /// queues' targets; without it, those that the folder was last measured with.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) token: Token,
    /// Files, oldest first; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Where data lies.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// Data folder; no server may be using it.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A running server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
}

/// Who asks a running server.
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// An API token for the running server, made in the console; better given in the environment, where other users of the
    /// machine do not see it.
    #[arg(long, value_name = "TOKEN", env = "CALLBOARD_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

/// What a file speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectName {
    /// Asterisk's queue_log.
    AsteriskQueueLog,
    /// A recorded stream of Asterisk's manager interface.
    AsteriskAmi,
    /// Events, one JSON object a line.
    Events,
    /// A call list as CSV; --map says which column holds what.
    Csv,
}

/// Options of `sql`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Sql {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) token: Token,
    /// How to print the answer.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) timeout: u64,
    /// Configuration file with the zone and the queues' targets; without it, what the data folder was last measured with.
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    pub(crate) config: Option<PathBuf>,
    /// Zone of today(), bucket() and business_day() in this question, such as Asia/Shanghai; without it, the data's.
    #[arg(long, value_name = "ZONE", conflicts_with = "server")]
    pub(crate) zone: Option<String>,
    /// The question, such as "SELECT queue, MEASURE(service_level) FROM queue_visits GROUP BY queue".
    pub(crate) query: String,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns aligned for reading.
    Table,
    /// Comma separated, with a head line.
    Csv,
    /// One JSON object a row.
    Json,
}

impl Format {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Options of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Simulate {
    /// The same seed makes the same events.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long the story lasts, minutes of its own time.
    #[arg(long, value_name = "M")]
    pub(crate) minutes: u64,
    /// Calls a minute at the busiest hour.
    #[arg(long, value_name = "K", value_parser = not_negative)]
    pub(crate) calls_per_minute: f64,
    /// How much faster than life; 0 is as fast as can be.
    #[arg(long, value_name = "X", default_value_t = 0.0, value_parser = not_negative)]
    pub(crate) speed: f64,
    /// When the story begins, such as 2026-03-02T01:00:00Z; without it, so long ago that it ends now.
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<Timestamp>,
    /// Zone of the centre.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    pub(crate) zone: String,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) token: Token,
}

fn not_negative(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0).ok_or_else(|| "it must be a number, 0 or more".to_owned())
}

/// Where events go.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Target {
    /// A running server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// A file; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
#[command(after_help = VERIFY_EXIT_CODES)]
pub(crate) struct Verify {
    /// Data folder; no server may be using it.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Configuration file that the data was measured with; without it, what the folder remembers.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Only rows from this time on, such as 2026-03-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// Only rows before this time, such as 2026-03-02T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
}
