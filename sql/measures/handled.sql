-- title: Handled
-- title_zh: 接听量
-- unit: count
-- better: up
-- formula: conversations
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
SUM(handled)
