namespace CustomerTrack.Snowflake;

/// <summary>An entry of the merge's ledger.</summary>
/// <param name="Name">The object's name, as the lake has it.</param>
/// <param name="MergedAt">When the merge that last had rows of it took them from the stream, UTC, by Snowflake's clock.</param>
internal readonly record struct MergedObject(string Name, long Rows, DateTime MergedAt);
