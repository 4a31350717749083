//! Engines that are Java programs: their jars come from Maven Central, by whatever settings the machine has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::fetched;

/// What keeps a Java program small and quick to start: a test's engine lives for seconds.
const JVM: [&str; 4] = ["-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];

/// Brings the jars that `pom` names, unless the cache has them as `name`; `sums` says what they must be. Their folder.
///
/// # Errors
/// When Maven is missing or fails, or a jar is not the one that is written down.
pub(crate) fn jars(name: &str, pom: &str, sums: &str) -> anyhow::Result<PathBuf> {
    fetched(name, sums, |folder| {
        let project = tempfile::tempdir()?;
        fs::write(project.path().join("pom.xml"), pom)?;
        let mut maven = Command::new("mvn");
        maven.args(["--quiet", "--batch-mode", "dependency:copy-dependencies", "-DincludeScope=runtime"]);
        maven.arg(format!("-DoutputDirectory={}", folder.display())).current_dir(project.path());
        let output = maven.output().with_context(|| format!("could not start mvn, which fetches {name} (Debian: apt-get install maven)"))?;
        if !output.status.success() {
            bail!("mvn could not fetch {name}: {}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    })
}

/// Java with all jars of a folder and that much memory.
pub(crate) fn java(jars: &Path, memory: &str) -> Command {
    let mut command = Command::new("java");
    command.args(JVM).arg(memory).arg("-cp").arg(jars.join("*"));
    command
}
