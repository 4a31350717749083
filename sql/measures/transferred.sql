-- title: Transferred
-- title_zh: 转接量
-- unit: count
-- better: none
-- formula: answered calls that the agent handed on
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents, queue_visits, queue_intervals
SUM(transferred)
