namespace CustomerTrack.Generator;

/// <summary>Writes rows in one file format.</summary>
internal interface IRowEncoder
{
    /// <summary>What a file begins with.</summary>
    void Begin(ByteBuffer target);

    void Row(in FeedRow row, ByteBuffer target);
}
