namespace CustomerTrack.Serve;

/// <summary>A column of a query's result; the type as the database calls it (VARCHAR, BIGINT, TIMESTAMP ...).</summary>
public sealed record QueryColumn(string Name, string Type);
