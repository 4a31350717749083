-- title: Average hold time
-- title_zh: 平均保持时长
-- unit: ms
-- better: down
-- formula: hold / handled
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
CAST(SUM(hold_ms) AS DOUBLE) / NULLIF(SUM(handled), 0)
