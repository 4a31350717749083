//! `/api/v1`.

mod addresses;
mod devices;
mod dictionaries;
mod export;
mod imports;
mod openapi;
mod profile;
mod roles;
mod session;
mod tokens;
mod user_groups;
mod users;
