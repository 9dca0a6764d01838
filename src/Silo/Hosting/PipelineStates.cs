using CustomerTrack.Cli;
using CustomerTrack.Cluster;
using CustomerTrack.Lake;
using CustomerTrack.State;
using CustomerTrack.Storage;

namespace CustomerTrack.Hosting;

/// <summary>Customers' states: in the data folder of a process that is alone, in Redis for a cluster.</summary>
internal sealed class PipelineStates : IAsyncDisposable
{
    private readonly RocksDbStateStore? _local;

    private PipelineStates(ICustomerStateStore store, LakeOwner owner, RocksDbStateStore? local, RedisStates? shared)
    {
        Store = store;
        Owner = owner;
        _local = local;
        Shared = shared;
    }

    public ICustomerStateStore Store { get; }

    /// <summary>What a lake that is written from these states belongs to.</summary>
    public LakeOwner Owner { get; }

    /// <summary>What silos share; null for a process that is alone.</summary>
    public RedisStates? Shared { get; }

    /// <exception cref="CommandFailedException">They cannot be opened, or are not what they should be.</exception>
    public static async Task<PipelineStates> OpenAsync(DataFolder folder, IConfiguration configuration, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var cluster = PipelineSettings.Get<ClusterSettings>(configuration, ClusterSettings.SectionName);
        var options = PipelineSettings.Get<StateOptions>(configuration, StateOptions.SectionName);
        try
        {
            if (cluster.Mode == ClusterMode.Cluster)
            {
                var redis = PipelineSettings.Get<RedisOptions>(configuration, RedisOptions.SectionName);
                var shared = await RedisStates.OpenAsync(redis, cluster.ServiceId, options.Shards, TimeProvider.System, loggers, cancellationToken);
                return new(shared.Store, new() { StateId = shared.StateId, Place = PlaceOf(cluster.ServiceId) }, local: null, shared);
            }

            var local = RocksDbStateStore.Open(folder.State, options, loggers.CreateLogger<RocksDbStateStore>());
            return new(local, OwnerIn(folder, StateId.GetOrMake(folder)), local, shared: null);
        }
        catch (StateStoreException refused)
        {
            throw new CommandFailedException(refused.Message, refused);
        }
    }

    /// <summary>The owner of what a process alone wrote, as far as there is one, without opening its states.</summary>
    public static LakeOwner FindOwner(DataFolder folder) => OwnerIn(folder, StateId.Find(folder));

    /// <summary>Where the states of a cluster are, as the lake notes it down for people.</summary>
    public static string PlaceOf(string serviceId) => $"the service '{serviceId}' in Redis";

    public async ValueTask DisposeAsync()
    {
        _local?.Dispose();
        if (Shared is not null)
        {
            await Shared.DisposeAsync();
        }
    }

    private static LakeOwner OwnerIn(DataFolder folder, string? id) => new() { StateId = id, Place = Lakes.PlaceOf(folder) };
}
