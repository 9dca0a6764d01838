namespace CustomerTrack.Generator;

/// <summary>What a column of the written files is for.</summary>
internal enum FeedColumnRole : byte
{
    Key,
    Data,
    Sequence,
    Ordinal,
    Operation,
}
