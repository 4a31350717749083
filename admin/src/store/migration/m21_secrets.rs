//! Secrets of other systems, encrypted.

use crate::store::table::{table, text, text_null, unique};

super::migration!(
    "m21_secrets",
    [table("secrets", vec![text("name"), text_null("note"), text("sealed"), text("key_id")])],
    [unique("secrets", &["name"])]
);
