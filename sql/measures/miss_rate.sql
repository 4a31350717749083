-- title: Miss rate
-- title_zh: 漏接率
-- unit: share
-- better: down
-- formula: missed / rings
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
CAST(SUM(missed) AS DOUBLE) / NULLIF(SUM(rings), 0)
