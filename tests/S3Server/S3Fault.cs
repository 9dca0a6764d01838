namespace CustomerTrack.S3Server;

/// <summary>What goes wrong with a request.</summary>
public abstract record S3Fault
{
    /// <summary>An answer of the proxy's own; the store never sees the request.</summary>
    public sealed record Answer(int Status, string Code, IReadOnlyDictionary<string, string>? Headers = null) : S3Fault;

    /// <summary>The connection breaks before the request reaches the store.</summary>
    public sealed record BreakBefore : S3Fault;

    /// <summary>The store carries it out, then the connection breaks: the answer is lost.</summary>
    public sealed record LoseAnswer : S3Fault;

    /// <summary>The answer breaks off in the middle of its body.</summary>
    public sealed record BreakBody : S3Fault;

    /// <summary>The request reaches the store this much later.</summary>
    public sealed record Delay(TimeSpan By) : S3Fault;

    /// <summary>The store is overloaded.</summary>
    public static S3Fault SlowDown { get; } = new Answer(503, "SlowDown");

    /// <summary>The store failed.</summary>
    public static S3Fault InternalError { get; } = new Answer(500, "InternalError");
}
