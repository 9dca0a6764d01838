-- The current state is the open rows of the history, in all columns.
SELECT DISTINCT {key}
FROM (
    (SELECT {state} FROM {history_view} WHERE valid_to IS NULL EXCEPT SELECT {state} FROM {current_view})
    UNION ALL
    (SELECT {state} FROM {current_view} EXCEPT SELECT {state} FROM {history_view} WHERE valid_to IS NULL)
) AS d
