//! Schemathesis from PyPI: sends a server what its OpenAPI document allows and what it forbids, and reads every answer against it.

use std::process::Command;

use crate::python;

const FOLDER: &str = "schemathesis-4.32.5";
/// It and all that it needs, each in one version.
const PACKAGES: &[&str] = &[
    "anyio==4.16.0",
    "certifi==2026.10.19.post1",
    "charset-normalizer==3.5.3",
    "click==8.5.1",
    "graphql-core==3.3.2",
    "harfile==0.6.0",
    "hypothesis==6.170.17",
    "hypothesis-graphql==0.13.5",
    "idna==3.20",
    "iniconfig==2.3.1",
    "jsonschema_rs==0.60.3",
    "markdown-it-py==4.3.0",
    "MarkupSafe==3.0.4",
    "mdurl==0.1.2",
    "packaging==26.4",
    "pluggy==1.7.0",
    "Pygments==2.21.0",
    "pyrate-limiter==4.5.1",
    "pytest==9.2.0",
    "PyYAML==6.0.4",
    "requests==2.34.2",
    "rich==15.0.0",
    "schemathesis==4.32.5",
    "sortedcontainers==2.4.0",
    "typing_extensions==4.16.0",
    "urllib3==2.8.0",
    "Werkzeug==3.1.9",
];

/// Fetches it into the cache unless it is there.
///
/// # Errors
/// When Python or its package index cannot be had.
pub fn fetch() -> anyhow::Result<std::path::PathBuf> {
    python::environment(FOLDER, PACKAGES)
}

/// `schemathesis run`, to which the caller adds what is to be asked.
///
/// # Errors
/// When it cannot be fetched.
pub fn command() -> anyhow::Result<Command> {
    // By its module: a program's first line names the folder in which it was fetched.
    let mut command = Command::new(fetch()?.join("python"));
    command.args(["-m", "schemathesis.cli", "run"]);
    Ok(command)
}
