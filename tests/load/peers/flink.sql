CREATE TABLE lines (
    type STRING,
    in_queue STRING,
    entered_at TIMESTAMP_LTZ(3),
    wait_ms BIGINT,
    WATERMARK FOR entered_at AS entered_at - INTERVAL '3' MINUTE
) WITH (
    'connector' = 'filesystem',
    'path' = '{source}',
    'format' = 'json',
    'json.timestamp-format.standard' = 'ISO-8601'
);

CREATE TABLE answer (
    in_queue STRING,
    minute_ms BIGINT,
    offered BIGINT,
    answered BIGINT,
    abandoned BIGINT,
    answered_in_20_s BIGINT,
    mean_wait_ms BIGINT
) WITH (
    'connector' = 'filesystem',
    'path' = '{answer}',
    'format' = 'csv'
);

INSERT INTO answer
SELECT in_queue,
       UNIX_TIMESTAMP(CAST(window_start AS STRING)) * 1000,
       COUNT(*) FILTER (WHERE type = 'call.queued'),
       COUNT(*) FILTER (WHERE type = 'call.answered') AS answered,
       COUNT(*) FILTER (WHERE type = 'call.ended') AS abandoned,
       COUNT(*) FILTER (WHERE type = 'call.answered' AND wait_ms <= 20000),
       COALESCE(SUM(wait_ms), 0) / GREATEST(COUNT(wait_ms), 1)
FROM TABLE(TUMBLE(TABLE lines, DESCRIPTOR(entered_at), INTERVAL '1' MINUTE))
GROUP BY in_queue, window_start, window_end
