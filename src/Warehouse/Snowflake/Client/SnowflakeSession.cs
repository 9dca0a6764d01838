namespace CustomerTrack.Snowflake;

/// <summary>In whose name and where a client's statements run; read as in SQL: bare names are upper case. Null: the user's default.</summary>
public sealed record SnowflakeSession
{
    public string? Role { get; init; }

    public string? Warehouse { get; init; }

    public string? Database { get; init; }

    public string? Schema { get; init; }
}
