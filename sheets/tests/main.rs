//! Files of rows, from outside, in the houses of the organisation's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

mod export;
#[path = "../../admin/tests/house.rs"]
mod house;
mod imports;

use callboard_admin::Admin;
use callboard_admin::part::Part;

/// What is added to the organisation here.
const PARTS: &[&Part] = &[&callboard_sheets::PART];

/// What the server would give it here: nothing.
fn equip(admin: Admin, _folder: &std::path::Path) -> Admin {
    admin
}

/// What the server would make here: nothing.
async fn start(_admin: &Admin) {}
