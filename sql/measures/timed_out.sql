-- title: Timed out
-- title_zh: 超时量
-- unit: count
-- better: down
-- formula: waits that the queue's limit ended
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(timed_out)
