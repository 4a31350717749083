-- title: Waiting past the target
-- title_zh: 超时排队数
-- unit: count
-- better: down
-- formula: waits that go on and are longer than their target
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals, live_queues
SUM(waiting_past_target)
