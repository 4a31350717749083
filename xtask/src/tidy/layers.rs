//! Who may depend on whom: arrows only point down the list.

use anyhow::{Context, Result};

use super::files::File;

/// From the top to the bottom; a crate may depend on those below it.
const LAYERS: &[&str] = &[
    "server",
    "wallboard",
    "openapi",
    "desk",
    "sheets",
    "signon",
    "hooks",
    "safe",
    "admin",
    "pages",
    "ingest",
    "log",
    "analytics",
    "sql",
    "store",
    "objects",
    "simulator",
    "domain",
];
/// May depend on every crate, and none on them.
const OUTSIDE: [&str; 2] = ["tests", "tests/load"];
/// Depend on none of the product; `engines` (in `tests/`) may be used by every crate's tests.
const APART: [&str; 2] = ["xtask", "tests/engines"];
const FOR_TESTS: &str = "engines";

/// Sentences about dependencies that point up or sideways.
///
/// # Errors
/// When a manifest is no TOML.
pub fn check(files: &[File]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for file in files {
        let Some(name) = file.path.strip_suffix("/Cargo.toml") else { continue };
        let manifest: toml::Table = file.text.parse().with_context(|| format!("could not read {}", file.path))?;
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let Some(toml::Value::Table(dependencies)) = manifest.get(section) else { continue };
            for dependency in dependencies.keys().filter_map(|d| d.strip_prefix("callboard-")) {
                let for_tests = dependency == FOR_TESTS && section == "dev-dependencies";
                if !for_tests && !allowed(name, dependency) {
                    wrong.push(format!("{}: callboard-{dependency} stands above or beside it in the list of layers", file.path));
                }
            }
        }
    }
    Ok(wrong)
}

fn allowed(name: &str, dependency: &str) -> bool {
    if OUTSIDE.contains(&name) {
        return true;
    }
    if APART.contains(&name) {
        return false;
    }
    let place = |n: &str| LAYERS.iter().position(|l| *l == n);
    match (place(name), place(dependency)) {
        (Some(above), Some(below)) => above < below,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_only_point_down() {
        assert!(allowed("server", "domain") && allowed("sql", "store") && allowed("tests", "server") && allowed("tests/load", "sql"));
        assert!(!allowed("store", "sql") && !allowed("sql", "sql") && !allowed("domain", "tests") && !allowed("xtask", "domain"));
        assert!(!allowed("unheard_of", "domain"));
    }
}
