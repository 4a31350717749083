-- title: Service level
-- title_zh: 服务水平
-- unit: share
-- better: up
-- formula: answered within the target / (answered + abandoned - short abandoned + still waiting past the target)
-- source: Genesys Cloud and Talkdesk without short abandons; the callers who wait past their target are Callboard's addition
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_in_target) AS DOUBLE) / NULLIF(SUM(answered + abandoned - short_abandoned + waiting_past_target), 0)
