namespace CustomerTrack.Snowflake;

/// <summary>The body of a request that submits statements.</summary>
internal sealed record SqlApiRequest
{
    public required string Statement { get; init; }

    public string? Role { get; init; }

    public string? Warehouse { get; init; }

    public string? Database { get; init; }

    public string? Schema { get; init; }

    /// <summary>By position from 1.</summary>
    public IReadOnlyDictionary<string, SqlApiBinding>? Bindings { get; init; }

    public required IReadOnlyDictionary<string, string> Parameters { get; init; }
}
