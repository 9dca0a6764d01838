namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A statement that was sent: running, or done with results or an error.</summary>
internal sealed class StatementRun(string handle, string user, Task<IReadOnlyList<StatementResult>> task, DateTimeOffset created)
{
    public string Handle { get; } = handle;

    public string User { get; } = user;

    public DateTimeOffset Created { get; } = created;

    public Task<IReadOnlyList<StatementResult>> Task { get; } = task;

    /// <summary>The handles of the statements of a request with several; empty for one.</summary>
    public IReadOnlyList<string> Children { get; set; } = [];

    public bool Canceled { get; set; }

    public bool NullAsText { get; init; }
}
