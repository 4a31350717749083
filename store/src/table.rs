//! The tables, defined once: column, type and meaning.
//!
//! A row type is a plain struct; `batch` turns rows into Arrow and `rows` turns Arrow back. The comment of a
//! column travels in the field's metadata, so `information_schema` and the documentation show the same words.

mod cell;
mod fact;
mod interval;
mod live;
mod record;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

pub use cell::Cell;
pub use fact::{
    AgentLeg, AgentStateRow, Call, CallColumns, LegColumns, LentCall, LentLeg, LentState, LentVisit, QueueVisit, StateColumns, VisitColumns,
};
pub use interval::{AgentInterval, QueueInterval};
pub use live::{LiveAgent, LiveCall, LiveQueue, LiveSource};
pub use record::{EventRow, Gap, RejectedRow};

/// The metadata key of a column's comment.
pub const COMMENT: &str = "comment";

/// Every table that a query can name, in the order of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// One row a call.
    Calls,
    /// One row a wait in a queue.
    QueueVisits,
    /// One row a ring or a conversation.
    AgentLegs,
    /// One row an interval in a state.
    AgentStates,
    /// Counters per queue and minute.
    QueueIntervals,
    /// Counters per agent and quarter of an hour.
    AgentIntervals,
    /// Known holes.
    Gaps,
    /// The raw log.
    Events,
    /// What could not be read.
    Rejected,
    /// Calls now.
    LiveCalls,
    /// Agents now.
    LiveAgents,
    /// Queues now.
    LiveQueues,
    /// Sources now.
    LiveSources,
}

/// What the macro below knows about one table.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo {
    /// Name in SQL.
    pub name: &'static str,
    /// What a row is.
    pub comment: &'static str,
    /// The columns that identify a row; a higher `version` of the same key replaces a lower one.
    pub key: &'static [&'static str],
    /// The column that places a row in time; history is cut by its UTC day.
    pub time: &'static str,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 13] = [
        Self::Calls,
        Self::QueueVisits,
        Self::AgentLegs,
        Self::AgentStates,
        Self::QueueIntervals,
        Self::AgentIntervals,
        Self::Gaps,
        Self::Events,
        Self::Rejected,
        Self::LiveCalls,
        Self::LiveAgents,
        Self::LiveQueues,
        Self::LiveSources,
    ];

    /// The tables whose closed rows history keeps.
    pub const STORED: [Self; 7] =
        [Self::Calls, Self::QueueVisits, Self::AgentLegs, Self::AgentStates, Self::QueueIntervals, Self::AgentIntervals, Self::Gaps];

    /// Name, comment, key and time column.
    #[must_use]
    pub const fn info(self) -> TableInfo {
        match self {
            Self::Calls => Call::INFO,
            Self::QueueVisits => QueueVisit::INFO,
            Self::AgentLegs => AgentLeg::INFO,
            Self::AgentStates => AgentStateRow::INFO,
            Self::QueueIntervals => QueueInterval::INFO,
            Self::AgentIntervals => AgentInterval::INFO,
            Self::Gaps => Gap::INFO,
            Self::Events => EventRow::INFO,
            Self::Rejected => RejectedRow::INFO,
            Self::LiveCalls => LiveCall::INFO,
            Self::LiveAgents => LiveAgent::INFO,
            Self::LiveQueues => LiveQueue::INFO,
            Self::LiveSources => LiveSource::INFO,
        }
    }

    /// Name in SQL and of its folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// The Arrow schema, comments included.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        match self {
            Self::Calls => Call::schema(),
            Self::QueueVisits => QueueVisit::schema(),
            Self::AgentLegs => AgentLeg::schema(),
            Self::AgentStates => AgentStateRow::schema(),
            Self::QueueIntervals => QueueInterval::schema(),
            Self::AgentIntervals => AgentInterval::schema(),
            Self::Gaps => Gap::schema(),
            Self::Events => EventRow::schema(),
            Self::Rejected => RejectedRow::schema(),
            Self::LiveCalls => LiveCall::schema(),
            Self::LiveAgents => LiveAgent::schema(),
            Self::LiveQueues => LiveQueue::schema(),
            Self::LiveSources => LiveSource::schema(),
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }
}

