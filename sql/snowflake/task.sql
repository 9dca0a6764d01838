-- Runs the merge when the stream has something, and costs nothing while it has not. It is never suspended by failures: what
-- failed is tried again, and the watermarks say how far behind it is.
CREATE TASK IF NOT EXISTS {task}
WAREHOUSE = {warehouse}
USER_TASK_TIMEOUT_MS = 86400000
SUSPEND_TASK_AFTER_NUM_FAILURES = 0
USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = {interval_seconds}
WHEN SYSTEM$STREAM_HAS_DATA('{stream}')
AS
CALL {procedure}();
ALTER TASK {task} SUSPEND;
ALTER TASK {task} SET WAREHOUSE = {warehouse};
ALTER TASK {task} SET USER_TASK_TIMEOUT_MS = 86400000;
ALTER TASK {task} SET SUSPEND_TASK_AFTER_NUM_FAILURES = 0;
ALTER TASK {task} SET USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS = {interval_seconds};
ALTER TASK {task} MODIFY WHEN SYSTEM$STREAM_HAS_DATA('{stream}');
ALTER TASK {task} MODIFY AS CALL {procedure}();
ALTER TASK {task} RESUME;
