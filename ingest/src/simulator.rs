//! A made-up call centre that talks in events.
