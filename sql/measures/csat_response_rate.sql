-- title: Rating response rate
-- title_zh: 评价参与率
-- unit: share
-- better: up
-- formula: calls rated / calls answered
-- source: Callboard
-- since: 0.1
-- on: calls
CAST(COUNT(rating) AS DOUBLE) / NULLIF(SUM(CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END), 0)
