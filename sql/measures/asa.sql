-- title: Average speed of answer
-- title_zh: 平均应答速度
-- unit: ms
-- better: down
-- formula: sum of the waits of answered callers, queue and ring without IVR / answered
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_wait_ms) AS DOUBLE) / NULLIF(SUM(answered), 0)
