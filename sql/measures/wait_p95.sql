-- title: Wait, 95th percentile
-- title_zh: 等待时长第95百分位
-- unit: ms
-- better: down
-- formula: the wait that 95 % of the waits that are over do not exceed, interpolated between the two nearest
-- source: SQL standard, PERCENTILE_CONT
-- since: 0.1
-- on: queue_visits
PERCENTILE_CONT(CAST(wait_ms AS DOUBLE), 0.95)
