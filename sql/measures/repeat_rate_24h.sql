-- title: Repeat callers within 24 hours
-- title_zh: 24小时重复来电率
-- unit: share
-- better: down
-- formula: calls after which the same number called again within 24 hours / calls with a known number; final once final_24h is 1
-- source: Callboard
-- since: 0.1
-- on: repeat_visits
CAST(SUM(repeated_24h) AS DOUBLE) / NULLIF(SUM(offered), 0)
