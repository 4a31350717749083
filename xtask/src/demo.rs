//! `demo`: builds web and binary and opens a running call centre on this machine.

use anyhow::Result;

use crate::{shell, web};

/// Runs until it is interrupted; `rest` goes to `callboard serve`.
pub fn run(rest: &[&str]) -> Result<()> {
    web::install()?;
    web::build()?;
    shell::run(shell::command(".", shell::cargo(), &["build", "--release", "--package", "callboard-server", "--bin", "callboard"]))?;
    eprintln!("the wall: http://127.0.0.1:8080   (Ctrl-C ends it; its data lies in target/demo)");
    let mut args = vec!["run", "--quiet", "--release", "--package", "callboard-server", "--bin", "callboard", "--"];
    args.extend(["serve", "--demo", "--open", "--listen", "127.0.0.1:8080", "--data", "target/demo"]);
    args.extend(rest);
    shell::run(shell::command(".", shell::cargo(), &args))
}