/// A row type: its table's description and its way to and from Arrow.
pub trait TableRow: Sized {
    /// Name, comment, key and time column.
    const INFO: TableInfo;

    /// The Arrow schema, comments included.
    fn schema() -> SchemaRef;

    /// Rows as one batch.
    fn batch<'a>(rows: impl IntoIterator<Item = &'a Self>) -> RecordBatch
    where
        Self: 'a;

    /// A batch as rows; columns are found by name.
    ///
    /// # Errors
    /// When a column is missing, has another type, or holds a value outside its closed choice.
    fn rows(batch: &RecordBatch) -> Result<Vec<Self>, ArrowError>;
}

fn field(name: &str, data_type: DataType, nullable: bool, comment: &str) -> Field {
    Field::new(name, data_type, nullable).with_metadata(HashMap::from([(COMMENT.to_owned(), comment.trim().to_owned())]))
}

fn schema_of(fields: Vec<Field>, comment: &str) -> SchemaRef {
    Arc::new(Schema::new_with_metadata(fields, HashMap::from([(COMMENT.to_owned(), comment.trim().to_owned())])))
}

/// Declares a row type and everything the trait asks for.
macro_rules! table {
    (#[doc = $comment:literal] $row:ident = $name:literal, key $key:expr, time $time:literal {
        $(#[doc = $fcomment:literal] $field:ident: $type:ty,)+
    }) => {
        #[doc = $comment]
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $row { $(#[doc = $fcomment] pub $field: $type,)+ }

        impl $crate::table::TableRow for $row {
            const INFO: $crate::table::TableInfo =
                $crate::table::TableInfo { name: $name, comment: $comment, key: &$key, time: $time };

            fn schema() -> arrow::datatypes::SchemaRef {
                static SCHEMA: std::sync::LazyLock<arrow::datatypes::SchemaRef> = std::sync::LazyLock::new(|| {
                    $crate::table::schema_of(
                        vec![$($crate::table::field(
                            stringify!($field),
                            <$type as $crate::table::Cell>::data_type(),
                            <$type as $crate::table::Cell>::NULLABLE,
                            $fcomment,
                        ),)+],
                        $comment,
                    )
                });
                std::sync::Arc::clone(&SCHEMA)
            }

            fn batch<'a>(rows: impl IntoIterator<Item = &'a Self>) -> arrow::array::RecordBatch where Self: 'a {
                let rows: Vec<&Self> = rows.into_iter().collect();
                let arrays = vec![$($crate::table::cell::array::<$type>(rows.iter().map(|row| &row.$field)),)+];
                $crate::table::made::<Self>(arrays)
            }

            fn rows(batch: &arrow::array::RecordBatch) -> Result<Vec<Self>, arrow::error::ArrowError> {
                $(let $field = $crate::table::cell::column::<$type>(batch, stringify!($field))?;)+
                (0..batch.num_rows())
                    .map(|i| Ok($row { $($field: <$type as $crate::table::Cell>::read($field, i)?,)+ }))
                    .collect()
            }
        }
    };
}
pub(crate) use table;

/// A row that borrows its texts from whoever makes it, on its way into columns.
pub trait LentRow: Copy {
    /// Columns that grow.
    type Columns: Columns;
    /// The row with texts of its own.
    type Row: TableRow;

    /// The row with texts of its own.
    fn own(self) -> Self::Row;
    /// Adds rows at the end of columns.
    fn extend(rows: &[Self], columns: &mut Self::Columns);

    /// Rows as one batch.
    fn batch(rows: &[Self]) -> RecordBatch {
        let mut columns = Self::Columns::with_room(rows.len());
        Self::extend(rows, &mut columns);
        columns.finish()
    }
}

/// Columns of a table that grow row by row.
pub trait Columns: std::fmt::Debug {
    /// Empty ones with room for so many rows.
    fn with_room(rows: usize) -> Self;
    /// Rows in them.
    fn len(&self) -> usize;
    /// Whether there is no row in them.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Takes all rows out.
    fn finish(&mut self) -> RecordBatch;
    /// A copy of all rows.
    fn copied(&self) -> RecordBatch;
}

