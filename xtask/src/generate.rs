//! `gen`: files made from other sources of truth; `gen --check` says which no longer equal their source.
//!
//! A crate that owns a source has an example `gen-CRATE` that writes its files below a folder, by their paths in the repository;
//! the console's types come from one of them. So xtask links none of the product, and a generator is found beside what it describes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{shell, web};

/// What the examples that generate are called.
const PREFIX: &str = "gen-";
/// The API's document, and the console's types that are made from it.
const DOCUMENT: &str = "schema/openapi.json";
const TYPES: &str = "web/console/src/api/schema.d.ts";

/// Writes every generated file into the repository.
///
/// # Errors
/// When a generator fails.
pub fn write() -> Result<()> {
    generate(&shell::root())
}

/// Generates into a folder of its own and compares.
///
/// # Errors
/// When a generator fails, or names the files that differ.
pub fn check() -> Result<()> {
    let fresh = std::env::temp_dir().join(format!("callboard-gen-{}", std::process::id()));
    fs::create_dir_all(&fresh).with_context(|| format!("could not create {}", fresh.display()))?;
    let result = generate(&fresh).and_then(|()| differing(&fresh, &shell::root()));
    fs::remove_dir_all(&fresh).with_context(|| format!("could not remove {}", fresh.display()))?;
    let differing = result?;
    if !differing.is_empty() {
        bail!("not equal to their source, run `cargo xtask gen`: {}", differing.join(", "));
    }
    Ok(())
}

fn generate(into: &Path) -> Result<()> {
    let generators = build()?;
    if generators.is_empty() {
        bail!("no example {PREFIX}* was built; each crate with generated files has one");
    }
    for generator in generators {
        shell::run(shell::command(".", generator, &[&into.to_string_lossy()]))?;
    }
    web::install()?;
    web::types(&into.join(DOCUMENT), &into.join(TYPES))
}

/// Builds every example of the workspace at once, so that dependencies are compiled with one set of features, the same as
/// for the tests; returns the generators.
fn build() -> Result<Vec<PathBuf>> {
    let mut generators = Vec::new();
    let args = ["build", "--workspace", "--examples", "--message-format", "json-render-diagnostics"];
    shell::run_lines(shell::command(".", shell::cargo(), &args), |line| generators.extend(executable(line)))?;
    generators.sort();
    Ok(generators)
}

/// The generator that a line of cargo's messages names, if it does.
fn executable(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once("\"executable\":\"")?;
    let path = Path::new(rest.split('"').next()?);
    let name = path.file_name()?.to_str()?;
    name.starts_with(PREFIX).then(|| path.to_path_buf())
}

fn differing(fresh: &Path, root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in files(fresh)? {
        let name = path.strip_prefix(fresh)?.to_path_buf();
        let new = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        if fs::read(root.join(&name)).ok().as_deref() != Some(new.as_slice()) {
            names.push(name.display().to_string());
        }
    }
    names.sort();
    Ok(names)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { all.extend(files(&path)?) } else { all.push(path) }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generators_are_found_in_what_cargo_says() {
        let artifact =
            |name: &str| format!(r#"{{"reason":"compiler-artifact","filenames":["/t/{name}"],"executable":"/t/examples/{name}","fresh":true}}"#);
        assert_eq!(executable(&artifact("gen-sql")), Some(PathBuf::from("/t/examples/gen-sql")));
        assert_eq!(executable(&artifact("fixture")), None);
        assert_eq!(executable(r#"{"reason":"compiler-artifact","executable":null}"#), None);
    }
}
