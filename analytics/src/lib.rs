//! The engine: a pure fold of the log into facts, intervals and live rows.
