namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What a statement will change.</summary>
/// <param name="Physical">Statements for DuckDB.</param>
/// <param name="Apply">Changes the catalog; null when there is nothing to change.</param>
internal sealed record DdlChange(string Message, IReadOnlyList<string> Physical, Action? Apply)
{
    /// <summary>What to log where the statement's own text could not be run again; null for the text.</summary>
    public string? Log { get; init; }

    public static DdlChange Of(string message, Action apply, params IReadOnlyList<string> physical) => new(message, physical, apply);

    public static DdlChange Nothing(string message) => new(message, [], null);
}
