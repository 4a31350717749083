//! What was made under an `Idempotency-Key`, for a day.

use crate::store::table::{index, table, text, unique};

super::migration!(
    "m03_idempotency",
    [table("idempotency", vec![text("caller"), text("key_hash"), text("request_hash"), text("row_id")])],
    [unique("idempotency", &["caller", "key_hash"]), index("idempotency", &["created_at"])]
);
