//! The terms of one customer by kind: so it is soon known whether a customer has a term.

use async_trait::async_trait;
use callboard_admin::store::table::index;
use sea_orm::DbErr;
use sea_orm::sea_query::Index;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// See the file's head.
pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m11_terms_by_customer"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("customer_terms", &["customer_id", "kind", "value", "number"])).await?;
        manager.drop_index(Index::drop().name("customer_terms_customer_id").table("customer_terms").to_owned()).await
    }
}
