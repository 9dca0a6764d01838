namespace CustomerTrack.SnowflakeEmulator;

internal sealed class TaskObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Task, name, id, owner, created)
{
    public string? Condition { get; set; }

    public required string Definition { get; set; }

    /// <summary>Tasks are made suspended.</summary>
    public bool Started { get; set; }

    public int FailuresInARow { get; set; }

    /// <summary>When the last run began, on the emulator's clock; null before the first.</summary>
    public TimeSpan? LastStart { get; set; }

    /// <summary>The last commit into its streams' tables when a run failed that is not to be tried again; null otherwise.</summary>
    public long? FailedAt { get; set; }

    public bool Running { get; set; }

    /// <summary>Someone said EXECUTE TASK.</summary>
    public bool Asked { get; set; }

    public string? Warehouse => Properties.Scalar("WAREHOUSE");

    public string? Schedule => Properties.Scalar("SCHEDULE");

    public long TriggerIntervalSeconds => Properties.Number("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS", 30);

    public long SuspendAfterFailures => Properties.Number("SUSPEND_TASK_AFTER_NUM_FAILURES", 10);
}
