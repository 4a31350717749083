-- comment: One call with a known number, at its first wait, and whether the same number called again.
-- column repeated_24h: 1 when the same number called again within 24 hours.
-- column repeated_7d: 1 when the same number called again within 7 days.
-- column resolved_7d: 1 when answered and the same number did not call again within 7 days.
-- column final_24h: 1 when the 24 hours are over and the figure will not change.
-- column final_7d: 1 when the 7 days are over and the figure will not change.
-- column next_at: When the same number called again, to any queue; null when it did not.
SELECT
    source, call, queue, from_number, entered_at, outcome, agent, offered, answered, abandoned, next_at,
    CASE WHEN next_at <= entered_at + INTERVAL '24 hours' THEN 1 ELSE 0 END AS repeated_24h,
    CASE WHEN next_at <= entered_at + INTERVAL '168 hours' THEN 1 ELSE 0 END AS repeated_7d,
    CASE WHEN answered = 1 AND (next_at IS NULL OR next_at > entered_at + INTERVAL '168 hours') THEN 1 ELSE 0 END AS resolved_7d,
    CASE WHEN entered_at + INTERVAL '24 hours' < now() THEN 1 ELSE 0 END AS final_24h,
    CASE WHEN entered_at + INTERVAL '168 hours' < now() THEN 1 ELSE 0 END AS final_7d
FROM (
    SELECT
        source, call, queue, from_number, entered_at, outcome, agent, offered, answered, abandoned,
        LEAD(entered_at) OVER (PARTITION BY from_number ORDER BY entered_at, source, call) AS next_at
    FROM queue_visits
    WHERE visit = 1 AND from_number IS NOT NULL
) AS first_visits
