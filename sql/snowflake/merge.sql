-- Takes what the stream has into both tables, in one transaction: the stream moves on when it commits, and only then. There is no
-- DDL inside: it would commit what came before it.
CREATE OR REPLACE PROCEDURE {procedure}()
RETURNS VARCHAR
LANGUAGE SQL
EXECUTE AS OWNER
AS
$$
DECLARE
    -- Before the transaction, because the stream shows what it had when that began: what was loaded before this moment is merged.
    taken_at TIMESTAMP_NTZ(6) DEFAULT SYSDATE()::TIMESTAMP_NTZ(6);
BEGIN
    BEGIN TRANSACTION;

    DELETE FROM {batch};

    INSERT INTO {batch} ({batch_columns})
    SELECT {batch_values}
    FROM {stream};

{merge_history}

{merge_current}

MERGE INTO {loads} AS t
USING (
    SELECT {object_name} AS object_name, COUNT(*) AS row_count, MAX({taken_at}) AS taken_at
    FROM {batch}
    WHERE {object_name} IS NOT NULL
    GROUP BY {object_name}
) AS s
ON t.object_name = s.object_name AND t.dimension = {dimension}
WHEN MATCHED THEN UPDATE SET row_count = t.row_count + s.row_count, merged_at = s.taken_at
WHEN NOT MATCHED THEN INSERT (object_name, dimension, row_count, merged_at) VALUES (s.object_name, {dimension}, s.row_count, s.taken_at);

MERGE INTO {watermarks} AS t
USING (
    SELECT {shard} AS shard, MAX(recorded_at) AS recorded_at, COUNT(*) AS row_count, MAX({taken_at}) AS taken_at
    FROM {batch}
    WHERE {shard} IS NOT NULL
    GROUP BY {shard}
) AS s
ON t.shard = s.shard AND t.dimension = {dimension}
WHEN MATCHED THEN UPDATE SET recorded_at = GREATEST(t.recorded_at, s.recorded_at), row_count = t.row_count + s.row_count, merged_at = s.taken_at
WHEN NOT MATCHED THEN INSERT (dimension, shard, recorded_at, row_count, merged_at) VALUES ({dimension}, s.shard, s.recorded_at, s.row_count, s.taken_at);

    COMMIT;

    -- What was merged days ago is not needed any more. The cut is at midnight: it rewrites the table's oldest parts once a day.
    BEGIN TRANSACTION;
    DELETE FROM {deltas} WHERE {loaded_at} < DATEADD('day', -{retention_days}, DATE_TRUNC('day', CURRENT_TIMESTAMP()));
    COMMIT;

    RETURN 'merged';
EXCEPTION
    WHEN OTHER THEN
        ROLLBACK;
        RAISE;
END;
$$;
