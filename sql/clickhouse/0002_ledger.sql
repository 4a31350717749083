-- The ledger: which commits were begun and which are whole. One ledger for all nodes of a cluster.
-- $ledger(...) is an engine on one node, its replicated form in a cluster.

CREATE TABLE IF NOT EXISTS callboard_writers$on_cluster (
    stream String COMMENT 'The log.',
    epoch UInt64 COMMENT 'Counts those who opened it for writing; the highest may write.',
    writer String COMMENT 'Who.',
    opened_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When.'
) ENGINE = $ledger(MergeTree, callboard_writers)
ORDER BY (stream, epoch)
COMMENT 'One row for each time that a process opened a log''s history for writing.';

CREATE TABLE IF NOT EXISTS callboard_pending$on_cluster (
    stream String COMMENT 'The log.',
    number UInt64 COMMENT 'The commit.',
    first UInt64 COMMENT 'Log offset of its first event.',
    last UInt64 COMMENT 'Log offset after its last event.',
    pieces String COMMENT 'How its rows were cut, with checksums, JSON.',
    writer String COMMENT 'Who wrote it.',
    written_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When.'
) ENGINE = $ledger(MergeTree, callboard_pending)
ORDER BY (stream, number)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'Commits that were begun; one without a row in callboard_commits was not finished.';

CREATE TABLE IF NOT EXISTS callboard_states$on_cluster (
    stream String COMMENT 'The log.',
    slot UInt8 COMMENT 'The commit modulo 4: older states are replaced.',
    number UInt64 COMMENT 'The commit.',
    state String COMMENT 'The engine after it.' CODEC(ZSTD(1))
) ENGINE = $ledger(ReplacingMergeTree, callboard_states, number)
ORDER BY (stream, slot)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'The engine at the end of the last commits.';

CREATE TABLE IF NOT EXISTS callboard_commits$on_cluster (
    stream String COMMENT 'The log.',
    number UInt64 COMMENT 'The commit, from 1.',
    first UInt64 COMMENT 'Log offset of its first event.',
    last UInt64 COMMENT 'Log offset after its last event: the position.',
    committed_at DateTime64(3, 'UTC') COMMENT 'Time of the commit.',
    state_bytes UInt64 COMMENT 'Bytes of the engine''s state.',
    state_xxh3 UInt64 COMMENT 'Its checksum.',
    replaced String COMMENT 'Rows that have older versions beside them, JSON.',
    writer String COMMENT 'Who wrote it.'
) ENGINE = $ledger(MergeTree, callboard_commits)
ORDER BY (stream, number)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'Commits that are whole. The last one says up to which log offset everything is stored.';
