-- title: Time not responding
-- title_zh: 未响应时长
-- unit: ms
-- better: none
-- formula: time in the state not_responding
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_not_responding_ms)
