//! `test`: everything that must hold before a change goes in. Installs nothing but npm packages.
//!
//! Every step runs even when one before it failed, and the last lines say what passed.

use anyhow::{Result, bail};

use crate::{engines, generate, shell, tidy, web};

/// What cargo's test runner counted.
#[derive(Default)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs every step.
///
/// # Errors
/// Names the steps that failed.
pub fn run() -> Result<()> {
    check_tools()?;
    let mut totals = Totals::default();
    let cargo = |args: &[&str]| shell::run(shell::command(".", shell::cargo(), args));
    let tests = shell::command(".", shell::cargo(), &["test", "--workspace", "--no-fail-fast"]);
    let steps = [
        ("web build", web::install().and_then(|()| web::build())),
        ("web tests", web::test()),
        ("engines", engines::run()),
        ("fmt", cargo(&["fmt", "--all", "--check"])),
        ("tidy", tidy::run()),
        ("clippy", cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])),
        ("gen", generate::check()),
        (
            "cargo test",
            shell::run_lines(tests, |line| {
                println!("{line}");
                totals.count(line);
            }),
        ),
    ];
    println!();
    for (name, result) in &steps {
        match result {
            Ok(()) => println!("{name:<10} ok"),
            Err(error) => println!("{name:<10} FAILED: {error:#}"),
        }
    }
    println!("tests      {} passed, {} failed, {} ignored", totals.passed, totals.failed, totals.ignored);
    let failed: Vec<&str> = steps.iter().filter(|(_, r)| r.is_err()).map(|(name, _)| *name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

impl Totals {
    /// Reads a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
    fn count(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        let counts = rest.split_once(". ").map_or(rest, |(_, counts)| counts);
        for part in counts.split("; ") {
            let Some((number, word)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

fn check_tools() -> Result<()> {
    let mut missing = Vec::new();
    for (program, remedy) in [
        ("cargo-fmt", "rustup component add rustfmt"),
        ("cargo-clippy", "rustup component add clippy"),
        ("node", "install Node.js 20 or newer (Debian: apt-get install nodejs npm)"),
        ("npm", "install Node.js 20 or newer with npm (Debian: apt-get install nodejs npm)"),
        ("git", "apt-get install git"),
        ("java", "apt-get install openjdk-17-jre-headless (Kafka's broker runs in it)"),
        ("mvn", "apt-get install maven (fetches Kafka)"),
        ("chromium", "apt-get install chromium fonts-noto-cjk (the browser tests drive it)"),
    ] {
        if !shell::exists(program) {
            missing.push(format!("{program}: {remedy}"));
        }
    }
    if !missing.is_empty() {
        bail!("these programs are missing:\n  {}", missing.join("\n  "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_test_binaries_add_up() {
        let mut totals = Totals::default();
        totals.count("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s");
        totals.count("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        totals.count("test a::b ... ok");
        assert_eq!((totals.passed, totals.failed, totals.ignored), (14, 1, 1));
    }
}
