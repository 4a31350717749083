-- title: Time paused
-- title_zh: 示忙时长
-- unit: ms
-- better: none
-- formula: time in the state paused; group by reason over agent_states
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_paused_ms)
