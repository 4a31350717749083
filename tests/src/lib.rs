//! Support for the tests of the product from outside.

pub mod story;
