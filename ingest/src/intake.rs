//! From lines to the log: read, check, de-duplicate, append, answer.
