GRANT USAGE ON STAGE {stage} TO ROLE {deliver_role};
GRANT OPERATE, MONITOR ON PIPE {pipe} TO ROLE {deliver_role};
GRANT SELECT, INSERT ON TABLE {deltas} TO ROLE {deliver_role};
GRANT OPERATE, MONITOR ON TASK {task} TO ROLE {deliver_role};
GRANT SELECT ON VIEW {current_view} TO ROLE {reader_role};
GRANT SELECT ON VIEW {history_view} TO ROLE {reader_role};
GRANT SELECT ON VIEW {current_fresh_view} TO ROLE {reader_role};
GRANT SELECT ON VIEW {history_fresh_view} TO ROLE {reader_role};
