-- The table below the current state holds one row per key.
SELECT {key} FROM {current} GROUP BY {key} HAVING COUNT(*) > 1
