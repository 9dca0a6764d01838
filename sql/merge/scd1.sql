-- Current state: one row per key, from the open rows (valid_to is null) that were not retracted. Whatever changes the current
-- state comes with an open row of a higher revision than every open row before it, so the highest revision is the state.
-- A deleted key keeps its row as a tombstone. Both statements belong in the transaction that merges the history.
MERGE INTO {current} AS t
USING (
    SELECT {key}, MAX(revision) AS revision
    FROM {deltas}
    WHERE valid_to IS NULL AND NOT is_retracted
    GROUP BY {key}
) AS s
ON {match}
WHEN MATCHED AND s.revision > t.revision THEN DELETE;

INSERT INTO {current} ({columns})
SELECT {columns}
FROM (
    SELECT {columns}
    FROM {deltas}
    WHERE valid_to IS NULL AND NOT is_retracted
    QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) = 1
) AS s
WHERE NOT EXISTS (SELECT 1 FROM {current} AS t WHERE {match});
