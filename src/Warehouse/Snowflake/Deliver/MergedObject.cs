namespace CustomerTrack.Snowflake;

/// <summary>An entry of the merge's ledger.</summary>
/// <param name="Name">The object's name, as the lake has it.</param>
/// <param name="MergedAt">When its rows were last merged, UTC, by Snowflake's clock.</param>
internal readonly record struct MergedObject(string Name, long Rows, DateTime MergedAt);
