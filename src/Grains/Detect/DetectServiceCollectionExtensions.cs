using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;

namespace CustomerTrack.Detect;

public static class DetectServiceCollectionExtensions
{
    // One call a shard and reader is under way, so what queues up behind a grain is reads and what was given up meanwhile.
    private const int MaxEnqueuedRequests = 1_000;

    /// <summary>
    /// Adds what the detect stage's grains need, and where they are placed, to a silo. Needs an <c>IDimensionCatalog</c> and a state store.
    /// </summary>
    public static IServiceCollection AddDetect(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ShardPlaces>();
        services.TryAddSingleton<SiloShards>();
        services.TryAddSingleton<MovePace>();
        if (services.Any(service => service.ServiceType == typeof(ShardMoves)))
        {
            return services;
        }

        services.AddPlacementDirector<ShardAffinityPlacement, ShardAffinityDirector>();
        services.AddGrainDirectory(NoDirectory.Name, static (_, _) => new NoDirectory());
        services.AddSingleton<ShardMoves>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<ShardMoves>());
        return services;
    }

    /// <summary>
    /// Bounds what piles up on a grain that others reach over the network, where a call may be given up while it waits. Costs something with every
    /// call, so it is not for a silo that is alone.
    /// </summary>
    public static IServiceCollection LimitDetectCalls(this IServiceCollection services) => services.Configure<SiloMessagingOptions>(options =>
    {
        // A call that its caller gave up and that has not begun yet must not be done when the repetition waits behind it.
        options.CancelRequestOnTimeout = true;
        options.MaxEnqueuedRequestsHardLimit = MaxEnqueuedRequests;
    });
}
