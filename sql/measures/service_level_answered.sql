-- title: Service level of answered calls
-- title_zh: 服务水平（仅接通）
-- unit: share
-- better: up
-- formula: answered within the target / answered
-- source: Asterisk SL, Cisco CCX handled calls only, Wazo
-- since: 0.1
-- on: queue_visits, queue_intervals
CAST(SUM(answered_in_target) AS DOUBLE) / NULLIF(SUM(answered), 0)
