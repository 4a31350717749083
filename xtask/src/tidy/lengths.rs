//! How long files and crates may be, how they open, and how modules are laid out.

use std::collections::BTreeMap;

use super::files::{File, lines_without_tests, test_modules};

const RUST_FILE: usize = 500;
const TYPESCRIPT_FILE: usize = 300;
const CRATE: usize = 8_000;
/// Names that say what kind a file is instead of what it is about.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "types", "helpers", "common", "misc"];

/// Sentences about files that are too long, lack their head or have a name that says nothing.
pub fn check(files: &[File]) -> Vec<String> {
    let tests = test_modules(files);
    let mut wrong = Vec::new();
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        let path = file.path.as_str();
        if path.ends_with(".rs") {
            let is_test = path.starts_with("tests/") || path.contains("/tests/") || tests.iter().any(|t| t == path);
            let lines = if is_test { 0 } else { lines_without_tests(&file.text) };
            if lines > RUST_FILE {
                wrong.push(format!("{path}: {lines} lines without tests, at most {RUST_FILE}"));
            }
            if !file.text.starts_with("//!") {
                wrong.push(format!("{path}: does not open with `//!` (what and why)"));
            }
            if path.ends_with("/mod.rs") {
                wrong.push(format!("{path}: modules are name.rs + name/, not mod.rs"));
            }
            if let Some((name, _)) = path.split_once("/src/") {
                *crates.entry(name).or_default() += lines;
            }
        } else if is_typescript(path) {
            let lines = file.text.lines().count();
            let written_by_hand = !file.text.lines().next().is_some_and(|l| l.contains("Generated from"));
            if lines > TYPESCRIPT_FILE && written_by_hand && !path.contains(".test.") {
                wrong.push(format!("{path}: {lines} lines, at most {TYPESCRIPT_FILE}"));
            }
        } else {
            continue;
        }
        let stem = path.rsplit('/').next().and_then(|n| n.split('.').next()).unwrap_or_default();
        if EMPTY_NAMES.contains(&stem) {
            wrong.push(format!("{path}: name the file by its subject"));
        }
    }
    wrong.extend(
        crates.iter().filter(|(_, lines)| **lines > CRATE).map(|(name, lines)| format!("{name}/: {lines} lines without tests, at most {CRATE}")),
    );
    wrong
}

fn is_typescript(path: &str) -> bool {
    // Declarations are generated.
    [".ts", ".tsx"].iter().any(|end| path.ends_with(end)) && !path.ends_with(".d.ts")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: String) -> File {
        File { path: path.into(), text }
    }

    #[test]
    fn only_lines_before_the_tests_count() {
        let body = "x\n".repeat(499);
        let good = file("a/src/b.rs", format!("//! B.\n{body}#[cfg(test)]\nmod tests {{\n{body}"));
        let bad = file("a/src/c.rs", format!("//! C.\n{body}x\n"));
        assert!(check(&[good]).is_empty());
        assert_eq!(check(&[bad]), ["a/src/c.rs: 501 lines without tests, at most 500"]);
    }

    #[test]
    fn a_module_declared_for_tests_only_has_no_limit() {
        let parent = file("a/src/b.rs", "//! B.\n#[cfg(test)]\nmod laws;\n".into());
        let laws = file("a/src/b/laws.rs", format!("//! L.\n{}", "x\n".repeat(900)));
        assert!(check(&[parent, laws]).is_empty());
    }

    #[test]
    fn heads_module_files_and_names_are_checked() {
        let wrong = check(&[file("a/src/mod.rs", "fn x() {}\n".into()), file("web/src/utils.ts", String::new())]);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
    }
}
