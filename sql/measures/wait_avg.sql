-- title: Mean wait
-- title_zh: 平均等待时长
-- unit: ms
-- better: down
-- formula: sum of all waits that are over / waits that are over
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(decided_wait_ms) AS DOUBLE) / NULLIF(SUM(offered - waiting), 0)
