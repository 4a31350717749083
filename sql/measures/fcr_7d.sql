-- title: First contact resolution, 7 days
-- title_zh: 首次解决率（7天）
-- unit: share
-- better: up
-- formula: answered calls after which the same number did not call again within 7 days / answered calls; final once final_7d is 1
-- source: Callboard
-- since: 0.1
-- on: repeat_visits
CAST(SUM(resolved_7d) AS DOUBLE) / NULLIF(SUM(answered), 0)
