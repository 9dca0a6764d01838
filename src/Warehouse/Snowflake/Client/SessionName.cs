namespace CustomerTrack.Snowflake;

/// <summary>A session's role, warehouse, database or schema as interfaces want it that take no SQL.</summary>
internal static class SessionName
{
    /// <summary>Read as in SQL: a bare name is upper case, a quoted one is as it is.</summary>
    public static string? InCatalog(string? name) => name is null
        ? null
        : name is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : name.ToUpperInvariant();
}
