-- title: Transfer rate
-- title_zh: 转接率
-- unit: share
-- better: down
-- formula: answered and handed on by the agent / answered
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(transferred) AS DOUBLE) / NULLIF(SUM(answered), 0)
