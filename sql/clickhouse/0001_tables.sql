-- History's tables. Made from store/src/table by `cargo xtask gen`; a change after a release is a migration of its own.
-- $local, $on_cluster and $replicated are empty on one node.

CREATE TABLE IF NOT EXISTS calls$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the call.' CODEC(ZSTD(1)),
    call String COMMENT 'The call\'s id, unique within its source.' CODEC(ZSTD(1)),
    direction LowCardinality(String) COMMENT 'Who called whom: inbound, outbound, internal.' CODEC(ZSTD(1)),
    from_number Nullable(String) COMMENT 'The caller\'s number.' CODEC(ZSTD(1)),
    to_number Nullable(String) COMMENT 'The number dialled.' CODEC(ZSTD(1)),
    queue LowCardinality(Nullable(String)) COMMENT 'The first queue it waited in.' CODEC(ZSTD(1)),
    agent LowCardinality(Nullable(String)) COMMENT 'The agent who answered last.' CODEC(ZSTD(1)),
    started_at DateTime64(3, 'UTC') COMMENT 'First sign of the call.' CODEC(Delta, ZSTD(1)),
    answered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'First answer by an agent.' CODEC(Delta, ZSTD(1)),
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'End of the call; null while it goes on.' CODEC(Delta, ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'What became of it: open, answered, abandoned, timed_out, key, overflow, unqueued, lost.' CODEC(ZSTD(1)),
    ended_by LowCardinality(Nullable(String)) COMMENT 'Who ended it: caller, agent, system, lost.' CODEC(ZSTD(1)),
    wait_ms Int64 COMMENT 'Sum of its waits in queues, ms.' CODEC(T64, ZSTD(1)),
    ring_ms Int64 COMMENT 'Sum of its rings, ms.' CODEC(T64, ZSTD(1)),
    talk_ms Int64 COMMENT 'Sum of conversation without hold, ms.' CODEC(T64, ZSTD(1)),
    hold_ms Int64 COMMENT 'Sum of hold, ms.' CODEC(T64, ZSTD(1)),
    wrap_up_ms Int64 COMMENT 'Sum of work after the call, ms.' CODEC(T64, ZSTD(1)),
    visits Int64 COMMENT 'How many waits.' CODEC(T64, ZSTD(1)),
    legs Int64 COMMENT 'How many rings and conversations.' CODEC(T64, ZSTD(1)),
    transfers Int64 COMMENT 'How often it was handed on.' CODEC(T64, ZSTD(1)),
    recording Nullable(String) COMMENT 'Where the recording lies.' CODEC(ZSTD(1)),
    voicemail Nullable(String) COMMENT 'Where the message lies that the caller left.' CODEC(ZSTD(1)),
    rating Nullable(Int64) COMMENT 'The caller\'s score.' CODEC(T64, ZSTD(1)),
    path String COMMENT 'The whole path as a JSON list of {at, what, who}.' CODEC(ZSTD(1)),
    version Int64 COMMENT 'Number of the row\'s version, from 1.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1)),
    INDEX by_call call TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (started_at, source, call, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'One call from its first sign to its end and the work after it.';

CREATE TABLE IF NOT EXISTS queue_visits$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the call.' CODEC(ZSTD(1)),
    call String COMMENT 'The call\'s id.' CODEC(ZSTD(1)),
    visit Int64 COMMENT 'Which wait of the call, from 1.' CODEC(T64, ZSTD(1)),
    queue LowCardinality(String) COMMENT 'The queue.' CODEC(ZSTD(1)),
    from_number Nullable(String) COMMENT 'The caller\'s number.' CODEC(ZSTD(1)),
    entered_at DateTime64(3, 'UTC') COMMENT 'When it began to wait.' CODEC(Delta, ZSTD(1)),
    left_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the wait ended; null while it goes on.' CODEC(Delta, ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'How the wait ended: waiting, answered, abandoned, timed_out, key, overflow, lost.' CODEC(ZSTD(1)),
    position Nullable(Int64) COMMENT 'Place in the queue at entry, from 1.' CODEC(T64, ZSTD(1)),
    agent LowCardinality(Nullable(String)) COMMENT 'The agent who answered.' CODEC(ZSTD(1)),
    wait_ms Nullable(Int64) COMMENT 'How long it waited, queue and ring, ms; null while it goes on.' CODEC(T64, ZSTD(1)),
    target_ms Int64 COMMENT 'The queue\'s target in force at entry, ms.' CODEC(T64, ZSTD(1)),
    short_ms Int64 COMMENT 'The queue\'s short-abandon limit in force at entry, ms.' CODEC(T64, ZSTD(1)),
    offered Int64 COMMENT '1.' CODEC(T64, ZSTD(1)),
    answered Int64 COMMENT '1 when an agent answered.' CODEC(T64, ZSTD(1)),
    answered_in_target Int64 COMMENT '1 when answered within the target.' CODEC(T64, ZSTD(1)),
    abandoned Int64 COMMENT '1 when the caller hung up first.' CODEC(T64, ZSTD(1)),
    abandoned_in_target Int64 COMMENT '1 when abandoned within the target.' CODEC(T64, ZSTD(1)),
    short_abandoned Int64 COMMENT '1 when abandoned before the short limit.' CODEC(T64, ZSTD(1)),
    timed_out Int64 COMMENT '1 when the queue\'s limit ran out.' CODEC(T64, ZSTD(1)),
    left_by_key Int64 COMMENT '1 when the caller left by a key.' CODEC(T64, ZSTD(1)),
    overflowed Int64 COMMENT '1 when the queue sent the caller on.' CODEC(T64, ZSTD(1)),
    lost Int64 COMMENT '1 when the source went away.' CODEC(T64, ZSTD(1)),
    waiting Int64 COMMENT '1 while it waits.' CODEC(T64, ZSTD(1)),
    waiting_past_target Int64 COMMENT '1 while it waits and is past its target.' CODEC(T64, ZSTD(1)),
    transferred Int64 COMMENT '1 when the agent who answered handed the call on.' CODEC(T64, ZSTD(1)),
    answered_wait_ms Int64 COMMENT 'The wait when answered, else 0, ms.' CODEC(T64, ZSTD(1)),
    abandoned_wait_ms Int64 COMMENT 'The wait when abandoned, else 0, ms.' CODEC(T64, ZSTD(1)),
    decided_wait_ms Int64 COMMENT 'The wait when it is over, else 0, ms.' CODEC(T64, ZSTD(1)),
    version Int64 COMMENT 'Number of the row\'s version, from 1.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1)),
    INDEX by_call call TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(entered_at)
ORDER BY (queue, entered_at, source, call, visit, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'One wait of one call in one queue.';

CREATE TABLE IF NOT EXISTS agent_legs$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the call.' CODEC(ZSTD(1)),
    call String COMMENT 'The call\'s id.' CODEC(ZSTD(1)),
    leg Int64 COMMENT 'Which leg of the call, from 1.' CODEC(T64, ZSTD(1)),
    queue LowCardinality(Nullable(String)) COMMENT 'The queue that offered it; null for a direct call.' CODEC(ZSTD(1)),
    agent LowCardinality(String) COMMENT 'The agent.' CODEC(ZSTD(1)),
    began_at DateTime64(3, 'UTC') COMMENT 'When it began to ring, or was answered where no ring was seen.' CODEC(Delta, ZSTD(1)),
    answered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the agent answered.' CODEC(Delta, ZSTD(1)),
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended; null while it goes on.' CODEC(Delta, ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'How it ended: ringing, talking, completed, transferred, missed, caller_gave_up, answered_elsewhere, failed, lost.' CODEC(ZSTD(1)),
    ended_by LowCardinality(Nullable(String)) COMMENT 'Who ended it.' CODEC(ZSTD(1)),
    rings Int64 COMMENT '1: the telephone rang.' CODEC(T64, ZSTD(1)),
    handled Int64 COMMENT '1 when answered.' CODEC(T64, ZSTD(1)),
    missed Int64 COMMENT '1 when it rang, was not answered and the caller was still there (RONA).' CODEC(T64, ZSTD(1)),
    caller_gave_up_ringing Int64 COMMENT '1 when the caller left while it rang.' CODEC(T64, ZSTD(1)),
    transferred Int64 COMMENT '1 when the agent handed the call on.' CODEC(T64, ZSTD(1)),
    ring_ms Int64 COMMENT 'How long it rang, ms.' CODEC(T64, ZSTD(1)),
    talk_ms Int64 COMMENT 'Conversation without hold, ms.' CODEC(T64, ZSTD(1)),
    hold_ms Int64 COMMENT 'Hold, ms.' CODEC(T64, ZSTD(1)),
    wrap_up_ms Int64 COMMENT 'Work after the call, ms.' CODEC(T64, ZSTD(1)),
    version Int64 COMMENT 'Number of the row\'s version, from 1.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1)),
    INDEX by_call call TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(began_at)
ORDER BY (agent, began_at, source, call, leg, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'One ring of an agent\'s telephone, with the conversation that followed if any.';

CREATE TABLE IF NOT EXISTS agent_states$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the agent.' CODEC(ZSTD(1)),
    agent LowCardinality(String) COMMENT 'The agent.' CODEC(ZSTD(1)),
    state LowCardinality(String) COMMENT 'The state: talking, hold, ringing, wrap_up, ready, paused, other_call, not_responding, offline.' CODEC(ZSTD(1)),
    reason LowCardinality(Nullable(String)) COMMENT 'Why, for a pause.' CODEC(ZSTD(1)),
    began_at DateTime64(3, 'UTC') COMMENT 'When the state began.' CODEC(Delta, ZSTD(1)),
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the next state began; null while it lasts.' CODEC(Delta, ZSTD(1)),
    duration_ms Int64 COMMENT 'How long it lasted, until now while it lasts, ms.' CODEC(T64, ZSTD(1)),
    repeated_ms Nullable(String) COMMENT 'When the source told the same state again, ms after it began, separated by blanks; null when it never did.' CODEC(ZSTD(1)),
    logged_in_ms Int64 COMMENT 'Time logged in, ms.' CODEC(T64, ZSTD(1)),
    in_ready_ms Int64 COMMENT 'Time ready, ms.' CODEC(T64, ZSTD(1)),
    in_ringing_ms Int64 COMMENT 'Time ringing, ms.' CODEC(T64, ZSTD(1)),
    in_talking_ms Int64 COMMENT 'Time talking, ms.' CODEC(T64, ZSTD(1)),
    in_hold_ms Int64 COMMENT 'Time with a caller on hold, ms.' CODEC(T64, ZSTD(1)),
    in_wrap_up_ms Int64 COMMENT 'Time in work after calls, ms.' CODEC(T64, ZSTD(1)),
    in_paused_ms Int64 COMMENT 'Time paused, ms.' CODEC(T64, ZSTD(1)),
    in_other_call_ms Int64 COMMENT 'Time on calls from no queue, ms.' CODEC(T64, ZSTD(1)),
    in_not_responding_ms Int64 COMMENT 'Time not responding, ms.' CODEC(T64, ZSTD(1)),
    version Int64 COMMENT 'Number of the row\'s version, from 1.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1))
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(began_at)
ORDER BY (agent, began_at, source, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'One interval of one agent in one state.';

CREATE TABLE IF NOT EXISTS queue_intervals$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the calls.' CODEC(ZSTD(1)),
    queue LowCardinality(String) COMMENT 'The queue.' CODEC(ZSTD(1)),
    minute_at DateTime64(3, 'UTC') COMMENT 'Start of the minute.' CODEC(DoubleDelta, ZSTD(1)),
    offered Int64 COMMENT 'Waits that began.' CODEC(T64, ZSTD(1)),
    answered Int64 COMMENT 'Of these answered.' CODEC(T64, ZSTD(1)),
    answered_in_target Int64 COMMENT 'Of these answered within the target.' CODEC(T64, ZSTD(1)),
    abandoned Int64 COMMENT 'Of these abandoned.' CODEC(T64, ZSTD(1)),
    abandoned_in_target Int64 COMMENT 'Of these abandoned within the target.' CODEC(T64, ZSTD(1)),
    short_abandoned Int64 COMMENT 'Of these abandoned before the short limit.' CODEC(T64, ZSTD(1)),
    timed_out Int64 COMMENT 'Of these timed out.' CODEC(T64, ZSTD(1)),
    left_by_key Int64 COMMENT 'Of these left by a key.' CODEC(T64, ZSTD(1)),
    overflowed Int64 COMMENT 'Of these sent on by the queue.' CODEC(T64, ZSTD(1)),
    lost Int64 COMMENT 'Of these lost with the source.' CODEC(T64, ZSTD(1)),
    waiting Int64 COMMENT 'Of these still waiting.' CODEC(T64, ZSTD(1)),
    waiting_past_target Int64 COMMENT 'Of these still waiting and past their target.' CODEC(T64, ZSTD(1)),
    transferred Int64 COMMENT 'Of these answered and handed on by the agent.' CODEC(T64, ZSTD(1)),
    answered_wait_ms Int64 COMMENT 'Sum of the waits of answered ones, ms.' CODEC(T64, ZSTD(1)),
    abandoned_wait_ms Int64 COMMENT 'Sum of the waits of abandoned ones, ms.' CODEC(T64, ZSTD(1)),
    decided_wait_ms Int64 COMMENT 'Sum of all waits that are over, ms.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1))
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(minute_at)
ORDER BY (queue, minute_at, source, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'Counters of one queue and the minute in which the waits began.';

CREATE TABLE IF NOT EXISTS agent_intervals$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source that saw the agent.' CODEC(ZSTD(1)),
    agent LowCardinality(String) COMMENT 'The agent.' CODEC(ZSTD(1)),
    quarter_at DateTime64(3, 'UTC') COMMENT 'Start of the quarter of an hour.' CODEC(DoubleDelta, ZSTD(1)),
    rings Int64 COMMENT 'Rings.' CODEC(T64, ZSTD(1)),
    handled Int64 COMMENT 'Conversations.' CODEC(T64, ZSTD(1)),
    missed Int64 COMMENT 'Rings not answered while the caller was still there.' CODEC(T64, ZSTD(1)),
    caller_gave_up_ringing Int64 COMMENT 'Rings during which the caller left.' CODEC(T64, ZSTD(1)),
    transferred Int64 COMMENT 'Conversations handed on.' CODEC(T64, ZSTD(1)),
    ring_ms Int64 COMMENT 'Ring time of its legs, ms.' CODEC(T64, ZSTD(1)),
    talk_ms Int64 COMMENT 'Conversation without hold of its legs, ms.' CODEC(T64, ZSTD(1)),
    hold_ms Int64 COMMENT 'Hold of its legs, ms.' CODEC(T64, ZSTD(1)),
    wrap_up_ms Int64 COMMENT 'Work after its legs, ms.' CODEC(T64, ZSTD(1)),
    logged_in_ms Int64 COMMENT 'Time logged in, ms.' CODEC(T64, ZSTD(1)),
    in_ready_ms Int64 COMMENT 'Time ready, ms.' CODEC(T64, ZSTD(1)),
    in_ringing_ms Int64 COMMENT 'Time ringing, ms.' CODEC(T64, ZSTD(1)),
    in_talking_ms Int64 COMMENT 'Time talking, ms.' CODEC(T64, ZSTD(1)),
    in_hold_ms Int64 COMMENT 'Time with a caller on hold, ms.' CODEC(T64, ZSTD(1)),
    in_wrap_up_ms Int64 COMMENT 'Time in work after calls, ms.' CODEC(T64, ZSTD(1)),
    in_paused_ms Int64 COMMENT 'Time paused, ms.' CODEC(T64, ZSTD(1)),
    in_other_call_ms Int64 COMMENT 'Time on calls from no queue, ms.' CODEC(T64, ZSTD(1)),
    in_not_responding_ms Int64 COMMENT 'Time not responding, ms.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1))
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(quarter_at)
ORDER BY (agent, quarter_at, source, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'Counters of one agent and quarter of an hour. State time is cut at its borders; a leg counts where it was answered, or began.';

CREATE TABLE IF NOT EXISTS gaps$local$on_cluster (
    source LowCardinality(String) COMMENT 'The source.' CODEC(ZSTD(1)),
    from_at DateTime64(3, 'UTC') COMMENT 'First instant that may be missing.' CODEC(Delta, ZSTD(1)),
    to_at DateTime64(3, 'UTC') COMMENT 'First instant that is there again.' CODEC(Delta, ZSTD(1)),
    reason LowCardinality(Nullable(String)) COMMENT 'Why.' CODEC(ZSTD(1)),
    filled_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was filled; null while events are missing.' CODEC(Delta, ZSTD(1)),
    version Int64 COMMENT 'Number of the row\'s version, from 1.' CODEC(T64, ZSTD(1)),
    stream LowCardinality(String) COMMENT 'The log that the row was folded from.',
    commit_number UInt64 COMMENT 'Number of the commit that brought the row.' CODEC(Delta, ZSTD(1))
) ENGINE = $replicatedMergeTree
PARTITION BY toYYYYMM(from_at)
ORDER BY (from_at, source, stream)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
COMMENT 'One known hole in what a source told.';
