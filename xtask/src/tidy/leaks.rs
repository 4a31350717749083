//! Nothing in the repository may name the machine it was written on.

use super::files::File;

/// Starts of paths that exist on one machine only; in pieces, so that this file does not name them.
const MACHINE: [&str; 4] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tmp/ba", "sh_jobs")];
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
const NPM: &str = "https://registry.npmjs.org/";

/// Sentences about machine paths and foreign registries.
pub fn check(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(what) = leak(&file.path, line) {
                wrong.push(format!("{}:{}: {what}", file.path, number + 1));
            }
        }
    }
    wrong
}

fn leak(path: &str, line: &str) -> Option<String> {
    if let Some(start) = MACHINE.iter().find(|m| starts_a_path(line, m)) {
        return Some(format!("names a path of one machine ({start}...)"));
    }
    let value = |key: &str| line.trim().strip_prefix(key).and_then(|v| v.split('"').next());
    if path.ends_with("Cargo.lock") {
        return value("source = \"").filter(|v| v.starts_with("registry+") && *v != CRATES).map(|v| format!("foreign registry {v}"));
    }
    if path.ends_with("package-lock.json") {
        return value("\"resolved\": \"").filter(|v| !v.starts_with(NPM)).map(|v| format!("foreign registry {v}"));
    }
    None
}

/// Whether a path that begins so stands in the line: at its start, or after something that is no part of a path.
fn starts_a_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line.get(..at).and_then(|l| l.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '~' | '*')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_machine_are_found_and_parts_of_other_paths_are_not() {
        let [work, ..] = MACHINE;
        assert!(leak("a.md", &format!("see {work}x")).is_some());
        assert!(leak("a.md", &format!("see frame{work}x")).is_none());
    }

    #[test]
    fn locks_name_the_public_registries_only() {
        assert!(leak("Cargo.lock", &format!("source = \"{CRATES}\"")).is_none());
        assert!(leak("Cargo.lock", "source = \"registry+https://mirror.example/index\"").is_some());
        assert!(leak("web/package-lock.json", "  \"resolved\": \"https://registry.npmjs.org/a/-/a-1.tgz\",").is_none());
        assert!(leak("web/package-lock.json", "  \"resolved\": \"http://mirror.example/a.tgz\",").is_some());
    }
}
