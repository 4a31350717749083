//! The tables of the desk, in the settings store beside those of the organisation, kept up to date on their own.

mod m01_customers;
mod m02_knowledge;
mod m03_service;
mod m10_lists;
mod m11_terms_by_customer;
mod m30_recordings;
mod m31_voicemail;
mod m32_measured_and_kept;
mod m33_beside_calls;

use async_trait::async_trait;
use sea_orm::DbErr;
use sea_orm::sea_query::{DynIden, IndexCreateStatement, IntoIden, TableCreateStatement};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

/// All migrations, oldest first. One that has shipped never changes; a new file follows it.
#[derive(Debug, Clone, Copy)]
pub struct Tree;

#[async_trait]
impl MigratorTrait for Tree {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_customers::Migration),
            Box::new(m02_knowledge::Migration),
            Box::new(m03_service::Migration),
            Box::new(m10_lists::Migration),
            Box::new(m11_terms_by_customer::Migration),
            Box::new(m30_recordings::Migration),
            Box::new(m31_voicemail::Migration),
            Box::new(m32_measured_and_kept::Migration),
            Box::new(m33_beside_calls::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        "desk_migrations".into_iden()
    }
}

/// Makes tables, then indexes.
async fn make(manager: &SchemaManager<'_>, tables: Vec<TableCreateStatement>, indexes: Vec<IndexCreateStatement>) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}
