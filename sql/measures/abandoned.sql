-- title: Abandoned
-- title_zh: 放弃量
-- unit: count
-- better: down
-- formula: waits that the caller ended by hanging up
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals, repeat_visits
SUM(abandoned)
