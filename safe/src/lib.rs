//! What the organisation keeps safe: secrets of other systems under a key, and backups of everything.
//!
//! A part of the organisation in the way of `callboard-admin`: the server adds [`PART`] and gives it [`Keys`].

pub mod backup;
mod migration;
mod private;
pub mod secrets;

use callboard_admin::part::Part;
use callboard_admin::store::migration::Steps;
pub use secrets::Keys;

/// What is added to the organisation.
pub static PART: Part = Part { resources: &[&secrets::SECRETS], routes: |_| {}, migrations: Some(Steps::of::<migration::Tree>()) };
