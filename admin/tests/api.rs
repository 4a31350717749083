//! `/api/v1`.

mod dictionaries;
mod export;
mod imports;
mod openapi;
mod profile;
mod roles;
mod session;
mod user_groups;
mod users;
