-- title: Mean rating
-- title_zh: 满意度均分
-- unit: score
-- better: up
-- formula: sum of the ratings / calls rated
-- source: Callboard
-- since: 0.1
-- on: calls
AVG(rating)
