-- title: Handling time
-- title_zh: 处理总时长
-- unit: ms
-- better: none
-- formula: conversation + hold + work after the call
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
SUM(talk_ms + hold_ms + wrap_up_ms)
