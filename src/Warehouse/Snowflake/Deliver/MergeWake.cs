using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Starts a merge by hand when none came: a triggered task whose run failed may wait for new data. In growing distances, because
/// each run costs, and somebody may have suspended the task on purpose.
/// </summary>
internal sealed partial class MergeWake(ISnowflakeSql sql, string task, TimeSpan patience, TimeProvider time, ILogger logger)
{
    private const int MostDoublings = 6;

    private DateTimeOffset? _last;
    private int _doublings;

    /// <summary>A merge came by itself.</summary>
    public void Merged() => _doublings = 0;

    /// <param name="loadedSince">Since when the longest waits for a merge; null when nothing does.</param>
    public async Task RunAsync(DateTimeOffset? loadedSince, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!(now - loadedSince > patience) || now - _last < patience * (1 << _doublings))
        {
            return;
        }

        _last = now;
        _doublings = Math.Min(_doublings + 1, MostDoublings);
        try
        {
            await sql.QueryAsync($"EXECUTE TASK {task}", [], cancellationToken);
        }
        catch (SnowflakeException refused)
        {
            LogNotWoken(task, refused.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Task} could not be started by hand: {Why}")]
    private partial void LogNotWoken(string task, string why);
}
