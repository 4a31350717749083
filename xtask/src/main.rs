//! `cargo xtask`: the project's only automation. One file a subcommand.

mod bench;
mod demo;
mod engines;
mod generate;
mod shell;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo           build everything, open a running call centre on http://127.0.0.1:8080
cargo xtask test           every test and check; exit code 1 when one fails
cargo xtask bench [AREA] [--events N] [--repeats N] [--control]
                           the product against its peers and bounds; keeps the tables in target/bench
cargo xtask engines        fetch the real engines that tests run against, once
cargo xtask gen [--check]  write the generated files, or only say which differ
cargo xtask tidy           the project's own rules";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["demo", rest @ ..] => demo::run(rest),
        ["test"] => test::run(),
        ["bench", rest @ ..] => bench::run(rest),
        ["engines"] => engines::run(),
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["tidy"] => tidy::run(),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
