//! `/api/v1`.

mod articles;
mod beside_calls;
mod bulletins;
mod customers;
mod demo;
#[path = "../../sheets/tests/imports.rs"]
mod imports;
mod lists;
mod many_customers;
mod parameters;
mod recordings;
mod skill_groups;
mod voicemail;
