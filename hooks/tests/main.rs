//! Web hooks from outside: a real receiver on this machine, in the houses of the organisation's own tests, on SQLite and PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that finds something else fails")]

mod api;
#[path = "../../admin/tests/house.rs"]
mod house;
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use callboard_admin::Admin;
use callboard_admin::part::Part;
use callboard_hooks::{Hooks, Patience, Settings};
use callboard_safe::Keys;
use jiff::tz::TimeZone;

use crate::receiver::Book;

/// What is added to the organisation here.
const PARTS: &[&Part] = &[&callboard_safe::PART, &callboard_hooks::PART];

/// What the server would give it here: keys, and what sends; of this machine one address may be reached.
fn equip(admin: Admin, folder: &std::path::Path) -> Admin {
    let keys = Keys::open(&folder.join("settings.key"), admin.random()).unwrap();
    admin.give(Arc::new(keys));
    let book = Arc::new(Book::default());
    admin.give(Arc::new(hooks(&admin, &book, settings(), Duration::from_secs(10))));
    admin.give(book);
    admin
}

/// 127.0.0.1 may be reached over http, and nothing else inside.
fn settings() -> Settings {
    Settings { allow: vec!["127.0.0.1/32".parse().unwrap()], http: true, ports: Vec::new(), ca: None }
}

fn hooks(admin: &Admin, book: &Arc<Book>, settings: Settings, whole: Duration) -> Hooks {
    let patience = Patience { connect: whole, whole };
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    Hooks::with(&settings, zone, admin.random(), Arc::clone(book) as _, patience).unwrap()
}

/// What the server would make here: nothing.
async fn start(_admin: &Admin) {}
