-- title: Time in after-call work
-- title_zh: 话后处理时长
-- unit: ms
-- better: none
-- formula: time in the state wrap_up
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
SUM(in_wrap_up_ms)
