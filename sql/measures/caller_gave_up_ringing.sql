-- title: Caller gave up while ringing
-- title_zh: 振铃中放弃
-- unit: count
-- better: none
-- formula: rings during which the caller left
-- source: Callboard
-- since: 0.1
-- on: agent_legs, agent_intervals, live_agents
SUM(caller_gave_up_ringing)
