//! What a node does: takes events in, folds them into history, shows them. Any mix, on any number of nodes.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(crate) struct Roles {
    /// Sources, and events over HTTP.
    pub(crate) ingest: bool,
    /// A share of the log's partitions goes into history here.
    pub(crate) history: bool,
    /// Walls, live queries, SQL.
    pub(crate) wallboard: bool,
}

impl Roles {
    const ALL: Self = Self { ingest: true, history: true, wallboard: true };

    /// Whether it does everything, as a node alone must.
    pub(crate) fn are_all(self) -> bool {
        self == Self::ALL
    }
}

impl Default for Roles {
    fn default() -> Self {
        Self::ALL
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(self.ingest, "ingest"), (self.history, "history"), (self.wallboard, "wallboard")];
        let names: Vec<&str> = names.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Roles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>().try_into()
    }
}

impl TryFrom<Vec<String>> for Roles {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        let mut roles = Self { ingest: false, history: false, wallboard: false };
        for name in &names {
            match name.as_str() {
                "ingest" => roles.ingest = true,
                "history" => roles.history = true,
                "wallboard" => roles.wallboard = true,
                other => return Err(format!("no role is called {other:?}; there are ingest, history and wallboard")),
            }
        }
        if names.is_empty() { Err("a node needs a role: ingest, history or wallboard".to_owned()) } else { Ok(roles) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_words_with_commas() {
        let roles: Roles = "history, ingest".parse().unwrap();
        assert_eq!((roles.to_string().as_str(), roles.are_all()), ("ingest,history", false));
        assert!("ingest,history,wallboard".parse::<Roles>().unwrap().are_all() && Roles::default().are_all());
        assert!("wall".parse::<Roles>().unwrap_err().contains("\"wall\"") && "".parse::<Roles>().is_err());
    }
}
