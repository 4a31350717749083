//! The document of the organisation's API, OpenAPI 3.1, and a page to browse it.
//!
//! A part of the organisation in the way of `callboard-admin`: the server adds [`PART`], which serves what [`document`] makes of
//! every route and descriptor there is.

mod document;
mod page;
mod routes;

use callboard_admin::part::Part;
pub use document::document;

/// What is added to the organisation.
pub static PART: Part = Part { resources: &[], routes: routes::routes, migrations: None };
