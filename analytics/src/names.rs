//! Names of sources, queues, agents and adapters, each by a small number.
//!
//! Open facts and sums hold numbers: these are copied, compared and hashed without touching text. A number means
//! something within one state only, which carries the texts along.

use std::cell::RefCell;
use std::num::NonZeroU32;
use std::sync::Arc;

use hashbrown::HashMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name's number, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Name(NonZeroU32);

thread_local! {
    /// What the numbers that are read stand for here, by place, while a state is read into one that has names already.
    static TRANSLATION: RefCell<Option<Vec<Name>>> = const { RefCell::new(None) };
}

/// Every name that was told, once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Name>,
    /// What a number stands for that no name has.
    nothing: Arc<str>,
}

impl Names {
    /// The number of a name, the next one if it is new.
    pub(crate) fn number(&mut self, text: &str) -> Name {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let text: Arc<str> = text.into();
        let place = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let name = Name(NonZeroU32::MIN.saturating_add(place));
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, name);
        name
    }

    /// The number of a name that was told before.
    pub(crate) fn known(&self, text: &str) -> Option<Name> {
        self.numbers.get(text).copied()
    }

    pub(crate) fn text(&self, name: Name) -> &Arc<str> {
        self.texts.get(name.0.get() as usize - 1).unwrap_or(&self.nothing)
    }

    /// The text in a row of its own.
    pub(crate) fn shared(&self, name: Name) -> Arc<str> {
        Arc::clone(self.text(name))
    }
}

impl Names {
    /// Does `read`, which reads numbers that stand for the names of `others`: it gets the numbers that these have here.
    /// So no place in a state where a name stands can be forgotten.
    pub(crate) fn translate<T>(&mut self, others: &Self, read: impl FnOnce() -> T) -> T {
        let here = others.texts.iter().map(|text| self.number(text)).collect();
        TRANSLATION.set(Some(here));
        let done = read();
        TRANSLATION.set(None);
        done
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = NonZeroU32::deserialize(deserializer)?;
        TRANSLATION.with_borrow(|here| match here {
            None => Ok(Self(number)),
            Some(here) => here.get(number.get() as usize - 1).copied().ok_or_else(|| D::Error::custom("a number that no name has")),
        })
    }
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut names = Self::default();
        for text in Vec::<Arc<str>>::deserialize(deserializer)? {
            names.number(&text);
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_the_same_when_names_are_written_and_read() {
        let mut names = Names::default();
        let (cards, loans) = (names.number("cards"), names.number("loans"));
        assert_eq!((names.number("cards"), names.text(loans).as_ref()), (cards, "loans"));
        let mut again: Names = postcard::from_bytes(&postcard::to_stdvec(&names).unwrap()).unwrap();
        assert_eq!((again.number("loans"), again.text(cards).as_ref()), (loans, "cards"));
        let mut others = Names::default();
        others.number("sales");
        let read = others.translate(&names, || postcard::from_bytes::<Name>(&postcard::to_stdvec(&loans).unwrap())).unwrap();
        assert_eq!(others.text(read).as_ref(), "loans");
    }
}
