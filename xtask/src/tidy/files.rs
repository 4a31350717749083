//! The files of the repository: those that git tracks or would track.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::shell;

/// One text file.
#[derive(Debug, Clone)]
pub struct File {
    /// Path below the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Every text file; binary ones are left out.
///
/// # Errors
/// When git cannot list them.
pub fn read(root: &Path) -> Result<Vec<File>> {
    let list = shell::output(shell::command(".", "git", &["ls-files", "--cached", "--others", "--exclude-standard", "-z"]))?;
    let files = list.split('\0').filter(|p| !p.is_empty()).filter_map(|path| {
        // A file deleted but not yet committed is still listed.
        let text = fs::read_to_string(root.join(path)).ok()?;
        Some(File { path: path.to_owned(), text })
    });
    Ok(files.collect())
}

/// How many lines of a Rust file come before its tests.
pub fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|w| matches!(w, [a, b] if *a == "#[cfg(test)]" && b.starts_with("mod ") && b.ends_with('{')));
    tests.unwrap_or(lines.len())
}

/// Paths of the Rust files that a parent declares under `#[cfg(test)]`.
pub fn test_modules(files: &[File]) -> Vec<String> {
    let mut paths = Vec::new();
    for file in files.iter().filter(|f| f.path.ends_with(".rs")) {
        let folder = match file.path.rsplit_once('/') {
            Some((folder, "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => file.path.trim_end_matches(".rs").to_owned(),
        };
        let lines: Vec<&str> = file.text.lines().collect();
        for pair in lines.windows(2) {
            if let [attribute, declaration] = pair
                && attribute.trim() == "#[cfg(test)]"
                && let Some(name) = declaration.trim().strip_prefix("mod ").and_then(|d| d.strip_suffix(';'))
            {
                paths.push(format!("{folder}/{name}.rs"));
            }
        }
    }
    paths
}
