-- title: Time logged in
-- title_zh: 签入时长
-- unit: ms
-- better: none
-- formula: time in any state but offline
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(logged_in_ms)
