-- title: Missed (RONA)
-- title_zh: 漏接量
-- unit: count
-- better: down
-- formula: rings that were not answered while the caller was still there
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
SUM(missed)
