//! Signing on to the organisation at a provider of identities, by OpenID Connect.
//!
//! A part of the organisation in the way of `callboard-admin`: the server adds [`PART`] and, where the configuration names
//! a provider, gives it [`Oidc`]. What a sign-on must remember is sealed by the keys of `callboard-safe`.

mod migration;
mod oidc;
mod routes;

use callboard_admin::part::Part;
use callboard_admin::store::migration::Steps;
pub use oidc::{Error, Oidc, Settings};

/// What is added to the organisation.
pub static PART: Part = Part { resources: &[], routes: routes::routes, migrations: Some(Steps::of::<migration::Tree>()) };
