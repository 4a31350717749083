//! How the name of a recording is made of what is known of its call, such as `{year}/{month}/{day}/{call}.wav`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calls::Call;
use super::media;

/// A rule for names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Fact(Fact),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Call,
    Source,
    Queue,
    Agent,
    From,
    To,
    /// A part of the call's beginning, in the zone of the house: a format of `strftime`.
    Time(&'static str),
}

/// Asterisk calls a call's id its linked id, FreeSWITCH its uuid.
const FACTS: [(&str, Fact); 14] = [
    ("call", Fact::Call),
    ("linkedid", Fact::Call),
    ("uuid", Fact::Call),
    ("source", Fact::Source),
    ("queue", Fact::Queue),
    ("agent", Fact::Agent),
    ("from", Fact::From),
    ("to", Fact::To),
    ("year", Fact::Time("%Y")),
    ("month", Fact::Time("%m")),
    ("day", Fact::Time("%d")),
    ("hour", Fact::Time("%H")),
    ("minute", Fact::Time("%M")),
    ("second", Fact::Time("%S")),
];

impl Template {
    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}').ok_or_else(|| format!("{text:?} has a {{ without its }}"))?;
            let known = || FACTS.map(|(name, _)| name).join(", ");
            let (_, fact) = FACTS.iter().find(|(name, _)| *name == word).ok_or_else(|| format!("{{{word}}} in {text:?} is none of {}", known()))?;
            parts.extend([Part::Text(before.into()), Part::Fact(*fact)]);
            rest = after;
        }
        parts.push(Part::Text(rest.into()));
        if !parts.contains(&Part::Fact(Fact::Call)) && !parts.contains(&Part::Fact(Fact::From)) {
            return Err(format!("{text:?} gives many calls one name; use {{call}}"));
        }
        if media::of_name(text).is_none() {
            return Err(format!("{text:?} ends in no kind of sound; end it in .{}", media::endings().join(", .")));
        }
        if text.starts_with('/') || text.split('/').any(|word| matches!(word, "" | "." | "..")) {
            return Err(format!("{text:?} is not made of words between slashes, below the place of recordings"));
        }
        Ok(Self(parts))
    }

    /// The name for a call; none where it lacks a fact, or a fact is no part of a name.
    #[must_use]
    pub fn name(&self, call: &Call, zone: &TimeZone) -> Option<String> {
        let begun = Timestamp::from_millisecond(call.started_at.as_millis()).ok()?.to_zoned(zone.clone());
        let mut name = String::new();
        for part in &self.0 {
            let fact = match part {
                Part::Text(text) => {
                    name.push_str(text);
                    continue;
                }
                Part::Fact(fact) => fact,
            };
            let value = match fact {
                Fact::Call => call.call.clone(),
                Fact::Source => call.source.clone(),
                Fact::Queue => call.queues.first()?.clone(),
                Fact::Agent => call.agents.last()?.clone(),
                Fact::From => call.from.clone()?,
                Fact::To => call.to.clone()?,
                Fact::Time(format) => begun.strftime(format).to_string(),
            };
            name.push_str(&word(value)?);
        }
        Some(name)
    }
}

/// A fact as a part of a name. An agent such as `SIP/1001` is `SIP-1001` in the names of files, as dial plans write it; what
/// could lead elsewhere is none.
fn word(fact: String) -> Option<String> {
    let word = fact.replace('/', "-");
    let odd = |c: char| c.is_control() || c == '\\';
    (!word.is_empty() && !word.starts_with('.') && !word.contains(odd)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> Call {
        Call {
            source: "beijing".into(),
            call: id.into(),
            started_at: "2026-03-01T16:05:09Z".parse().unwrap(),
            queues: vec!["cards".into(), "loans".into()],
            agents: vec!["1001".into(), "SIP/1002".into()],
            from: Some("+8613800001111".into()),
            ..Call::default()
        }
    }

    #[test]
    fn names_are_made_in_the_zone_of_the_house() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let name = |text: &str, id: &str| Template::read(text).unwrap().name(&call(id), &zone);
        assert_eq!(name("{year}/{month}/{day}/{linkedid}.wav", "1772380000.12").unwrap(), "2026/03/02/1772380000.12.wav");
        assert_eq!(
            name("{source}/{queue}-{agent}-{from}-{hour}{minute}{second}-{uuid}.mp3", "a-b").unwrap(),
            "beijing/cards-SIP-1002-+8613800001111-000509-a-b.mp3"
        );
        assert_eq!(name("{call}-{to}.wav", "x"), None, "nobody was dialled");
    }

    #[test]
    fn no_fact_leads_out_of_the_place() {
        let template = Template::read("{call}.wav").unwrap();
        for id in ["..", ".", "", ".hidden", "a\\b", "a\0b", "a\nb"] {
            assert_eq!(template.name(&call(id), &TimeZone::UTC), None, "{id:?}");
        }
        assert_eq!(template.name(&call("a/../../etc/passwd"), &TimeZone::UTC).unwrap(), "a-..-..-etc-passwd.wav");
    }

    #[test]
    fn rules_that_cannot_be_right_are_refused_in_words() {
        for (text, words) in [
            ("{call.wav", "without its }"),
            ("{cal}.wav", "none of call, linkedid"),
            ("{year}/rec.wav", "gives many calls one name"),
            ("{call}.exe", "end it in .wav"),
            ("/var/{call}.wav", "between slashes"),
            ("../{call}.wav", "between slashes"),
        ] {
            let refusal = Template::read(text).unwrap_err();
            assert!(refusal.contains(words), "{refusal}");
        }
    }
}
