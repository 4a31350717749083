//! The tree of migrations, the same for both stores. A migration that has shipped never changes; a new file follows it.

mod m01_organisation;
mod m02_audit_is_kept;
mod m03_idempotency;
mod m12_parameters;
mod m20_keys;
mod m21_way;

use async_trait::async_trait;
use futures::future::BoxFuture;
use sea_orm::{DatabaseTransaction, DbErr};
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
            Box::new(m20_keys::Migration),
            Box::new(m21_way::Migration),
        ]
    }
}

/// Takes the next so many migrations of a tree, or all.
pub type Up = for<'a> fn(&'a DatabaseTransaction, Option<u32>) -> BoxFuture<'a, Result<(), DbErr>>;

/// A tree of migrations as a value, for whoever brings a store to some point of its past.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    /// The table that says which were taken.
    pub table: fn() -> String,
    /// Their names, oldest first.
    pub names: fn() -> Vec<String>,
    /// Takes the next so many, or all.
    pub up: Up,
}

impl Steps {
    /// Of a tree.
    #[must_use]
    pub const fn of<M: MigratorTrait + 'static>() -> Self {
        fn names<M: MigratorTrait>() -> Vec<String> {
            M::migrations().iter().map(|m| m.name().to_owned()).collect()
        }
        fn up<M: MigratorTrait + 'static>(tx: &DatabaseTransaction, steps: Option<u32>) -> BoxFuture<'_, Result<(), DbErr>> {
            Box::pin(M::up(tx, steps))
        }
        Self { table: || M::migration_table_name().to_string(), names: names::<M>, up: up::<M> }
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
