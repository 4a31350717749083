//! Words of Chinese and English texts, for the index and for questions alike.
//!
//! Chinese is cut into words by `jieba`, and into pairs of characters besides: a text and a question may be cut at other
//! places, a pair stands in both. English words are small letters without a plural's `s`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jieba_rs::Jieba;

/// The dictionary takes a moment to load, once.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
/// The longest word that is kept, in characters.
const LONGEST: usize = 40;
/// What a word weighs beside a pair of characters.
pub(super) const WORD: i64 = 2;

/// The terms of a text with what each weighs; takes a while on long texts.
pub(super) fn terms(text: &str) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    let text = text.to_lowercase();
    for run in runs(&text) {
        match run {
            Run::Latin(word) => *all.entry(stem(word)).or_default() += WORD,
            Run::Chinese(chars) => {
                for word in JIEBA.cut_for_search(chars, true) {
                    *all.entry(word.word.to_owned()).or_default() += WORD;
                }
                for pair in pairs(chars) {
                    *all.entry(pair).or_default() += 1;
                }
            }
        }
    }
    all
}

/// The parts of a text that terms are made of.
enum Run<'a> {
    Latin(&'a str),
    Chinese(&'a str),
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let kind = |c: char| if is_chinese(c) { 2 } else { u8::from(c.is_alphanumeric()) };
    let (mut runs, mut start, mut now) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let next = if at == text.len() { 0 } else { kind(letter) };
        if next != now || at == text.len() {
            match (now, text.get(start..at)) {
                (1, Some(part)) => runs.push(Run::Latin(part)),
                (2, Some(part)) => runs.push(Run::Chinese(part)),
                _ => {}
            }
            (start, now) = (at, next);
        }
    }
    runs
}

fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn pairs(chars: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = chars.chars().collect();
    (1..letters.len()).map(move |i| letters.iter().skip(i - 1).take(2).collect())
}

/// Without a plural's ending: `calls` is found by `call`, `policies` by `policy`.
fn stem(word: &str) -> String {
    let word: String = word.chars().take(LONGEST).collect();
    if !word.is_ascii() || word.len() < 4 || word.ends_with("ss") {
        return word;
    }
    if let Some(root) = word.strip_suffix("ies") {
        return format!("{root}y");
    }
    word.strip_suffix('s').map_or_else(|| word.clone(), str::to_owned)
}

/// Where terms stand in a text: ranges of bytes, in order, none within another.
pub(super) fn places(text: &str, wanted: &[String]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (start, letter) in text.char_indices() {
        if !letter.is_alphanumeric() || found.last().is_some_and(|(_, end)| start < *end) {
            continue;
        }
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let begins = is_chinese(letter) || before.is_none_or(|b| !b.is_alphanumeric() || is_chinese(b));
        let Some(rest) = text.get(start..).filter(|_| begins) else { continue };
        let end = wanted.iter().filter_map(|term| stands(rest, term)).max();
        found.extend(end.map(|length| (start, start + length)));
    }
    found
}

/// How many bytes of the text the term takes, where it stands at its beginning; a Latin word to its end.
fn stands(text: &str, term: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in term.chars() {
        let (_, letter) = letters.next()?;
        if letter != wanted && !letter.to_lowercase().eq([wanted]) {
            return None;
        }
    }
    let rest = letters.as_str();
    if term.chars().next_back().is_some_and(is_chinese) {
        return Some(text.len() - rest.len());
    }
    let tail = rest.find(|c: char| !c.is_alphanumeric() || is_chinese(c)).unwrap_or(rest.len());
    (tail <= 1).then(|| text.len() - rest.len() + tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_cut_into_words_and_english_into_stems() {
        let terms = terms("中文客服系统的退货政策，Return policies 及 VIP 客户");
        for word in ["客服", "系统", "退货", "政策", "return", "policy", "vip", "客户"] {
            assert!(terms.contains_key(word), "{word}: {terms:?}");
        }
    }

    #[test]
    fn places_are_those_that_a_reader_would_mark() {
        let text = "Calls 退货退货款 call-back recall";
        let found: Vec<&str> = places(text, &["退货".into(), "call".into()]).into_iter().map(|(a, b)| &text[a..b]).collect();
        assert_eq!(found, ["Calls", "退货", "退货", "call"]);
    }
}
