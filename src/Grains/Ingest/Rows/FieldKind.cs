namespace CustomerTrack.Ingest;

/// <summary>What stands in a field of a row.</summary>
internal enum FieldKind : byte
{
    Absent,
    Null,
    Text,
    Number,
    True,
    False,

    /// <summary>A JSON object or array, as raw JSON.</summary>
    Structure,
}
