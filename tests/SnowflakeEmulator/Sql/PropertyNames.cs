namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Which properties a kind of object has.</summary>
internal sealed class PropertyNames(string kind, params string[] names)
{
    private readonly HashSet<string> _names = [.. names];

    public static readonly PropertyNames Role = new("ROLE", "COMMENT");

    public static readonly PropertyNames User = new(
        "USER", "TYPE", "PASSWORD", "LOGIN_NAME", "DISPLAY_NAME", "DEFAULT_ROLE", "DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE", "DEFAULT_SECONDARY_ROLES", "RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2", "NETWORK_POLICY", "DISABLED", "TIMEZONE", "COMMENT");

    public static readonly PropertyNames Database = new("DATABASE", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "COMMENT");

    public static readonly PropertyNames Schema = new("SCHEMA", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "COMMENT");

    public static readonly PropertyNames Warehouse = new(
        "WAREHOUSE", "WAREHOUSE_SIZE", "WAREHOUSE_TYPE", "AUTO_SUSPEND", "AUTO_RESUME", "INITIALLY_SUSPENDED", "MIN_CLUSTER_COUNT", "MAX_CLUSTER_COUNT", "SCALING_POLICY", "STATEMENT_TIMEOUT_IN_SECONDS", "ENABLE_QUERY_ACCELERATION", "COMMENT");

    public static readonly PropertyNames Integration = new(
        "INTEGRATION", "TYPE", "STORAGE_PROVIDER", "ENABLED", "STORAGE_AWS_ROLE_ARN", "STORAGE_AWS_EXTERNAL_ID", "STORAGE_AWS_OBJECT_ACL", "STORAGE_ALLOWED_LOCATIONS", "STORAGE_BLOCKED_LOCATIONS", "COMMENT");

    public static readonly PropertyNames FileFormat = new(
        "FILE_FORMAT", "TYPE", "COMPRESSION", "USE_LOGICAL_TYPE", "USE_VECTORIZED_SCANNER", "BINARY_AS_TEXT", "TRIM_SPACE", "REPLACE_INVALID_CHARACTERS", "NULL_IF", "COMMENT");

    public static readonly PropertyNames Stage = new(
        "STAGE", "URL", "STORAGE_INTEGRATION", "FILE_FORMAT", "FORMAT_NAME", "TYPE", "DIRECTORY", "ENABLE", "USE_LOGICAL_TYPE", "COMMENT");

    public static readonly PropertyNames Table = new(
        "TABLE", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "CHANGE_TRACKING", "ENABLE_SCHEMA_EVOLUTION", "COMMENT");

    public static readonly PropertyNames View = new("VIEW", "COMMENT");

    public static readonly PropertyNames Stream = new("STREAM", "APPEND_ONLY", "SHOW_INITIAL_ROWS", "COMMENT");

    public static readonly PropertyNames Pipe = new("PIPE", "AUTO_INGEST", "AWS_SNS_TOPIC", "PIPE_EXECUTION_PAUSED", "ERROR_INTEGRATION", "COMMENT");

    public static readonly PropertyNames Copy = new(
        "COPY", "FILE_FORMAT", "FORMAT_NAME", "TYPE", "USE_LOGICAL_TYPE", "USE_VECTORIZED_SCANNER", "MATCH_BY_COLUMN_NAME", "INCLUDE_METADATA", "ON_ERROR", "FILES", "PATTERN", "FORCE", "PURGE", "SIZE_LIMIT", "RETURN_FAILED_ONLY", "VALIDATION_MODE", "ENFORCE_LENGTH", "TRUNCATECOLUMNS");

    public static readonly PropertyNames Task = new(
        "TASK", "WAREHOUSE", "SCHEDULE", "USER_TASK_TIMEOUT_MS", "SUSPEND_TASK_AFTER_NUM_FAILURES", "TASK_AUTO_RETRY_ATTEMPTS", "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS", "ALLOW_OVERLAPPING_EXECUTION", "CONFIG", "TARGET_COMPLETION_INTERVAL", "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE", "SERVERLESS_TASK_MIN_STATEMENT_SIZE", "SERVERLESS_TASK_MAX_STATEMENT_SIZE", "STATEMENT_TIMEOUT_IN_SECONDS", "TIMEZONE", "QUERY_TAG", "ERROR_ON_NONDETERMINISTIC_MERGE", "COMMENT");

    public static readonly PropertyNames Procedure = new("PROCEDURE", "COMMENT");

    public static readonly PropertyNames Tag = new("TAG", "COMMENT");

    public static readonly PropertyNames Policy = new("MASKING_POLICY", "COMMENT", "EXEMPT_OTHER_POLICIES");

    public static readonly PropertyNames NetworkRule = new("NETWORK_RULE", "MODE", "TYPE", "VALUE_LIST", "COMMENT");

    public static readonly PropertyNames NetworkPolicy = new(
        "NETWORK_POLICY", "ALLOWED_NETWORK_RULE_LIST", "BLOCKED_NETWORK_RULE_LIST", "ALLOWED_IP_LIST", "BLOCKED_IP_LIST", "COMMENT");

    public static readonly PropertyNames Session = new(
        "SESSION", "TIMEZONE", "QUERY_TAG", "ERROR_ON_NONDETERMINISTIC_MERGE", "ERROR_ON_NONDETERMINISTIC_UPDATE", "AUTOCOMMIT", "STATEMENT_TIMEOUT_IN_SECONDS", "LOCK_TIMEOUT", "TIMESTAMP_TYPE_MAPPING", "MULTI_STATEMENT_COUNT", "DATE_OUTPUT_FORMAT", "TIME_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT", "TIMESTAMP_NTZ_OUTPUT_FORMAT", "TIMESTAMP_LTZ_OUTPUT_FORMAT", "TIMESTAMP_TZ_OUTPUT_FORMAT", "BINARY_OUTPUT_FORMAT", "CLIENT_SESSION_KEEP_ALIVE", "CLIENT_TELEMETRY_ENABLED", "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE", "USE_CACHED_RESULT");

    public string Kind { get; } = kind;

    public bool Contains(string name) => _names.Contains(name);
}
