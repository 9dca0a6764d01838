using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.State;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace CustomerTrack.Tests;

/// <summary>One silo with the grains, on a store that outlives it.</summary>
public sealed class PipelineCluster : IAsyncLifetime
{
    public InProcessTestCluster Cluster { get; private set; } = null!;

    public MemoryStateStore Store { get; } = new();

    public TestDimensions Dimensions { get; } = new();

    /// <summary>Calls as the silo's own services make them: a client outside would have to find the silo again after a restart.</summary>
    public IGrainFactory Client => SiloServices.GetRequiredService<IGrainFactory>();

    /// <summary>What a hosted service of the silo gets: its calls are not serialised, as in the product.</summary>
    public IServiceProvider SiloServices => Cluster.GetSiloServiceProvider();

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(initialSilosCount: 1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryStreams(StreamDeltaFeed.ProviderName);
            silo.Services.AddDetect();
            silo.Services.AddSingleton<ICustomerStateStore>(Store);
            silo.Services.AddSingleton<IDimensionCatalog>(Dimensions.Catalog);
        });
        builder.ConfigureClient(client => client.AddMemoryStreams(StreamDeltaFeed.ProviderName));
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    public IShardGrain ShardOf(DimensionDefinition dimension, string key) => Client.GetGrain<IShardGrain>(ShardIdOf(dimension, key).ToString());

    public ShardId ShardIdOf(DimensionDefinition dimension, string key) => new(dimension.Name, Sharding.ShardOf(key, Store.ShardCount));

    public ICustomerGrain Customer(DimensionDefinition dimension, string key) => Client.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension.Name, key));
}
