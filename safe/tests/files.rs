//! A part with a table of bytes, such as attachments are: nothing here has one of its own.

use async_trait::async_trait;
use callboard_admin::part::Part;
use callboard_admin::store::migration::Steps;
use callboard_admin::store::row;
use callboard_admin::store::table::{table, text_null};
use callboard_domain::Timestamp;
use sea_orm::sea_query::{ColumnDef, DynIden, IntoIden};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

pub static PART: Part = Part { resources: &[], routes: |_| {}, migrations: Some(Steps::of::<Tree>()) };

struct Tree;

#[async_trait]
impl MigratorTrait for Tree {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Files)]
    }

    fn migration_table_name() -> DynIden {
        "files_migrations".into_iden()
    }
}

struct Files;

impl MigrationName for Files {
    fn name(&self) -> &str {
        "m01_files"
    }
}

#[async_trait]
impl MigrationTrait for Files {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let content = ColumnDef::new("content").blob().not_null().to_owned();
        manager.create_table(table("files", vec![content, text_null("note")])).await
    }
}

/// Keeps a file of so many bytes, each value of a byte among them.
pub async fn keep(db: &impl ConnectionTrait, id: &str, length: usize) {
    let bytes: Vec<u8> = (0..=255).cycle().take(length).collect();
    db.execute(&row::insert("files", id, Timestamp::from_millis(0), vec![("content", bytes.into())])).await.unwrap();
}
