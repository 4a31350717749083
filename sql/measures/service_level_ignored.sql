-- title: Service level, abandons in time ignored
-- title_zh: 服务水平（忽略目标内放弃）
-- unit: share
-- better: up
-- formula: answered within the target / (answered + abandoned - abandoned within the target)
-- source: Cisco, abandoned calls ignored
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_in_target) AS DOUBLE) / NULLIF(SUM(answered + abandoned - abandoned_in_target), 0)
