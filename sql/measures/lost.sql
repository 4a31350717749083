-- title: Lost
-- title_zh: 丢失量
-- unit: count
-- better: down
-- formula: waits whose end nobody saw because the source went away
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(lost)
