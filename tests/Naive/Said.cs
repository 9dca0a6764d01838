namespace CustomerTrack.Naive;

/// <summary>One record as the tests know it. A null column is null; <see cref="Absent"/> is a column the record does not state.</summary>
public sealed record Said(long Sequence, long Ordinal, bool IsDelete, string?[] Values, int File = 0, int Row = 0)
{
    public const string Absent = "(absent)";

    public override string ToString() => $"{File}:{Row} @{Sequence}.{Ordinal} {(IsDelete ? "delete" : string.Join(',', Values.Select(v => v ?? "null")))}";
}
