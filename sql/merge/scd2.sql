-- History: one row per key and start, the image with the highest revision wins. Deltas may be merged in any order, twice,
-- or in parts: a row is replaced only by a higher revision, and tombstones (deleted, retracted) stay, so that what arrives
-- late still meets them. Runs unchanged on DuckDB and Snowflake.
MERGE INTO {history} AS t
USING (
    SELECT {columns}
    FROM {deltas}
    QUALIFY ROW_NUMBER() OVER (PARTITION BY {key}, valid_from ORDER BY revision DESC) = 1
) AS s
ON {match} AND t.valid_from = s.valid_from
WHEN MATCHED AND s.revision > t.revision THEN UPDATE SET {assignments}
WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})
