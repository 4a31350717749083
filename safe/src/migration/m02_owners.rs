//! Secrets that belong to a row of a part above, such as a web hook.

use async_trait::async_trait;
use callboard_admin::store::table::{index, text_null};
use sea_orm::DbErr;
use sea_orm::sea_query::Table;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m02_owners"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("secrets").add_column(text_null("owner")).to_owned()).await?;
        manager.create_index(index("secrets", &["owner"])).await
    }
}
