//! `/api/v1`.

mod dictionaries;
mod profile;
mod roles;
mod session;
mod user_groups;
mod users;
