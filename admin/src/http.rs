//! The API of the organisation: every route on one screen, each with what it asks of its caller.

pub mod body;
mod kiosk;
mod listing;
mod meta;
mod profile;
pub mod session;
mod single;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, any, on};
use axum::{Router, extract::Request, middleware::Next};

use crate::Admin;
use crate::entity;
use crate::identity::door::{Need, gate, guard};
use crate::part::{self, Part};
use crate::problem::Problem;
use crate::resource::{Field, Resource};

/// The largest body of JSON.
const MOST_BYTES: usize = 1024 * 1024;

/// A route: where it is and what it asks.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// Below `/api/v1`, with `{id}` where an id stands.
    pub path: String,
    /// What the caller needs.
    pub need: Need,
    /// What it does, in a few words.
    pub summary: String,
    /// The resource whose shared way it is.
    pub resource: Option<&'static Resource>,
    /// Fields of its JSON body, where it has one of its own.
    pub takes: &'static [Field],
    /// What its query can say: names with what they mean.
    pub asks: &'static [(&'static str, &'static str)],
    /// What it may answer besides what every route may, such as 206.
    pub also: &'static [u16],
}

/// The routes as they are put together.
#[derive(Default)]
pub struct Routes {
    listed: Vec<Route>,
    router: Router<Arc<Admin>>,
    resource: Option<&'static Resource>,
    parts: Vec<&'static Part>,
}

impl Routes {
    /// Every resource that is served.
    #[must_use]
    pub fn resources(&self) -> Vec<&'static Resource> {
        part::resources(&self.parts).collect()
    }

    /// Adds routes that are shared ways of a resource.
    pub fn of(&mut self, resource: &'static Resource, add: impl FnOnce(&mut Self)) {
        self.resource = Some(resource);
        add(self);
        self.resource = None;
    }

    /// Adds a route.
    pub fn on<H, T>(&mut self, method: &Method, path: &str, need: Need, summary: &str, handler: H)
    where
        H: Handler<T, Arc<Admin>>,
        T: 'static,
    {
        let Ok(filter) = MethodFilter::try_from(method.clone()) else { return };
        self.layered(method, path, need, summary, on(filter, handler));
    }

    /// Adds a route whose handler has layers of its own, such as a larger body limit.
    pub fn layered(&mut self, method: &Method, path: &str, need: Need, summary: &str, handler: MethodRouter<Arc<Admin>>) {
        let asked = need.clone();
        let handler = handler.layer(from_fn(move |request: Request, next: Next| guard(asked.clone(), request, next)));
        self.router = std::mem::take(&mut self.router).route(&format!("/api/v1{path}"), handler);
        let (method, path, summary) = (method.clone(), path.to_owned(), summary.to_owned());
        self.listed.push(Route { method, path, need, summary, resource: self.resource, takes: &[], asks: &[], also: &[] });
    }

    /// The route added last takes a body of these fields.
    pub fn takes(&mut self, fields: &'static [Field]) {
        if let Some(route) = self.listed.last_mut() {
            route.takes = fields;
        }
    }

    /// The query of the route added last can say this.
    pub fn asks(&mut self, parameters: &'static [(&'static str, &'static str)]) {
        if let Some(route) = self.listed.last_mut() {
            route.asks = parameters;
        }
    }

    /// The route added last may also answer so.
    pub fn also(&mut self, statuses: &'static [u16]) {
        if let Some(route) = self.listed.last_mut() {
            route.also = statuses;
        }
    }

    /// Adds a route that reads.
    pub fn get<H: Handler<T, Arc<Admin>>, T: 'static>(&mut self, path: &str, need: Need, summary: &str, handler: H) {
        self.on(&Method::GET, path, need, summary, handler);
    }

    /// Adds a route that does something.
    pub fn post<H: Handler<T, Arc<Admin>>, T: 'static>(&mut self, path: &str, need: Need, summary: &str, handler: H) {
        self.on(&Method::POST, path, need, summary, handler);
    }
}

/// Everything that is served, in one place.
fn all(parts: &[&'static Part]) -> Routes {
    let mut routes = Routes { parts: parts.to_vec(), ..Routes::default() };
    session::routes(&mut routes);
    profile::routes(&mut routes);
    kiosk::routes(&mut routes);
    meta::routes(&mut routes);
    // What entities have of their own comes first: `/lists/lookup` is no id.
    entity::routes(&mut routes);
    parts.iter().for_each(|part| (part.routes)(&mut routes));
    for resource in part::resources(parts) {
        routes.of(resource, |routes| {
            listing::routes(routes, resource);
            single::routes(routes, resource);
        });
    }
    routes
}

/// The routes that are served, for documents and tests.
#[must_use]
pub fn list(parts: &[&'static Part]) -> Vec<Route> {
    all(parts).listed
}

/// The router. Paths are absolute: merge, do not nest.
pub fn router(admin: Arc<Admin>) -> Router {
    let nothing = any(async || Problem::not_found());
    let all = all(admin.parts()).router.route("/api/v1/{*nothing}", nothing).merge(kiosk::pages());
    all.layer(DefaultBodyLimit::max(MOST_BYTES)).layer(from_fn_with_state(Arc::clone(&admin), gate)).with_state(admin)
}
