-- What people read. Masking is part of the views, so that there is no moment without it; the tables below have none, because the
-- merge would write masked values back for good.
CREATE OR REPLACE VIEW {current_view} (
    {current_header}
) COPY GRANTS AS
SELECT {current_values}
FROM {current}
WHERE NOT is_deleted;

CREATE OR REPLACE VIEW {history_view} (
    {history_header}
) COPY GRANTS AS
SELECT {history_values}
FROM {history}
WHERE NOT is_deleted AND NOT is_retracted;

-- The same with what is loaded and not merged yet. Reading a stream in a query does not move it on.
CREATE OR REPLACE VIEW {current_fresh_view} (
    {current_header}
) COPY GRANTS AS
WITH waiting AS (
    SELECT {stream_columns}
    FROM {stream}
),
newest AS (
    SELECT {current_columns}
    FROM waiting
    WHERE valid_to IS NULL AND NOT is_retracted
    QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY revision DESC) = 1
),
latest AS (
    SELECT {current_columns_of_t}
    FROM {current} AS t
    LEFT JOIN newest AS s ON {match}
    WHERE s.revision IS NULL OR s.revision <= t.revision
    UNION ALL
    SELECT {current_columns_of_s}
    FROM newest AS s
    LEFT JOIN {current} AS t ON {match}
    WHERE t.revision IS NULL OR t.revision < s.revision
)
SELECT {current_values}
FROM latest
WHERE NOT is_deleted;

CREATE OR REPLACE VIEW {history_fresh_view} (
    {history_header}
) COPY GRANTS AS
WITH waiting AS (
    SELECT {stream_columns}
    FROM {stream}
),
newest AS (
    SELECT {history_columns}
    FROM waiting
    QUALIFY ROW_NUMBER() OVER (PARTITION BY {key}, valid_from ORDER BY revision DESC) = 1
),
latest AS (
    SELECT {history_columns_of_t}
    FROM {history} AS t
    LEFT JOIN newest AS s ON {match} AND t.valid_from = s.valid_from
    WHERE s.revision IS NULL OR s.revision <= t.revision
    UNION ALL
    SELECT {history_columns_of_s}
    FROM newest AS s
    LEFT JOIN {history} AS t ON {match} AND t.valid_from = s.valid_from
    WHERE t.revision IS NULL OR t.revision < s.revision
)
SELECT {history_values}
FROM latest
WHERE NOT is_deleted AND NOT is_retracted;
