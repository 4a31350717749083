//! The API of the desk from outside, in the houses of the organisation's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

mod api;
#[path = "../../admin/tests/house.rs"]
mod house;

use callboard_admin::Admin;
use callboard_admin::part::Part;

/// What is added to the organisation here.
const PARTS: &[&Part] = &[&callboard_desk::PART];

/// What the server would give it here: nothing.
fn equip(admin: Admin, _folder: &std::path::Path) -> Admin {
    admin
}

async fn start(admin: &Admin) {
    callboard_desk::start(admin).await.unwrap();
}
