-- title: Short abandoned
-- title_zh: 短时放弃量
-- unit: count
-- better: none
-- formula: waits that the caller ended by hanging up before the short limit
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(short_abandoned)
