//! `/api/v1`.

mod devices;
mod dictionaries;
mod profile;
mod roles;
mod session;
mod tokens;
mod user_groups;
mod users;
