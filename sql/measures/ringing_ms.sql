-- title: Time ringing
-- title_zh: 振铃时长
-- unit: ms
-- better: none
-- formula: time in the state ringing
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_ringing_ms)
