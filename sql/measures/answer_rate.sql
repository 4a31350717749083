-- title: Answer rate
-- title_zh: 接通率
-- unit: share
-- better: up
-- formula: answered / offered
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered) AS DOUBLE) / NULLIF(SUM(offered), 0)
