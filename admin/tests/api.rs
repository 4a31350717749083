//! `/api/v1`.

mod articles;
mod bulletins;
mod customers;
mod demo;
mod dictionaries;
mod export;
mod imports;
mod openapi;
mod parameters;
mod profile;
mod roles;
mod session;
mod skill_groups;
mod user_groups;
mod users;
