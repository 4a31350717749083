//! `/api/v1`.

mod devices;
mod dictionaries;
mod openapi;
mod profile;
mod roles;
mod session;
mod tokens;
mod user_groups;
mod users;
