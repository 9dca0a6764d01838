-- The intervals of a key never overlap.
SELECT DISTINCT {key}
FROM (
    SELECT {key}, valid_from, valid_to, LEAD(valid_from) OVER (PARTITION BY {key} ORDER BY valid_from) AS next_from
    FROM {history_view}
) AS r
WHERE next_from IS NOT NULL AND (valid_to IS NULL OR valid_to > next_from)
