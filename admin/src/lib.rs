//! The organisation: users and rights, dictionaries, lists, customers, knowledge; what an administrator keeps.
//!
//! An entity describes itself once ([`resource::Resource`]) and adds its own rules; list, filter, paging, validation,
//! audit, rights and the API's document come from the description. Clock and chance are parameters.

pub mod audit;
pub mod contacts;
pub mod entity;
pub mod http;
pub mod idempotency;
pub mod identity;
pub mod limit;
pub mod part;
pub mod problem;
pub mod random;
pub mod resource;
pub mod store;
pub mod words;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use callboard_domain::{Clock, Timestamp};
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction};
use serde::Serialize;

use part::Part;
use problem::Problem;
use random::Random;
use resource::Resource;
use resource::list::Mask;
use store::Store;
use words::Text;

/// How the organisation is served.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Nobody signs in and everybody may do everything; on this machine's own address only.
    pub open: bool,
    /// Served behind TLS: cookies say so.
    pub secure: bool,
    /// Requests that one caller may send a minute; any number where it is 0.
    pub requests_per_minute: u32,
}

/// What the whole centre goes by; given by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Centre {
    /// The zone in which its days begin and its times are told, such as Asia/Shanghai.
    pub zone: String,
    /// Its name, at the head of walls.
    pub title: Text,
}

/// Runs an import beside everything else; the server's, because only it starts tasks.
pub type Spawn = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// What the server has given to parts above, by type.
type Given = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The organisation.
pub struct Admin {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    spawn: Spawn,
    options: Options,
    limits: limit::Limits,
    calls: OnceLock<Arc<dyn contacts::Calls>>,
    given: RwLock<Given>,
    mask: RwLock<Mask>,
    parts: Vec<&'static Part>,
}

impl Admin {
    /// Over a settings store.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, random: Arc<dyn Random>, spawn: Spawn, options: Options) -> Self {
        let limits = limit::Limits::new(options.requests_per_minute);
        Self {
            store,
            clock,
            random,
            spawn,
            options,
            limits,
            calls: OnceLock::new(),
            given: RwLock::default(),
            mask: RwLock::new(Mask::USUAL),
            parts: Vec::new(),
        }
    }

    /// The store, for reading.
    #[must_use]
    pub const fn db(&self) -> &DatabaseConnection {
        self.store.db()
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// A transaction, for writing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(&self) -> Result<DatabaseTransaction, Problem> {
        Ok(self.store.begin().await?)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Chance.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> String {
        random::id(&*self.random, self.now())
    }

    /// Starts a task.
    #[must_use]
    pub const fn spawn(&self) -> &Spawn {
        &self.spawn
    }

    /// How often callers may ask.
    #[must_use]
    pub const fn limits(&self) -> &limit::Limits {
        &self.limits
    }

    /// How it is served.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Takes where calls are asked for, once; the server knows.
    pub fn take_calls(&self, calls: Arc<dyn contacts::Calls>) {
        // A second one is not taken: there is one server.
        drop(self.calls.set(calls));
    }

    /// Where calls are asked for.
    #[must_use]
    pub fn calls(&self) -> Option<&dyn contacts::Calls> {
        self.calls.get().map(AsRef::as_ref)
    }

    /// Takes what a part above works with and only the server has, such as a place for files; one of each type.
    pub fn give<T: Any + Send + Sync>(&self, thing: Arc<T>) {
        self.given.write().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), thing);
    }

    /// What the server has given of this type.
    #[must_use]
    pub fn given<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        given.get(&TypeId::of::<T>()).and_then(|thing| Arc::clone(thing).downcast().ok())
    }

    /// What a part keeps of this type: what was given, or made when it is asked for first.
    pub fn own<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        let thing = Arc::clone(given.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())));
        thing.downcast().unwrap_or_default() // it lies under its own type
    }

    /// How telephone numbers are hidden now.
    #[must_use]
    pub fn mask(&self) -> Mask {
        *self.mask.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers are hidden like this from now on.
    pub fn take_mask(&self, mask: Mask) {
        *self.mask.write().unwrap_or_else(PoisonError::into_inner) = mask;
    }

    /// With what a crate above adds; before it is served.
    #[must_use]
    pub fn with(mut self, part: &'static Part) -> Self {
        self.parts.push(part);
        self
    }

    /// What crates above have added.
    #[must_use]
    pub fn parts(&self) -> &[&'static Part] {
        &self.parts
    }

    /// Every resource, in the order of the menu.
    pub fn resources(&self) -> impl Iterator<Item = &'static Resource> {
        part::resources(&self.parts)
    }

    /// A resource by its name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.resources().find(|r| r.name == name)
    }
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").field("options", &self.options).finish_non_exhaustive()
    }
}
