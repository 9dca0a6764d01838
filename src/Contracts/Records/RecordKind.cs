namespace CustomerTrack.Records;

/// <summary>What a record says about its key.</summary>
public enum RecordKind : byte
{
    Upsert = 0,
    Delete = 1,
}
