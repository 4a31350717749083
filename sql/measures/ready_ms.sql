-- title: Time ready
-- title_zh: 就绪时长
-- unit: ms
-- better: none
-- formula: time in the state ready
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_ready_ms)
