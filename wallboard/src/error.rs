//! What can go wrong between a board's file and a screen.

/// Errors of boards and live tiles.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A board file is no valid board.
    #[error("could not read board {board}: {reason}")]
    Board {
        /// Name of the board.
        board: String,
        /// What is wrong, with the line where the file says so.
        reason: String,
    },
    /// A query could not be planned.
    #[error("could not plan {sql:?}")]
    Plan {
        /// The query.
        sql: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A query could not be run.
    #[error("could not run a tile's query")]
    Run {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A query's result lacks a column that the tile shows.
    #[error("could not find column {column:?} in the result of tile {tile:?}")]
    Column {
        /// The tile.
        tile: String,
        /// The column.
        column: String,
    },
    /// A column has a type that no screen can show.
    #[error("could not show a cell of type {data_type}")]
    Type {
        /// The Arrow type.
        data_type: String,
    },
    /// A frame could not be written as JSON.
    #[error("could not encode a frame")]
    Encode(#[from] serde_json::Error),
}
