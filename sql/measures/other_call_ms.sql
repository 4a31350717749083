-- title: Time on other calls
-- title_zh: 其他通话时长
-- unit: ms
-- better: none
-- formula: time in the state other_call
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_other_call_ms)
