-- title: Abandoned within the target
-- title_zh: 目标内放弃量
-- unit: count
-- better: none
-- formula: waits that the caller ended by hanging up within the target
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(abandoned_in_target)
