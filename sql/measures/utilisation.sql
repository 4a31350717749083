-- title: Utilisation
-- title_zh: 工时利用率
-- unit: share
-- better: up
-- formula: (talking + hold + after-call work) / time logged in
-- source: Callboard
-- since: 0.1
-- on: agent_states, agent_intervals, live_agents
CAST(SUM(in_talking_ms + in_hold_ms + in_wrap_up_ms) AS DOUBLE) / NULLIF(SUM(logged_in_ms), 0)
