//! What lies in `deploy/` fits the product: files parse, configurations are ones that the server takes, and dashboards and
//! alerts name metrics that there are.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use callboard_server::{Config, telemetry};
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

/// Metrics that Prometheus itself makes.
const NOT_OURS: [&str; 1] = ["up"];

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(deploy().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every file below `deploy/` with this end, templates aside.
fn files(end: &str) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&deploy(), &mut found);
    let names = found.iter().map(|path| path.strip_prefix(deploy()).unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(end) && !name.contains("/templates/")).collect();
    names.sort();
    assert!(!names.is_empty(), "no {end}");
    names
}

fn yaml<'a>(path: &str, text: &'a str) -> Yaml<'a> {
    let documents = Yaml::load_from_str(text).unwrap_or_else(|e| panic!("{path}: {e}"));
    assert_eq!(documents.len(), 1, "{path}");
    documents.into_iter().next().unwrap()
}

/// The names of time series in an expression: words that begin as ours do, and are no label.
fn series(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| ["callboard_", "process_"].iter().any(|start| word.starts_with(start))).map(str::to_owned).collect()
}

/// Every name that samples can have.
fn known() -> BTreeSet<String> {
    let mut names = BTreeSet::from(NOT_OURS.map(str::to_owned));
    for metric in telemetry::listed() {
        if metric.kind == "histogram" {
            names.extend(["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", metric.name)));
        } else {
            names.insert(metric.name);
        }
    }
    names
}

/// All expressions below a JSON value.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("expr").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|v| expressions(v, found));
        }
        Value::Array(list) => list.iter().for_each(|v| expressions(v, found)),
        _ => {}
    }
}

#[test]
fn every_file_that_is_yaml_or_json_can_be_read() {
    for path in files(".yaml").into_iter().chain(files(".yml")) {
        drop(yaml(&path, &read(&path)));
    }
    for path in files(".json") {
        serde_json::from_str::<Value>(&read(&path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
}

#[test]
fn the_server_takes_every_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let chart = read("helm/callboard/values.yaml");
    let of_chart = yaml("values.yaml", &chart)["config"].as_str().unwrap().to_owned();
    // As `templates/configmap.yaml` puts them together.
    let whole = format!("listen = \"127.0.0.1:8081\"\ndata = \"/var/lib/callboard\"\n{of_chart}");
    let template = read("helm/callboard/templates/configmap.yaml");
    assert!(template.contains("    listen = \"127.0.0.1:8081\"\n    data = \"/var/lib/callboard\"\n    {{- .Values.config | nindent 4 }}\n"));
    for (name, text) in files(".toml").into_iter().map(|path| (path.clone(), read(&path))).chain([("values.yaml".to_owned(), whole)]) {
        let path = folder.path().join("callboard.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path)).unwrap_or_else(|e| panic!("{name}: {e:#}"));
    }
}

#[test]
fn alerts_name_metrics_that_there_are_and_say_what_to_do() {
    let text = read("prometheus/alerts.yaml");
    let (file, known, mut names) = (yaml("alerts.yaml", &text), known(), BTreeSet::new());
    for group in file["groups"].as_sequence().unwrap() {
        for rule in group["rules"].as_sequence().unwrap() {
            let name = rule["alert"].as_str().unwrap();
            assert!(name.starts_with("Callboard") && names.insert(name.to_owned()), "{name}");
            let expression = rule["expr"].as_str().unwrap();
            let used = series(expression);
            assert!(!used.is_empty() || expression.starts_with("up{"), "{name} asks of nothing");
            assert!(used.is_subset(&known), "{name}: there is no {:?}", used.difference(&known));
            assert!(matches!(rule["labels"]["severity"].as_str(), Some("page" | "ticket")), "{name}");
            for note in ["summary", "action"] {
                assert!(rule["annotations"][note].as_str().is_some_and(|t| t.len() > 20), "{name} has no {note}");
            }
            // What one rule says of another holds.
            let action = rule["annotations"]["action"].as_str().unwrap();
            assert!(series(action).iter().all(|metric| known.iter().any(|series| series.starts_with(metric))), "{name}: {action}");
            let others = action.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() > 9 && w.starts_with("Callboard"));
            let missing: Vec<&str> = others.filter(|other| !text.contains(&format!("- alert: {other}\n"))).collect();
            assert!(missing.is_empty(), "{name} speaks of {missing:?}");
        }
    }
    assert!(names.len() > 20);
}

#[test]
fn dashboards_name_metrics_that_there_are() {
    let (known, mut shown) = (known(), BTreeSet::new());
    for path in files(".json").into_iter().filter(|path| path.starts_with("grafana/")) {
        let dashboard: Value = serde_json::from_str(&read(&path)).unwrap();
        let mut found = Vec::new();
        expressions(&dashboard, &mut found);
        for expression in &found {
            let used = series(expression);
            assert!(!used.is_empty() && used.is_subset(&known), "{path}: {expression}");
            shown.extend(used);
        }
        let ids: Vec<i64> = dashboard["panels"].as_array().unwrap().iter().map(|panel| panel["id"].as_i64().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: a panel's id stands twice");
    }
    let alerts = series(&read("prometheus/alerts.yaml"));
    let seen = |name: &str| shown.iter().chain(&alerts).any(|series| series.starts_with(name));
    let unseen: Vec<String> = telemetry::listed().into_iter().map(|metric| metric.name).filter(|name| !seen(name)).collect();
    assert!(unseen.is_empty(), "nobody looks at {unseen:?}");
}
