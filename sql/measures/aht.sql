-- title: Average handling time
-- title_zh: 平均处理时长
-- unit: ms
-- better: down
-- formula: (conversation + hold + work after the call) / handled
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
CAST(SUM(talk_ms + hold_ms + wrap_up_ms) AS DOUBLE) / NULLIF(SUM(handled), 0)
