//! The document, and with it a walk over every route of the organisation and its parts, in the houses of the organisation's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

#[path = "../../admin/tests/house.rs"]
mod house;
mod openapi;
mod parts;

use callboard_admin::Admin;
use callboard_safe::Keys;

use parts::PARTS;

/// What the server would give it here: keys.
fn equip(admin: Admin, folder: &std::path::Path) -> Admin {
    let keys = Keys::open(&folder.join("settings.key"), admin.random()).unwrap();
    admin.give(std::sync::Arc::new(keys));
    admin
}

async fn start(admin: &Admin) {
    callboard_desk::start(admin).await.unwrap();
}
