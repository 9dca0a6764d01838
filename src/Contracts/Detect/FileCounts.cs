namespace CustomerTrack.Detect;

/// <summary>
/// The counts of one file's records in a batch. Where records of several files meet in one customer's call, the file of the
/// last of them gets the counts.
/// </summary>
[GenerateSerializer, Immutable, Alias("ct.FileCounts")]
public readonly record struct FileCounts
{
    [Id(0)]
    public required long File { get; init; }

    [Id(1)]
    public required DetectCounts Counts { get; init; }
}
