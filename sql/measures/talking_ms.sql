-- title: Time talking
-- title_zh: 通话时长
-- unit: ms
-- better: none
-- formula: time in the state talking
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_talking_ms)
