//! Who people are at a provider of identities.

use async_trait::async_trait;
use callboard_admin::store::table::{Refers, index, number, table, text, unique};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m01_identities"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let identities = table("identities", vec![text("user_id"), text("issuer"), text("subject"), number("used_at")]).belongs("user_id", "users");
        manager.create_table(identities).await?;
        manager.create_index(unique("identities", &["issuer", "subject"])).await?;
        manager.create_index(index("identities", &["user_id"])).await
    }
}
