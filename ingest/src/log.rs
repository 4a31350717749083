//! The durable log behind one trait.
