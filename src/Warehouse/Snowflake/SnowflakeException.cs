namespace CustomerTrack.Snowflake;

/// <summary>Snowflake refused something or could not be reached, whichever client asked.</summary>
public sealed class SnowflakeException : Exception
{
    public SnowflakeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Snowflake's own code without leading zeros (<c>1003</c>: syntax error, <c>2003</c>: unknown object, <c>390144</c>: the token is refused); null when the failure was not Snowflake's.</summary>
    public int? Code { get; init; }

    /// <summary>The SQLSTATE; null where there was none.</summary>
    public string? SqlState { get; init; }

    /// <summary>The query's id, to look it up in Snowflake; null where none began.</summary>
    public string? QueryId { get; init; }

    /// <summary>Whether the same request may succeed later: throttled, unavailable, timed out, not reached.</summary>
    public bool IsTransient { get; init; }
}
