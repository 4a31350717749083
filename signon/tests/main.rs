//! Signing on, from outside, in the houses of the organisation's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

#[allow(unused_macros, unused_imports, reason = "the houses of the organisation's own tests have more than is asked for here")]
#[path = "../../admin/tests/house.rs"]
mod house;
#[path = "../../admin/tests/api/openapi.rs"]
mod openapi;
mod sign_on;

use callboard_admin::Admin;
use callboard_admin::part::Part;
use callboard_safe::Keys;

/// What is added to the organisation here.
const PARTS: &[&Part] = &[&callboard_safe::PART, &callboard_signon::PART];

/// What the server would give it here: keys, which seal what a sign-on must remember.
fn equip(admin: Admin, folder: &std::path::Path) -> Admin {
    let keys = Keys::open(&folder.join("settings.key"), admin.random()).unwrap();
    admin.give(std::sync::Arc::new(keys));
    admin
}

async fn start(admin: &Admin) {
    callboard_admin::entity::standard::make(admin).await.unwrap();
}
