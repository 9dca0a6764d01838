namespace CustomerTrack.Snowflake;

/// <summary>Which client runs SQL.</summary>
public enum SnowflakeClientKind
{
    /// <summary>The SQL API v2 over HTTP; no driver is needed.</summary>
    SqlApi,

    /// <summary><c>Snowflake.Data</c>, the ADO.NET driver, found by its type name.</summary>
    AdoNet,
}
