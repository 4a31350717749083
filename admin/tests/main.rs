//! The API from outside: a router in this process, on SQLite and on a real PostgreSQL. Files are named after URLs.

mod api;
mod house;
