namespace CustomerTrack.Detect;

/// <summary>What a batch of records did. Counts add up over customers, shards and files.</summary>
[GenerateSerializer, Immutable, Alias("ct.DetectCounts")]
public readonly record struct DetectCounts
{
    /// <summary>Records that said nothing new at all: exact duplicates and overruled ones.</summary>
    [Id(0)]
    public long Duplicates { get; init; }

    /// <summary>Records that were remembered but changed no visible row.</summary>
    [Id(1)]
    public long NoOps { get; init; }

    /// <summary>Rows that did not exist before.</summary>
    [Id(2)]
    public long Opened { get; init; }

    /// <summary>Rows that got an end: open ones, and new ones that another record of the batch ends at once.</summary>
    [Id(3)]
    public long Closed { get; init; }

    /// <summary>Rows whose start a late record made obsolete.</summary>
    [Id(4)]
    public long Retracted { get; init; }

    /// <summary>Records older than the newest of their customer.</summary>
    [Id(5)]
    public long Late { get; init; }

    /// <summary>Records that met a different one at the same sequence, with no ordinal to decide.</summary>
    [Id(6)]
    public long Conflicts { get; init; }

    public DetectCounts Plus(in DetectCounts other) => new()
    {
        Duplicates = Duplicates + other.Duplicates,
        NoOps = NoOps + other.NoOps,
        Opened = Opened + other.Opened,
        Closed = Closed + other.Closed,
        Retracted = Retracted + other.Retracted,
        Late = Late + other.Late,
        Conflicts = Conflicts + other.Conflicts,
    };
}
