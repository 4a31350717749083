//! Peers of the benches: Python packages of pinned versions, each in an environment of its own.
//!
//! A peer that cannot be installed leaves its reason in `NAME.failed`; its cells then say "not run" and why.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell;

/// Installs what `tests/load/peers/peers.txt` names and is not there yet.
///
/// # Errors
/// When the list cannot be read or the disk refuses; never because a peer cannot be installed.
pub fn install(folder: &Path) -> Result<()> {
    let list = shell::root().join("tests/load/peers/peers.txt");
    let text = fs::read_to_string(&list).with_context(|| format!("could not read {}", list.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        let packages: Vec<&str> = words.collect();
        let (stamp, failed) = (folder.join(name).join("installed"), folder.join(format!("{name}.failed")));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == line) {
            continue;
        }
        match environment(&folder.join(name), &packages) {
            Ok(()) => {
                fs::write(&stamp, line).with_context(|| format!("could not write {}", stamp.display()))?;
                if failed.exists() {
                    fs::remove_file(&failed).with_context(|| format!("could not remove {}", failed.display()))?;
                }
            }
            Err(error) => {
                let reason = format!("could not be installed: {error:#}");
                eprintln!("{name}: {reason}");
                fs::write(&failed, reason).with_context(|| format!("could not write {}", failed.display()))?;
            }
        }
    }
    Ok(())
}

fn environment(folder: &Path, packages: &[&str]) -> Result<()> {
    let place = folder.to_string_lossy();
    shell::output(shell::command(".", "python3", &["-m", "venv", "--clear", &place]))?;
    let mut args = vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    args.extend_from_slice(packages);
    eprintln!("installing {}", packages.join(" "));
    shell::output(shell::command(".", folder.join("bin/python"), &args)).map(drop)
}
