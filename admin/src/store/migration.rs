//! The tree of migrations, the same for both stores. A migration that has shipped never changes; a new file follows it.

mod m01_organisation;
mod m02_audit_is_kept;
mod m03_idempotency;
mod m12_parameters;

use async_trait::async_trait;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All migrations, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Tree;

#[async_trait]
impl MigratorTrait for Tree {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_organisation::Migration),
            Box::new(m02_audit_is_kept::Migration),
            Box::new(m03_idempotency::Migration),
            Box::new(m12_parameters::Migration),
        ]
    }
}

/// Writes the head of a migration: its name, and `up` from a list of tables and a list of indexes.
macro_rules! migration {
    ($name:literal, $tables:expr, $indexes:expr) => {
        /// See the file's head.
        pub(super) struct Migration;

        impl sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm::DbErr> {
                for table in $tables {
                    manager.create_table(table).await?;
                }
                for index in $indexes {
                    manager.create_index(index).await?;
                }
                Ok(())
            }
        }
    };
}
use migration;
