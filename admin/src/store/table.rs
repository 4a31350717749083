//! Short words for the tables of migrations: every table has an id, a version and two times.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, IndexCreateStatement, Table, TableCreateStatement};

/// A table with `id`, `version`, `created_at` and `updated_at`.
#[must_use]
pub fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(name).col(ColumnDef::new("id").string_len(40).not_null().primary_key());
    for column in ["version", "created_at", "updated_at"] {
        create.col(ColumnDef::new(column).big_integer().not_null());
    }
    for mut column in columns {
        create.col(&mut column);
    }
    create.to_owned()
}

/// Text that must be there.
#[must_use]
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

/// Text that may be missing.
#[must_use]
pub fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().to_owned()
}

/// A number that must be there.
#[must_use]
pub fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// A number, or a time, that may be missing.
#[must_use]
pub fn number_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().to_owned()
}

/// Yes or no.
#[must_use]
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().to_owned()
}

/// A table of pairs: the own side goes with its row, the other may not go while it is linked to.
#[must_use]
pub fn pairs(name: &'static str, own: (&'static str, &'static str), other: (&'static str, &'static str)) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(ColumnDef::new(own.0).string_len(40).not_null())
        .col(ColumnDef::new(other.0).string_len(40).not_null())
        .primary_key(Index::create().col(own.0).col(other.0))
        .foreign_key(ForeignKey::create().from(name, own.0).to(own.1, "id").on_delete(ForeignKeyAction::Cascade))
        .foreign_key(ForeignKey::create().from(name, other.0).to(other.1, "id").on_delete(ForeignKeyAction::NoAction))
        .to_owned()
}

/// Words that a table takes on for references.
pub trait Refers {
    /// A column refers to a row that may not go before.
    #[must_use]
    fn refers(self, column: &'static str, to: &'static str) -> Self;
    /// A column refers to a row and goes with it.
    #[must_use]
    fn belongs(self, column: &'static str, to: &'static str) -> Self;
}

impl Refers for TableCreateStatement {
    fn refers(mut self, column: &'static str, to: &'static str) -> Self {
        self.foreign_key(ForeignKey::create().from_col(column).to(to, "id").on_delete(ForeignKeyAction::NoAction));
        self
    }

    fn belongs(mut self, column: &'static str, to: &'static str) -> Self {
        self.foreign_key(ForeignKey::create().from_col(column).to(to, "id").on_delete(ForeignKeyAction::Cascade));
        self
    }
}

/// An index, named after its table and columns.
#[must_use]
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut create = Index::create();
    create.name(format!("{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        create.col(*column);
    }
    create.to_owned()
}

/// An index whose columns no two rows share.
#[must_use]
pub fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().to_owned()
}
