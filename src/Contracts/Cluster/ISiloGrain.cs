using Orleans.Concurrency;

namespace CustomerTrack.Cluster;

/// <summary>
/// One silo, for the others: the grain is on that silo and nowhere else. Its key is the silo's name. Everything may be repeated. Where the silo is gone, calls
/// fail with a <see cref="SiloGoneException"/>, or as calls to silos do that die meanwhile.
/// </summary>
[Alias("ct.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Has the silo load these lake objects, in this order. False: it does not write the warehouse (any more), and remembers nothing.</summary>
    [Alias("Announce"), AlwaysInterleave]
    ValueTask<bool> AnnounceAsync([Immutable] IReadOnlyList<LakeAnnouncement> objects, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says which of these objects queries see. Waits a few seconds at most for the first of them; ask again for the others.
    /// </summary>
    [Alias("WaitLoaded"), AlwaysInterleave]
    ValueTask<LoadedObjects> WaitLoadedAsync([Immutable] IReadOnlyList<string> names, CancellationToken cancellationToken = default);

    /// <summary>How the silo is.</summary>
    [Alias("Report"), AlwaysInterleave]
    ValueTask<SiloReport> ReportAsync(CancellationToken cancellationToken = default);

    /// <summary>What the silo counted and timed in the last minutes, in the intervals after <paramref name="number"/>; only as much as it remembers.</summary>
    [Alias("Flow"), AlwaysInterleave]
    ValueTask<FlowReport> GetFlowAsync(long number, CancellationToken cancellationToken = default);

    /// <summary>What the silo detected in a dimension behind a batch. Waits a few seconds at most for something to come. A silo that nobody asks for half a minute forgets.</summary>
    /// <param name="after">The number of a batch, 0 for all since the silo's start; null asks where it is now.</param>
    [Alias("Changes"), AlwaysInterleave]
    ValueTask<SiloDeltas> GetChangesAsync(string dimension, long? after, CancellationToken cancellationToken = default);

    /// <summary>The landing files that the silo reads, or has read and not finished.</summary>
    [Alias("FilesUnderWay"), AlwaysInterleave]
    ValueTask<IReadOnlyList<FileUnderWay>> GetFilesUnderWayAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Has the silo itself answer a call of the command line. The answer's bytes come as they are made and are read; whoever stops reading for minutes
    /// finds it ended.
    /// </summary>
    /// <param name="request">The request as JSON.</param>
    [Alias("Call"), AlwaysInterleave]
    IAsyncEnumerable<byte[]> CallAsync(string call, byte[] request, CancellationToken cancellationToken = default);
}
