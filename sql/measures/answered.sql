-- title: Answered
-- title_zh: 接通量
-- unit: count
-- better: none
-- formula: waits that an agent ended by answering
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals, repeat_visits
SUM(answered)
