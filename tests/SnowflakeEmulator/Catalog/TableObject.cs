using System.Collections.Immutable;

namespace CustomerTrack.SnowflakeEmulator;

internal sealed class TableObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.Table, name, id, owner, created)
{
    public ImmutableList<TableColumn> Columns { get; set; } = [];

    public bool Transient { get; init; }

    /// <summary>The table in DuckDB; besides the columns it has <c>$tx</c>, the transaction that inserted the row.</summary>
    public string Physical => $"t{Id}";

    /// <summary>Rows that were deleted before an append-only stream was read past them.</summary>
    public string Gone => $"g{Id}";

    public TableColumn? Column(string name) => Columns.Find(column => column.Name == name);
}
