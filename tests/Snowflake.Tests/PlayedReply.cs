namespace CustomerTrack.Snowflake.Tests;

/// <summary>What the account answers.</summary>
public sealed record PlayedReply(int Status, string Body)
{
    /// <summary>The connection is cut instead.</summary>
    public static PlayedReply Reset { get; } = new(0, "");

    public bool IsCompressed { get; init; }

    /// <summary>Cut after half the body.</summary>
    public bool IsTorn { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Answered only when this is done.</summary>
    public Task After { get; init; } = Task.CompletedTask;
}
