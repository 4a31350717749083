-- title: Left by key
-- title_zh: 按键离开量
-- unit: count
-- better: none
-- formula: waits that the caller ended by pressing a key
-- source: Callboard
-- since: 0.1
-- on: queue_visits, queue_intervals
SUM(left_by_key)
