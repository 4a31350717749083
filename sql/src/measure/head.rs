//! The comment head of a SQL file: `-- key: value` lines, then the SQL.

use std::collections::BTreeMap;

/// A file's head and the SQL below it.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    values: BTreeMap<&'a str, &'a str>,
    /// The SQL, without a semicolon at the end.
    pub(crate) body: &'a str,
}

impl<'a> Head<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        let mut rest = text.trim_start();
        while let Some(line) = rest.strip_prefix("--") {
            let (line, below) = line.split_once('\n').unwrap_or((line, ""));
            let (key, value) = line.split_once(':').ok_or_else(|| format!("{line:?} is not `-- key: value`"))?;
            if values.insert(key.trim(), value.trim()).is_some() {
                return Err(format!("{} stands twice in the head", key.trim()));
            }
            rest = below.trim_start();
        }
        let body = rest.trim().trim_end_matches(';').trim_end();
        if body.is_empty() { Err("there is no SQL below the head".to_owned()) } else { Ok(Self { values, body }) }
    }

    /// The value of `key`.
    pub(crate) fn value(&self, key: &str) -> Result<&'a str, String> {
        self.values.get(key).copied().filter(|v| !v.is_empty()).ok_or_else(|| format!("the head has no {key}"))
    }

    /// The keys that start with `prefix`, without it, and their values.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(k, v)| Some((k.strip_prefix(prefix)?.trim(), *v)))
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn a_head_is_read_and_its_faults_are_named() {
        let head = Head::parse("-- title: Offered\n-- column at: when: it began\n\nSUM(offered);\n").unwrap();
        assert_eq!((head.value("title"), head.body), (Ok("Offered"), "SUM(offered)"));
        assert_eq!(head.with_prefix("column ").collect::<Vec<_>>(), [("at", "when: it began")]);
        assert_eq!(head.value("unit").unwrap_err(), "the head has no unit");
        assert_eq!(Head::parse("-- a: b").unwrap_err(), "there is no SQL below the head");
        assert!(Head::parse("-- nonsense\nSELECT 1").is_err());
    }
}
