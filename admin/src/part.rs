//! What a crate above adds to the organisation: resources of its own and their routes, served as all others.

use sea_orm::DbErr;

use crate::entity;
use crate::http::Routes;
use crate::resource::Resource;
use crate::store::Store;
use crate::store::migration::{Steps, Tree};

/// What a crate adds.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its resources, in the order of the menu.
    pub resources: &'static [&'static Resource],
    /// Its own routes, besides those that every resource has.
    pub routes: fn(&mut Routes),
    /// Its tables, if it has any.
    pub migrations: Option<Steps>,
}

/// Every tree of migrations: the one here, then those of the parts, which refer to its tables.
#[must_use]
pub fn migrations(parts: &[&'static Part]) -> Vec<Steps> {
    std::iter::once(Steps::of::<Tree>()).chain(parts.iter().filter_map(|part| part.migrations)).collect()
}

/// Brings every part's tables up to date.
///
/// # Errors
/// When the store fails.
pub async fn bring_up(store: &Store, parts: &[&'static Part]) -> Result<(), DbErr> {
    for tree in migrations(parts) {
        let tx = store.begin().await?;
        (tree.up)(&tx, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Every resource: those here, then those of the parts.
pub fn resources(parts: &[&'static Part]) -> impl Iterator<Item = &'static Resource> {
    entity::ALL.iter().chain(parts.iter().flat_map(|part| part.resources)).copied()
}
