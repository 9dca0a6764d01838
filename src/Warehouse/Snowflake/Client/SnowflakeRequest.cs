namespace CustomerTrack.Snowflake;

/// <summary>One request, sent as often as it takes.</summary>
internal sealed record SnowflakeRequest
{
    /// <summary>Its name in logs, errors and measurements.</summary>
    public required string Operation { get; init; }

    public required HttpMethod Method { get; init; }

    /// <summary>The path with its query, escaped.</summary>
    public required string Path { get; init; }

    /// <summary>JSON; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether a repetition says so with <c>retry=true</c>, so that Snowflake looks for what the first one did.</summary>
    public bool MarksRetries { get; init; }

    /// <summary>Whether what it asks for is known to exist, so that a 404 may pass.</summary>
    public bool IsOfKnown { get; init; }

    /// <summary>Turns Snowflake's message into what failed and why; null where the message says it.</summary>
    public Func<string, (string Operation, string Said)>? Explain { get; init; }

    /// <summary>How long a request that is under way may finish after the caller has cancelled, because its answer is needed to undo it.</summary>
    public TimeSpan Grace { get; init; }
}
