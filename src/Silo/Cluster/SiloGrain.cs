using CustomerTrack.Dashboard.Flow;
using CustomerTrack.Live;
using Orleans.Placement;

namespace CustomerTrack.Cluster;

/// <summary>Passes on to this silo what others ask of it. Has nothing of its own: calls need not wait for each other.</summary>
[GrainType("silo"), SiloPlacement, KeepAlive, Immovable]
internal sealed class SiloGrain(SiloDesk desk, FlowSampler flow, DeltaShelves shelves) : Grain, ISiloGrain
{
    public ValueTask<bool> AnnounceAsync(IReadOnlyList<LakeAnnouncement> objects, CancellationToken cancellationToken) => new(desk.Announce(objects));

    public ValueTask<LoadedObjects> WaitLoadedAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => new(desk.WaitLoadedAsync(names, cancellationToken));

    public ValueTask<SiloReport> ReportAsync(CancellationToken cancellationToken) => new(desk.ReportAsync(cancellationToken));

    public ValueTask<FlowReport> GetFlowAsync(long number, CancellationToken cancellationToken) => new(flow.After(number));

    public ValueTask<SiloDeltas> GetChangesAsync(string dimension, long? after, CancellationToken cancellationToken) => new(shelves.ReadAsync(dimension, after, cancellationToken));

    public ValueTask<IReadOnlyList<FileUnderWay>> GetFilesUnderWayAsync(CancellationToken cancellationToken) => new(desk.FilesUnderWay());

    public IAsyncEnumerable<byte[]> CallAsync(string call, byte[] request, CancellationToken cancellationToken) => desk.CallAsync(call, request, cancellationToken);
}
