-- title: Service level, all abandons count
-- title_zh: 服务水平（含全部放弃）
-- unit: share
-- better: up
-- formula: answered within the target / (answered + abandoned)
-- source: Cisco (abandoned calls have a negative impact), Vonage, Genesys with abandons
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_in_target) AS DOUBLE) / NULLIF(SUM(answered + abandoned), 0)
