//! Writes and reads a short list that begins in its owner; `smallvec` is built without `serde` here as elsewhere.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::{Array, SmallVec};

pub(super) fn serialize<A: Array<Item: Serialize>, S: Serializer>(list: &SmallVec<A>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list)
}

pub(super) fn deserialize<'de, A: Array<Item: Deserialize<'de>>, D: Deserializer<'de>>(deserializer: D) -> Result<SmallVec<A>, D::Error> {
    Ok(Vec::deserialize(deserializer)?.into_iter().collect())
}
