//! `docs/reference/metrics.md`, made from the metrics themselves.

use std::fmt::Write as _;

use super::{Listed, listed};

const HEAD: &str = "# Metrics

<!-- Generated from server/src/telemetry by `cargo xtask gen`. -->

`GET /metrics` tells them as OpenMetrics text, which Prometheus reads. Times are seconds, sizes are bytes. A counter grows until the
server stops; a histogram's samples end in `_bucket`, `_sum` and `_count`. A source's `kind` is `http`, `demo` or that of the configuration.
What to do when one of them looks wrong is in
`deploy/prometheus/alerts.yaml`.
";

/// Titles, and how the names below each begin.
const GROUPS: [(&str, &[&str]); 9] = [
    ("What comes in", &["callboard_ingest_"]),
    ("Sources", &["callboard_source_"]),
    ("The log", &["callboard_log_"]),
    ("The engine", &["callboard_fold_", "callboard_open_"]),
    ("History", &["callboard_history_"]),
    ("The wall", &["callboard_wall_"]),
    ("SQL", &["callboard_sql_"]),
    ("Web hooks", &["callboard_hooks_"]),
    ("The process", &["callboard_build_", "process_"]),
];

/// The page.
#[must_use]
pub fn reference() -> String {
    let metrics = listed();
    let mut page = HEAD.to_owned();
    for (title, starts) in GROUPS {
        let belongs = |metric: &&Listed| starts.iter().any(|start| metric.name.starts_with(start));
        let _ = write!(page, "\n## {title}\n\n| Metric | Kind | Labels | What it tells |\n|---|---|---|---|\n");
        for metric in metrics.iter().filter(belongs) {
            let labels =
                if metric.labels.is_empty() { "-".to_owned() } else { metric.labels.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", ") };
            let _ = writeln!(page, "| `{}` | {} | {labels} | {} |", metric.name, metric.kind, metric.help);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_stands_in_one_group_and_has_a_name_of_its_own() {
        let page = reference();
        let metrics = listed();
        assert!(metrics.len() > 30);
        for metric in &metrics {
            assert_eq!(page.matches(&format!("| `{}` |", metric.name)).count(), 1, "{}", metric.name);
            assert!(!metric.help.is_empty() && !metric.help.ends_with('.') && !metric.help.contains(['|', '"', '\\']), "{}", metric.name);
        }
    }
}
