//! Lists of the organisation as files: CSV and XLSX, exported and imported, of every resource whose features say so.
//!
//! A part of the organisation in the way of `callboard-admin`: the server adds [`PART`].

mod export;
mod import;
mod imports;
pub mod sheet;

use callboard_admin::http::Routes;
use callboard_admin::part::Part;

/// What is added to the organisation.
pub static PART: Part = Part { resources: &[], routes, migrations: None };

fn routes(routes: &mut Routes) {
    imports::jobs(routes);
    for resource in routes.resources() {
        routes.of(resource, |routes| {
            export::routes(routes, resource);
            imports::routes(routes, resource);
        });
    }
}
