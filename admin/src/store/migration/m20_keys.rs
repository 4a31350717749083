//! API tokens of users, and devices: screens that show walls.

use crate::store::table::{Refers, flag, index, number, number_null, table, text, text_null, unique};

super::migration!(
    "m20_keys",
    [
        table(
            "tokens",
            vec![
                text("user_id"),
                text("name"),
                text("rights"),
                number("expires_at"),
                text_null("hint"),
                text_null("secret_hash"),
                number_null("used_at"),
                text_null("used_from"),
            ],
        )
        .belongs("user_id", "users"),
        table(
            "devices",
            vec![
                text("name"),
                text_null("place"),
                text("boards"),
                flag("enabled"),
                number_null("expires_at"),
                text_null("hint"),
                text_null("secret_hash"),
                number_null("paired_at"),
                text_null("pairing_hash"),
                number_null("pairing_until"),
                number_null("used_at"),
                text_null("used_from"),
            ],
        ),
    ],
    [
        index("tokens", &["user_id"]),
        unique("tokens", &["secret_hash"]),
        unique("devices", &["name"]),
        unique("devices", &["secret_hash"]),
        unique("devices", &["pairing_hash"]),
    ]
);
