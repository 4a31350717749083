-- title: Average after-call work
-- title_zh: 平均话后处理时长
-- unit: ms
-- better: down
-- formula: work after the call / handled
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
CAST(SUM(wrap_up_ms) AS DOUBLE) / NULLIF(SUM(handled), 0)
