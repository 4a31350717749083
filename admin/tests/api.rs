//! `/api/v1`.

mod addresses;
mod devices;
mod dictionaries;
mod profile;
mod roles;
mod session;
mod tokens;
mod user_groups;
mod users;
