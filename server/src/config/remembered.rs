//! What a data folder was measured with: the zone and the queues with their targets, as `settings.toml` beside the data.
//!
//! A question or an import without a configuration file then measures as the server did. It is text that a person
//! may read; every command that folds writes it again when what it was told differs.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Config, Queue};

/// Its name in the data folder.
const FILE: &str = "settings.toml";
const HEAD: &str = "# What this data was last measured with. Callboard writes this file; to change it, give --config FILE once.\n";

/// The part of the configuration that figures depend on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    zone: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queues: Vec<Queue>,
}

impl Config {
    /// The configuration of a file; without one, the defaults with what the data folder remembers.
    pub(crate) fn of_folder(file: Option<&Path>, folder: &Path) -> anyhow::Result<Self> {
        let mut config = Self::load(file)?;
        if file.is_none() {
            config.recall(folder)?;
        }
        Ok(config)
    }

    /// Takes over what the folder was measured with; whether it remembers anything.
    pub(crate) fn recall(&mut self, folder: &Path) -> anyhow::Result<bool> {
        let Some(Remembered { zone, queues }) = read(folder)? else { return Ok(false) };
        self.zone = zone;
        self.queues = queues;
        Ok(true)
    }

    /// Writes down what the folder is measured with from now on; for whoever has it open.
    pub(crate) fn remember(&self, folder: &Path) -> anyhow::Result<()> {
        let now = Remembered { zone: self.zone.clone(), queues: self.queues.clone() };
        if read(folder)?.as_ref() == Some(&now) {
            return Ok(());
        }
        let path = folder.join(FILE);
        let text = format!("{HEAD}{}", toml::to_string(&now)?);
        crate::data::replace(&path, text.as_bytes()).with_context(|| format!("could not write {}", path.display()))
    }
}

fn read(folder: &Path) -> anyhow::Result<Option<Remembered>> {
    let path = folder.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text)
            .map(Some)
            .with_context(|| format!("could not understand {}; mend it, or delete it and give --config FILE", path.display())),
        // A folder that is none is told where it is opened.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_remembers_zone_and_targets_and_a_file_replaces_them() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"
            zone = "Europe/Berlin"
            [[queues]]
            name = "cards"
            title_zh = "信用卡"
            target = "30s"
            rules = [{ from = "2026-01-01T00:00:00Z", target = "10s", short = "3s" }]
        "#;
        let mut config: Config = toml::from_str(text).unwrap();
        config.remember(folder.path()).unwrap();
        let back = Config::of_folder(None, folder.path()).unwrap();
        assert_eq!((back.zone.as_str(), &back.queues), ("Europe/Berlin", &config.queues));

        let file = folder.path().join("callboard.toml");
        std::fs::write(&file, "zone = \"Asia/Tokyo\"").unwrap();
        config = Config::of_folder(Some(&file), folder.path()).unwrap();
        assert_eq!((config.zone.as_str(), config.queues.len()), ("Asia/Tokyo", 0));
    }

    #[test]
    fn an_empty_folder_has_the_defaults_and_a_spoilt_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Config::of_folder(None, folder.path()).unwrap().zone, Config::default().zone);
        std::fs::write(folder.path().join(FILE), "zone = ").unwrap();
        let said = Config::of_folder(None, folder.path()).unwrap_err().to_string();
        assert!(said.contains("settings.toml") && said.contains("--config"), "{said}");
    }
}
