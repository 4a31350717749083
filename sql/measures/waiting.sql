-- title: Waiting
-- title_zh: 排队数
-- unit: count
-- better: down
-- formula: waits that go on
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals, live_queues
SUM(waiting)
