//! The commands and their options, as `callboard --help` shows them.

use std::path::PathBuf;

use callboard_domain::Timestamp;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Live analytics and wallboards for call centres.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, about, after_help = "Exit codes: 0 done, 1 difference found (verify), 2 wrong usage, 3 failed.")]
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
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address to listen on; only loopback until rights exist.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<std::net::SocketAddr>,
    /// Play a made-up call centre into it.
    #[arg(long)]
    pub(crate) demo: bool,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What the files speak.
    #[arg(long, value_enum)]
    pub(crate) dialect: DialectName,
    /// Mapping of columns to fields, for csv.
    #[arg(long, value_name = "FILE", required_if_eq("dialect", "csv"))]
    pub(crate) map: Option<PathBuf>,
    /// Zone of times that name none, such as Asia/Shanghai.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) zone: String,
    /// Name of the source in the data.
    #[arg(long, value_name = "NAME", default_value = "asterisk")]
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Files, oldest first; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Where data lies.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Place {
    /// Data folder of a server that is stopped.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A running server, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
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
    /// A call list with a mapping file.
    Csv,
}

/// Options of `sql`.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    #[command(flatten)]
    pub(crate) place: Place,
    /// How to print the answer.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) timeout: u64,
    /// The question.
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
pub(crate) struct Simulate {
    /// The same seed makes the same events.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long the story lasts, minutes of its own time.
    #[arg(long)]
    pub(crate) minutes: u64,
    /// Calls a minute at the busiest hour.
    #[arg(long)]
    pub(crate) calls_per_minute: f64,
    /// How much faster than life; 0 is as fast as can be.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) speed: f64,
    /// When the story begins; now, less its length, when left out.
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<Timestamp>,
    /// Zone of the centre.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    pub(crate) zone: String,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Where events go.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Target {
    /// A running server.
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// A file; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Data folder of a server that is stopped.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Configuration file that the data was measured with.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Only rows from this time on.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// Only rows before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
}
