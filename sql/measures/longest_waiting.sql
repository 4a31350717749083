-- title: Longest waiting now
-- title_zh: 当前最长等待
-- unit: ms
-- better: down
-- formula: the longest wait that goes on now; null when nobody waits
-- source: Callboard
-- since: 0.1
-- on: live_queues
MAX(longest_waiting_ms)
