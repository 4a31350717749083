//! The tables of web hooks, in the settings store beside those of the organisation, kept up to date on their own.

mod m01_web_hooks;

use async_trait::async_trait;
use sea_orm::sea_query::{DynIden, IntoIden};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All migrations, oldest first. One that has shipped never changes; a new file follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree;

#[async_trait]
impl MigratorTrait for Tree {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m01_web_hooks::Migration)]
    }

    fn migration_table_name() -> DynIden {
        "hooks_migrations".into_iden()
    }
}
