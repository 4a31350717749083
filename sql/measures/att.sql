-- title: Average talk time
-- title_zh: 平均通话时长
-- unit: ms
-- better: none
-- formula: conversation without hold / handled
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
CAST(SUM(talk_ms) AS DOUBLE) / NULLIF(SUM(handled), 0)
