//! What people read, in both languages: labels that are fixed, and sentences that are made up.
//!
//! A label is written once, beside the field that it names. Messages are made in both languages where they arise and
//! the reader's language is chosen when the answer is written, so that nothing below has to know who reads.

use serde::Serialize;

/// The reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the first.
    Zh,
    /// English.
    En,
}

/// A fixed label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A sentence that was made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Lang {
    /// By its name; Chinese for any that is not English.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name.trim().to_ascii_lowercase().starts_with("en") { Self::En } else { Self::Zh }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

impl Words {
    /// English, then Chinese.
    #[must_use]
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    /// In one language.
    #[must_use]
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

impl Text {
    /// English, then Chinese.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// In one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Self::new(words.en, words.zh)
    }
}

/// The language that a browser asks for, by the first of `Accept-Language` that is spoken here.
#[must_use]
pub fn accepted(header: Option<&str>) -> Lang {
    let spoken = |tag: &str| match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("en") => Some(Lang::En),
        Some("zh") => Some(Lang::Zh),
        _ => None,
    };
    header.unwrap_or_default().split(',').find_map(spoken).unwrap_or(Lang::Zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_counts() {
        assert_eq!(accepted(Some("fr-CH, en;q=0.9, zh;q=0.8")), Lang::En);
        assert_eq!(accepted(Some("zh-CN,zh;q=0.9,en;q=0.8")), Lang::Zh);
        assert_eq!((accepted(None), accepted(Some("*"))), (Lang::Zh, Lang::Zh));
    }
}
