//! A measure is a file with a head, a scenario that proves it and a row in the reference.

use super::files::File;

const HEAD: [&str; 6] = ["title", "title_zh", "unit", "formula", "source", "since"];

/// Sentences about measures that lack something.
pub fn check(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    let reference = files.iter().find(|f| f.path == "docs/reference/measures.md").map_or("", |f| f.text.as_str());
    for file in files {
        let Some(name) = file.path.strip_prefix("sql/measures/").and_then(|n| n.strip_suffix(".sql")) else { continue };
        for field in HEAD {
            if !file.text.lines().any(|line| is_field(line, field)) {
                wrong.push(format!("{}: its head lacks `-- {field}: ...`", file.path));
            }
        }
        if !files.iter().any(|f| is_proven(f, name)) {
            wrong.push(format!("{}: no scenario proves it; name it on a board in tests/scenarios/", file.path));
        }
        if !reference.contains(&format!("`{name}`")) {
            wrong.push(format!("{}: docs/reference/measures.md has no row `{name}`; run `cargo xtask gen`", file.path));
        }
    }
    wrong
}

/// Whether a board of a story has a column of that name.
fn is_proven(file: &File, measure: &str) -> bool {
    file.path.starts_with("tests/scenarios/") && file.text.lines().any(|l| l.split('|').any(|cell| cell.trim() == measure))
}

fn is_field(line: &str, field: &str) -> bool {
    let value = line.strip_prefix("--").and_then(|l| l.trim_start().strip_prefix(field)).and_then(|l| l.strip_prefix(':'));
    value.is_some_and(|v| !v.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_without_head_scenario_and_row_is_named() {
        let head = "-- title: Offered\n-- title_zh: 呼入\n-- unit: calls\n-- formula: sum of offered\n-- source: ours\n-- since: 0.1\nSUM(offered)\n";
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let measure = file("sql/measures/offered.sql", head);
        assert_eq!(check(std::slice::from_ref(&measure)).len(), 2);
        let proven =
            [measure, file("tests/scenarios/queue/one_call.txt", "queue | offered\ncards | 1"), file("docs/reference/measures.md", "| `offered` |")];
        assert!(check(&proven).is_empty());
        assert_eq!(check(&[file("sql/measures/x.sql", "-- unit:\n")]).len(), 8);
    }
}
