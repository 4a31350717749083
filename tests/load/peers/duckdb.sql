SELECT in_queue,
       epoch_ms(date_trunc('minute', entered_at)) AS minute_ms,
       count(*) FILTER (WHERE type = 'call.queued') AS offered,
       count(*) FILTER (WHERE type = 'call.answered') AS answered,
       count(*) FILTER (WHERE type = 'call.ended') AS abandoned,
       count(*) FILTER (WHERE type = 'call.answered' AND wait_ms <= 20000) AS answered_in_20_s,
       coalesce(sum(wait_ms), 0)::BIGINT // greatest(count(wait_ms), 1) AS mean_wait_ms
FROM read_json(?, format = 'newline_delimited',
               columns = {type: 'VARCHAR', in_queue: 'VARCHAR', entered_at: 'TIMESTAMP', wait_ms: 'BIGINT'})
GROUP BY ALL
