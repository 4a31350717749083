SELECT in_queue,
       toUnixTimestamp(toStartOfMinute(entered_at)) * 1000 AS minute_ms,
       countIf(type = 'call.queued') AS offered,
       countIf(type = 'call.answered') AS answered,
       countIf(type = 'call.ended') AS abandoned,
       countIf(type = 'call.answered' AND wait_ms <= 20000) AS answered_in_20_s,
       intDiv(sum(wait_ms), greatest(answered + abandoned, 1)) AS mean_wait_ms
FROM file('{source}', 'JSONEachRow', 'type LowCardinality(String), in_queue LowCardinality(String), entered_at DateTime64(3, \'UTC\'), wait_ms Int64')
GROUP BY in_queue, minute_ms
SETTINGS max_threads = 1, input_format_parallel_parsing = 0, input_format_skip_unknown_fields = 1, date_time_input_format = 'best_effort'
