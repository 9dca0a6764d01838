using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.State;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace CustomerTrack.Tests;

/// <summary>Several silos with the grains of the detect stage on one store. They find each other and talk within the process.</summary>
public sealed class DetectCluster : IAsyncDisposable
{
    // Far more than is needed: what never becomes true must not hang the tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly InProcessTestCluster _cluster;

    public DetectCluster(int silos, ICustomerStateStore store, TimeSpan? responseTimeout = null)
    {
        Store = store;
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(new MovePace { Settle = TimeSpan.FromMilliseconds(300) });
            silo.Services.AddDetect().LimitDetectCalls();
            silo.Services.AddSingleton(store);
            silo.Services.AddSingleton<IDimensionCatalog>(Dimensions.Catalog);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = responseTimeout ?? TimeSpan.FromSeconds(20));
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
        });
        _cluster = builder.Build();
    }

    public ICustomerStateStore Store { get; }

    public TestDimensions Dimensions { get; } = new();

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. _cluster.Silos];

    public async Task StartAsync() => await _cluster.DeployAsync();

    public async Task<InProcessSiloHandle> AddAsync() => await _cluster.StartAdditionalSiloAsync();

    /// <summary>Ends a silo as a crash does.</summary>
    public async Task KillAsync(InProcessSiloHandle silo) => await _cluster.KillSiloAsync(silo);

    public T Get<T>(InProcessSiloHandle silo)
        where T : notnull => _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<T>();

    /// <summary>What a service of that silo calls grains with.</summary>
    public IGrainFactory Grains(InProcessSiloHandle silo) => Get<IGrainFactory>(silo);

    /// <summary>Where the grains of a type are active, by their keys; a grain may be in several places.</summary>
    public async Task<ILookup<string, SiloAddress>> PlacesAsync(string type)
    {
        var all = await Grains(Silos[0]).GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return all.Where(grain => grain.GrainId.Type.ToString() == type).ToLookup(grain => grain.GrainId.Key.ToString()!, grain => grain.SiloAddress);
    }

    /// <summary>Waits until something is the case.</summary>
    public static async Task UntilAsync(Func<Task<string?>> unmet, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var why = await unmet();
        try
        {
            for (; why is not null; why = await unmet())
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"Still not after {Patience}: {why}");
        }
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
