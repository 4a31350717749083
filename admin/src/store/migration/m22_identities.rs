//! Who people are at a provider of identities, and by which way a session began.

use sea_orm::DbErr;
use sea_orm::sea_query::Table;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use crate::store::table::{Refers, index, number, table, text, text_null, unique};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m22_identities"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let identities = table("identities", vec![text("user_id"), text("issuer"), text("subject"), number("used_at")]).belongs("user_id", "users");
        manager.create_table(identities).await?;
        manager.create_index(unique("identities", &["issuer", "subject"])).await?;
        manager.create_index(index("identities", &["user_id"])).await?;
        manager.alter_table(Table::alter().table("sessions").add_column(text_null("way")).to_owned()).await
    }
}
