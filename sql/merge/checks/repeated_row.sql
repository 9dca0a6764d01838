-- The table below the history holds one row per key and start.
SELECT {key} FROM {history} GROUP BY {key}, valid_from HAVING COUNT(*) > 1
