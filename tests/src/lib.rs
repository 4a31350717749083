//! Support for the tests of the product from outside.

#![allow(clippy::indexing_slicing, reason = "a test fails by panicking; indexing JSON gives null")]

pub mod browser;
pub mod inside;
pub mod manager;
pub mod screen;
pub mod server;
pub mod story;
pub mod visitor;
