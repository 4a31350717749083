//! `/api/v1`.

mod devices;
mod dictionaries;
mod export;
mod imports;
mod profile;
mod roles;
mod session;
mod tokens;
mod user_groups;
mod users;
