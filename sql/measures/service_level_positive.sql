-- title: Service level, abandons in time count as met
-- title_zh: 服务水平（目标内放弃计为达标）
-- unit: share
-- better: up
-- formula: (answered within the target + abandoned within the target) / (answered + abandoned)
-- source: Asterisk SL2, Amazon Connect SL X, Cisco positive impact
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_in_target + abandoned_in_target) AS DOUBLE) / NULLIF(SUM(answered + abandoned), 0)
