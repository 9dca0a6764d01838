using CustomerTrack.Cluster;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;
using CustomerTrack.Naive;
using CustomerTrack.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace CustomerTrack.Tests.Pipeline;

/// <summary>What landing leans on in a cluster, between two silos.</summary>
public sealed class SilosTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly MemoryStateStore _store = new(shards: 8) { Files = new() };
    private readonly TestDimensions _dimensions = new();
    private InProcessTestCluster _cluster = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(initialSilosCount: 2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddDetect();
            silo.Services.AddSingleton<ICustomerStateStore>(_store);
            silo.Services.AddSingleton<IDimensionCatalog>(_dimensions.Catalog);
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
                options.LocalHealthDegradationMonitoringPeriod = TimeSpan.FromSeconds(1);
            });
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_refused_batch_says_so_to_every_silo_wherever_its_shard_is()
    {
        var refusals = 0;
        foreach (var silo in _cluster.Silos)
        {
            var grains = _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<IGrainFactory>();
            for (var shard = 0; shard < _store.ShardCount; shard++)
            {
                var record = SaidEncoding.Record(_dimensions.Full, new Said(1, 0, IsDelete: false, ["a", null, null, null, null], File: 17, Row: 1), $"key-{shard}");
                var batch = new ShardBatch { Records = new[] { record }, OpenFloor = 17, Redelivered = false, Owner = "silo-1" };

                var refused = await Assert.ThrowsAsync<StaleClaimException>(async () => await grains.GetGrain<IShardGrain>($"full/{shard}").ApplyAsync(batch, Cancellation));

                Assert.Equal(("silo-1", 17L), (refused.Owner, refused.File));
                Assert.Contains("no longer claimed", refused.Message, StringComparison.Ordinal);
                refusals++;
            }
        }

        // Of two silos one is not the one that the shard is on.
        Assert.Equal(2 * _store.ShardCount, refusals);
    }

    [Fact]
    public async Task A_silo_owns_what_it_claims_until_the_others_declare_it_dead_and_they_are_told_at_once()
    {
        var (staying, dying) = (_cluster.Silos[0], _cluster.Silos[1]);
        await using var owners = OwnersOf(staying);
        await using var theirs = OwnersOf(dying);
        await owners.EnterAsync(Cancellation);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        owners.Ended += () => ended.TrySetResult();

        Assert.True(await owners.IsAliveAsync(owners.Name, Cancellation));
        Assert.True(await owners.IsAliveAsync(theirs.Name, Cancellation));
        Assert.True(await theirs.IsAliveAsync(owners.Name, Cancellation));
        Assert.False(await owners.IsAliveAsync("10.9.9.9-11111-1", Cancellation));
        Assert.False(await owners.IsAliveAsync(ClaimName.ReturnedBy(theirs.Name), Cancellation));
        Assert.Equal(SiloName.Of(staying.SiloAddress), owners.Name);
        Assert.DoesNotContain(owners.Name, c => c is '~' or '/' or ':');
        Assert.False(ended.Task.IsCompleted);

        var name = theirs.Name;
        await _cluster.KillSiloAsync(dying, Cancellation);
        await ended.Task.WaitAsync(Patience, Cancellation);

        Assert.False(await owners.IsAliveAsync(name, Cancellation));
        Assert.True(await owners.IsAliveAsync(owners.Name, Cancellation));
    }

    private SiloOwners OwnersOf(InProcessSiloHandle silo)
    {
        var services = _cluster.GetSiloServiceProvider(silo.SiloAddress);
        return new(services.GetRequiredService<IClusterMembershipService>(), services.GetRequiredService<ILocalSiloDetails>(), NullLogger<SiloOwners>.Instance);
    }
}
