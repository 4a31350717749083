-- title: Abandon rate
-- title_zh: 放弃率
-- unit: share
-- better: down
-- formula: abandoned / offered
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(abandoned) AS DOUBLE) / NULLIF(SUM(offered), 0)
