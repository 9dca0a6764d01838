namespace CustomerTrack.Snowflake;

/// <summary>The answer of a statement. Values are text in one spelling for all clients, see <see cref="SnowflakeColumn"/>.</summary>
public sealed record SnowflakeRows
{
    public required IReadOnlyList<SnowflakeColumn> Columns { get; init; }

    public required IReadOnlyList<IReadOnlyList<string?>> Rows { get; init; }
}
