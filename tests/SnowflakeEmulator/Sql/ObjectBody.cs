namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What CREATE says besides the name.</summary>
internal abstract record ObjectBody(PropertySet Properties)
{
    public IReadOnlyList<(ObjectName Tag, string Value)> Tags { get; init; } = [];

    internal sealed record Plain(PropertySet Properties) : ObjectBody(Properties);

    internal sealed record Table(PropertySet Properties, IReadOnlyList<ColumnDefinition> Columns, bool Transient, bool Temporary, string? Query) : ObjectBody(Properties);

    internal sealed record View(PropertySet Properties, IReadOnlyList<ColumnDefinition> Columns, bool Secure, string Query, bool CopyGrants) : ObjectBody(Properties);

    internal sealed record Stream(PropertySet Properties, ObjectName On) : ObjectBody(Properties);

    internal sealed record Pipe(PropertySet Properties, CopyStatement Copy, string Definition) : ObjectBody(Properties);

    internal sealed record Procedure(PropertySet Properties, IReadOnlyList<(string Name, DataType Type)> Arguments, string Returns, string Script, bool AsOwner) : ObjectBody(Properties);

    internal sealed record Task(PropertySet Properties, string? Condition, string Definition) : ObjectBody(Properties);

    internal sealed record Tag(PropertySet Properties, IReadOnlyList<string> AllowedValues) : ObjectBody(Properties);

    internal sealed record Policy(PropertySet Properties, string Argument, DataType Type, string Expression) : ObjectBody(Properties);
}
