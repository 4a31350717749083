-- title: Mean wait until abandoned
-- title_zh: 平均放弃等待时长
-- unit: ms
-- better: none
-- formula: sum of the waits of callers who hung up / abandoned
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(abandoned_wait_ms) AS DOUBLE) / NULLIF(SUM(abandoned), 0)
