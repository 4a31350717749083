-- title: Rings
-- title_zh: 振铃次数
-- unit: count
-- better: none
-- formula: times that a telephone rang
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
SUM(rings)
