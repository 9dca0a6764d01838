namespace CustomerTrack.Generator;

/// <summary>One row of a feed, not yet text.</summary>
internal readonly record struct FeedRow
{
    /// <summary>The person's number from 0; numbers from the population's size on are of nobody.</summary>
    public required int Person { get; init; }

    public required RowKind Kind { get; init; }

    /// <summary>Microseconds UTC.</summary>
    public required long At { get; init; }

    public long Ordinal { get; init; }

    public Profile Profile { get; init; }

    public bool IsDelete { get; init; }

    /// <summary>The data columns the row states, a bit each.</summary>
    public uint Stated { get; init; }

    /// <summary>Chooses between several ways to write the same thing, or to get it wrong.</summary>
    public byte Spelling { get; init; }

    public DirtyKind Dirty { get; init; }

    /// <summary>Must stay next to its tie partner: no late delivery, no copies.</summary>
    public bool Bound { get; init; }
}
