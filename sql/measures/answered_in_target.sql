-- title: Answered in time
-- title_zh: 目标内接通量
-- unit: count
-- better: none
-- formula: waits that an agent ended within the target, the target included
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(answered_in_target)
