-- title: Occupancy
-- title_zh: 工时占用率
-- unit: share
-- better: none
-- formula: (ringing + talking + hold + after-call work) / (the same + ready)
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
CAST(SUM(in_ringing_ms + in_talking_ms + in_hold_ms + in_wrap_up_ms) AS DOUBLE) / NULLIF(SUM(in_ringing_ms + in_talking_ms + in_hold_ms + in_wrap_up_ms + in_ready_ms), 0)
