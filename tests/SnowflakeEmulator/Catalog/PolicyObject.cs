namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A masking policy with one argument.</summary>
internal sealed class PolicyObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.MaskingPolicy, name, id, owner, created)
{
    public required string Argument { get; init; }

    public required DataType Type { get; init; }

    public required string Expression { get; set; }
}