/// Declares a table of which many rows are made: besides the row type one that borrows, and columns that grow.
macro_rules! busy_table {
    (#[doc = $comment:literal] $row:ident, $lent:ident, $columns:ident = $name:literal, key $key:expr, time $time:literal {
        $(#[doc = $fcomment:literal] $field:ident: $type:ty,)+
    }) => {
        $crate::table::table! {
            #[doc = $comment] $row = $name, key $key, time $time { $(#[doc = $fcomment] $field: $type,)+ }
        }

        #[doc = $comment]
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $lent<'a> { $(#[doc = $fcomment] pub $field: <$type as $crate::table::Cell>::Lent<'a>,)+ }

        #[doc = concat!("Columns of `", $name, "` that grow.")]
        #[derive(Debug)]
        pub struct $columns { $($field: <$type as $crate::table::Cell>::Builder,)+ }

        impl $row {
            /// The row on loan.
            #[must_use]
            pub fn lend(&self) -> $lent<'_> {
                $lent { $($field: $crate::table::Cell::lend(&self.$field),)+ }
            }
        }

        impl $crate::table::LentRow for $lent<'_> {
            type Columns = $columns;
            type Row = $row;

            fn own(self) -> $row {
                $row { $($field: <$type as $crate::table::Cell>::own(self.$field),)+ }
            }

            // Going through the rows once a column is quicker than filling all columns at once.
            fn extend(rows: &[Self], columns: &mut $columns) {
                $(rows.iter().for_each(|row| <$type as $crate::table::Cell>::push(row.$field, &mut columns.$field));)+
            }
        }

        impl $crate::table::Columns for $columns {
            fn with_room(rows: usize) -> Self {
                Self { $($field: <$type as $crate::table::Cell>::builder(rows),)+ }
            }

            fn len(&self) -> usize {
                arrow::array::ArrayBuilder::len(&self.version)
            }

            fn finish(&mut self) -> arrow::array::RecordBatch {
                $crate::table::made::<$row>(vec![$(arrow::array::ArrayBuilder::finish(&mut self.$field),)+])
            }

            fn copied(&self) -> arrow::array::RecordBatch {
                $crate::table::made::<$row>(vec![$(arrow::array::ArrayBuilder::finish_cloned(&self.$field),)+])
            }
        }
    };
}
pub(crate) use busy_table;

/// Columns as a batch. Schema and builders come from the same list of columns; they cannot disagree.
fn made<R: TableRow>(columns: Vec<arrow::array::ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(R::schema(), columns).unwrap_or_else(|_| RecordBatch::new_empty(R::schema()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_key_a_time_and_a_comment_on_every_column() {
        for table in Table::ALL {
            let (info, schema) = (table.info(), table.schema());
            assert!(schema.field_with_name(info.time).is_ok(), "{}", info.name);
            for key in info.key {
                assert!(schema.field_with_name(key).is_ok(), "{}.{key}", info.name);
            }
            for field in schema.fields() {
                assert!(field.metadata().get(COMMENT).is_some_and(|c| !c.is_empty()), "{}.{}", info.name, field.name());
            }
            assert_eq!(Table::by_name(info.name), Some(table));
        }
    }

    #[test]
    fn counters_of_a_visit_and_of_an_interval_have_the_same_names() {
        let visit = QueueVisit::schema();
        for field in QueueInterval::schema().fields().iter().filter(|f| f.data_type() == &DataType::Int64) {
            assert!(visit.field_with_name(field.name()).is_ok(), "queue_visits lacks {}", field.name());
        }
        let (leg, state) = (AgentLeg::schema(), AgentStateRow::schema());
        for field in AgentInterval::schema().fields().iter().filter(|f| f.data_type() == &DataType::Int64) {
            let known = leg.field_with_name(field.name()).is_ok() || state.field_with_name(field.name()).is_ok();
            assert!(known, "neither agent_legs nor agent_states has {}", field.name());
        }
    }

    #[test]
    fn rows_survive_the_way_through_arrow() {
        let gap = Gap {
            source: "pbx1".into(),
            from_at: callboard_domain::Timestamp::from_millis(1_000),
            to_at: callboard_domain::Timestamp::from_millis(2_000),
            reason: Some("connection lost".into()),
            filled_at: None,
            version: 1,
        };
        let batch = Gap::batch([&gap, &gap]);
        assert_eq!(Gap::rows(&batch).unwrap(), vec![gap.clone(), gap]);
    }
}
