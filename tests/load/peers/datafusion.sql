SELECT in_queue,
       CAST(date_trunc('minute', entered_at) AS BIGINT) AS minute_ms,
       count(*) FILTER (WHERE type = 'call.queued') AS offered,
       count(*) FILTER (WHERE type = 'call.answered') AS answered,
       count(*) FILTER (WHERE type = 'call.ended') AS abandoned,
       count(*) FILTER (WHERE type = 'call.answered' AND wait_ms <= 20000) AS answered_in_20_s,
       coalesce(sum(wait_ms), 0) / greatest(count(wait_ms), 1) AS mean_wait_ms
FROM lines
GROUP BY in_queue, date_trunc('minute', entered_at)
