-- title: Longest wait
-- title_zh: 最长等待时长
-- unit: ms
-- better: down
-- formula: the longest wait that is over
-- source: Callboard
-- since: 0.1
-- on: queue_visits
MAX(wait_ms)
