//! What is kept safe, from outside, in the houses of the organisation's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

mod backup;
#[path = "../../admin/tests/house.rs"]
mod house;
mod secrets;

use callboard_admin::Admin;
use callboard_admin::part::Part;
use callboard_safe::Keys;

/// What is added to the organisation here.
const PARTS: &[&Part] = &[&callboard_safe::PART];

/// What the server would give it here: keys.
fn equip(admin: Admin, folder: &std::path::Path) -> Admin {
    let keys = Keys::open(&folder.join("settings.key"), admin.random()).unwrap();
    admin.give(std::sync::Arc::new(keys));
    admin
}

async fn start(admin: &Admin) {
    callboard_admin::entity::standard::make(admin).await.unwrap();
}
