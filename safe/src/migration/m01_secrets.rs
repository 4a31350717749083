//! Secrets of other systems, encrypted.

use async_trait::async_trait;
use callboard_admin::store::table::{table, text, text_null, unique};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m01_secrets"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table("secrets", vec![text("name"), text_null("note"), text("sealed"), text("key_id")])).await?;
        manager.create_index(unique("secrets", &["name"])).await
    }
}
