namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What Snowflake demands of a task's options.</summary>
internal static class TaskRules
{
    public static void Check(EmulatedAccount account, SqlContext context, PropertySet properties, string? condition)
    {
        CheckValues(account, context, properties);
        if (properties.Scalar("WAREHOUSE") is null)
        {
            if (!account.Replaying)
                account.Access.Require(context.Role, "EXECUTE MANAGED TASK", account.Catalog.Account);
            throw SqlException.NotEmulated("serverless tasks");
        }
        if (condition is null && properties.Scalar("SCHEDULE") is null)
            throw SqlException.NotEmulated("tasks without WHEN and without SCHEDULE");
        if (condition is not null)
            CheckCondition(condition);
    }

    public static void CheckValues(EmulatedAccount account, SqlContext context, PropertySet properties)
    {
        if (properties.Scalar("WAREHOUSE") is { } warehouse)
            context.Resolve<WarehouseObject>(ObjectKind.Warehouse, ObjectName.Parse(warehouse), "USAGE");
        if (properties.Number("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS", 30) is < 10 or > 604800)
            throw SqlException.InvalidValue(properties.Scalar("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS")!, "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS");
        if (properties.Number("SUSPEND_TASK_AFTER_NUM_FAILURES", 10) < 0)
            throw SqlException.InvalidValue(properties.Scalar("SUSPEND_TASK_AFTER_NUM_FAILURES")!, "SUSPEND_TASK_AFTER_NUM_FAILURES");
        if (properties.Number("USER_TASK_TIMEOUT_MS", 3_600_000) is < 0 or > 604_800_000)
            throw SqlException.InvalidValue(properties.Scalar("USER_TASK_TIMEOUT_MS")!, "USER_TASK_TIMEOUT_MS");
        if (properties.Scalar("SCHEDULE") is { } schedule)
            Period(schedule);
    }

    /// <summary><c>SYSTEM$STREAM_HAS_DATA('…')</c>, several with AND and OR: nothing else is emulated.</summary>
    public static void CheckCondition(string condition) => Streams(condition);

    /// <summary>The streams that a condition asks.</summary>
    public static IReadOnlyList<ObjectName> Streams(string condition)
    {
        var streams = new List<ObjectName>();
        var reader = new TokenReader(condition);
        do
        {
            reader.Expect("SYSTEM$STREAM_HAS_DATA");
            reader.ExpectSymbol("(");
            streams.Add(ObjectName.Parse(reader.Text()));
            reader.ExpectSymbol(")");
        }
        while (reader.TryTake("AND") || reader.TryTake("OR"));
        return reader.AtEnd ? streams : throw reader.Unexpected();
    }

    public static TimeSpan Period(string schedule)
    {
        var parts = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 2 && int.TryParse(parts[0], out var count) && count > 0)
        {
            return parts[1].ToUpperInvariant() switch
            {
                "MINUTE" or "MINUTES" or "M" => TimeSpan.FromMinutes(count),
                "HOUR" or "HOURS" or "H" => TimeSpan.FromHours(count),
                "SECOND" or "SECONDS" or "S" when count >= 10 => TimeSpan.FromSeconds(count),
                _ => throw SqlException.InvalidValue(schedule, "SCHEDULE"),
            };
        }
        throw schedule.StartsWith("USING CRON", StringComparison.OrdinalIgnoreCase) ? SqlException.NotEmulated("schedules by CRON") : SqlException.InvalidValue(schedule, "SCHEDULE");
    }

    public static SqlException MustBeSuspended(TaskObject task) => new(
        "091089", "55000", $"SQL execution error:\nUnable to update graph with root task {task.Name} since that root task is not suspended.");
}
