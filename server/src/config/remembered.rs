//! What a data folder was measured with: the zone and the queues with their targets, as `settings.toml` beside the data.
//! What the organisation says of queues stands by itself: it is the console's, with a configuration file or without.
//!
//! A question or an import without a configuration file then measures as the server did. It is text that a person
//! may read; every command that folds writes it again when what it was told differs.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Config, Day, Queue};

/// Its name in the data folder.
const FILE: &str = "settings.toml";
const HEAD: &str = "# What this data was last measured with. Callboard writes this file; to change it, give --config FILE once.\n";

/// The part of the configuration that figures depend on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    zone: String,
    /// Days before are dropped, though the log may tell of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept_from: Option<Day>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queues: Vec<Queue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    organisation: Vec<Queue>,
}

impl Config {
    /// The configuration of a file; without one, the defaults with what the data folder remembers.
    pub(crate) fn of_folder(file: Option<&Path>, folder: &Path) -> anyhow::Result<Self> {
        let mut config = Self::load(file)?;
        if file.is_none() {
            config.recall(folder)?;
        } else {
            config.recall_organisation(folder)?;
        }
        Ok(config)
    }

    /// Takes over what the folder was measured with; whether it remembers anything.
    pub(crate) fn recall(&mut self, folder: &Path) -> anyhow::Result<bool> {
        let Some(remembered) = read(folder)? else { return Ok(false) };
        self.zone = remembered.zone;
        self.queues = remembered.queues;
        (self.organisation, self.kept_from) = (remembered.organisation, remembered.kept_from);
        Ok(true)
    }

    /// Takes over what the organisation said when it was last asked.
    pub(crate) fn recall_organisation(&mut self, folder: &Path) -> anyhow::Result<()> {
        (self.organisation, self.kept_from) = read(folder)?.map(|said| (said.organisation, said.kept_from)).unwrap_or_default();
        Ok(())
    }

    /// Writes down what the folder is measured with from now on; for whoever has it open.
    pub(crate) fn remember(&self, folder: &Path) -> anyhow::Result<()> {
        let (zone, queues, organisation) = (self.zone.clone(), self.queues.clone(), self.organisation.clone());
        let now = Remembered { zone, queues, organisation, kept_from: self.kept_from };
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
    use callboard_desk::queue_targets;

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

        let target = queue_targets::Target { from_at: "2026-02-01T00:00:00Z".parse().unwrap(), target_s: 15, short_limit_s: 4 };
        config.organisation = vec![Queue::of_organisation("cards", &queue_targets::Queue { name: Some("卡".into()), targets: vec![target] })];
        config.remember(folder.path()).unwrap();
        let file = folder.path().join("callboard.toml");
        std::fs::write(&file, "zone = \"Asia/Tokyo\"").unwrap();
        config = Config::of_folder(Some(&file), folder.path()).unwrap();
        assert_eq!((config.zone.as_str(), config.queues.len()), ("Asia/Tokyo", 0));
        // The organisation's targets are nobody else's to leave out.
        let settings = config.settings().unwrap();
        let target = |at: &str| settings.rule("cards", at.parse().unwrap()).target_ms;
        assert_eq!((target("2026-01-31T23:59:59Z"), target("2026-02-01T00:00:00Z")), (20_000, 15_000));
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
