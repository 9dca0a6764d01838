using Orleans.GrainDirectory;

namespace CustomerTrack.Detect;

/// <summary>
/// Remembers nothing: where a customer is follows from its shard, so there is nothing to look up, to tell another silo with every activation,
/// or to lose with a silo. A customer may therefore be active twice while silos see the cluster differently. That is harmless: it holds
/// nothing but a copy of what its shard handed over, used only for that shard's activation (see <see cref="CustomerBatch.Handover"/>).
/// </summary>
internal sealed class NoDirectory : IGrainDirectory
{
    public const string Name = "none";

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
