//! The table of secrets, in the settings store beside those of the organisation, kept up to date on its own.

mod m01_secrets;
mod m02_owners;

use async_trait::async_trait;
use sea_orm::sea_query::{DynIden, IntoIden};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All migrations, oldest first. One that has shipped never changes; a new file follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree;

#[async_trait]
impl MigratorTrait for Tree {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m01_secrets::Migration), Box::new(m02_owners::Migration)]
    }

    fn migration_table_name() -> DynIden {
        "safe_migrations".into_iden()
    }
}
