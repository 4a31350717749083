-- title: Offered
-- title_zh: 呼入量
-- unit: count
-- better: none
-- formula: waits that began
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals, repeat_visits
SUM(offered)
