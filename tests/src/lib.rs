//! Support for the tests of the product from outside.
