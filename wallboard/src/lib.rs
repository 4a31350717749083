//! Boards, live tiles, and the hub that encodes once for every screen.
//!
//! A board is a TOML file of tiles; a tile is a query, a kind and its thresholds. The hub asks every distinct query
//! once a tick, compares with the tick before and hands all screens of a board the same bytes.

pub mod board;
mod cell;
pub mod counts;
mod diff;
mod error;
pub mod evaluate;
pub mod frame;
mod freshness;
mod handshake;
pub mod hub;
mod level;
mod live;
mod routes;
mod screen;
mod wire;

pub use board::{Board, built_in};
pub use counts::Counts;
pub use error::Error;
pub use evaluate::{Evaluate, Prepared};
pub use hub::{Hub, Options};
pub use live::{Live, Rows};
pub use routes::{Leave, Spawn, router};
