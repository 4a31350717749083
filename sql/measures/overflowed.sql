-- title: Overflowed
-- title_zh: 溢出量
-- unit: count
-- better: down
-- formula: waits that the queue ended by sending the caller on
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(overflowed)
