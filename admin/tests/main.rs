//! The API from outside: a router in this process, on SQLite and on a real PostgreSQL. Files are named after URLs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

mod api;
mod house;
mod kiosk;

use callboard_admin::Admin;
use callboard_admin::part::Part;

/// What is added to the organisation here: nothing.
const PARTS: &[&Part] = &[];

/// What the server would give it here: nothing.
fn equip(admin: Admin, _folder: &std::path::Path) -> Admin {
    admin
}

/// What the server would make here: nothing.
async fn start(_admin: &Admin) {}
