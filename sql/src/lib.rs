//! The query layer: measures, the DataFusion catalogue over stored and live rows, and the live queries.
