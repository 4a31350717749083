-- title: Time on hold
-- title_zh: 保持时长
-- unit: ms
-- better: none
-- formula: time in the state hold
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_hold_ms)
