namespace CustomerTrack.SnowflakeEmulator;

internal sealed class ProcedureObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Procedure, name, id, owner, created)
{
    public required IReadOnlyList<(string Name, DataType Type)> Arguments { get; init; }

    public required ScriptNode.Block Body { get; init; }

    public required string Script { get; init; }

    public bool AsOwner { get; init; }
}
