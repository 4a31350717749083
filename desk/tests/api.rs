//! `/api/v1`.

mod articles;
mod bulletins;
mod customers;
mod demo;
#[allow(dead_code, reason = "its stories are run by the organisation's own tests")]
#[path = "../../admin/tests/api/imports.rs"]
mod imports;
mod lists;
#[path = "../../admin/tests/api/openapi.rs"]
mod openapi;
mod parameters;
mod recordings;
mod skill_groups;
mod voicemail;
