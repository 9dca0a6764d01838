using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

internal sealed class ViewObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.View, name, id, owner, created)
{
    public ImmutableList<TableColumn> Columns { get; set; } = [];

    public required string Query { get; init; }

    /// <summary>The whole CREATE statement, for GET_DDL and SHOW.</summary>
    public required string Text { get; init; }

    public bool Secure { get; init; }
}
