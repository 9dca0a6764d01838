-- History: one row per key and start, the image with the highest revision wins. Deltas may be merged in any order, twice,
-- or in parts: a row is replaced only by a higher revision, and tombstones (deleted, retracted) stay, so that what arrives
-- late still meets them. Both statements belong in one transaction. Runs unchanged on DuckDB and Snowflake.
-- Rows are replaced, not updated in place: a columnar table updates rows in random order many times slower.
MERGE INTO {history} AS t
USING (
    SELECT {key}, valid_from, MAX(revision) AS revision
    FROM {deltas}
    GROUP BY {key}, valid_from
) AS s
ON {match} AND t.valid_from = s.valid_from
WHEN MATCHED AND s.revision > t.revision THEN DELETE;

INSERT INTO {history} ({columns})
SELECT {columns}
FROM (
    SELECT {columns}
    FROM {deltas}
    QUALIFY ROW_NUMBER() OVER (PARTITION BY {key}, valid_from ORDER BY revision DESC) = 1
) AS s
WHERE NOT EXISTS (SELECT 1 FROM {history} AS t WHERE {match} AND t.valid_from = s.valid_from);
