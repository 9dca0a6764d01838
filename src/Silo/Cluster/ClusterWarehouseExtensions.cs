using CustomerTrack.Api;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dashboard.Flow;
using CustomerTrack.Dimensions;
using CustomerTrack.Hosting;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Live;
using CustomerTrack.Load;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerTrack.Cluster;

/// <summary>The one warehouse of a cluster, and everything that is answered from it on every silo.</summary>
internal static class ClusterWarehouseExtensions
{
    /// <summary>
    /// Adds the warehouse's writer, the queue to it, and the cluster's answers. To be called after the silo is added and before <c>AddIngest</c> and <c>AddApi</c>: hosted
    /// services stop in reverse, so the reader finishes first, then its last objects are announced, then the file is closed, and then the silo leaves.
    /// Needs the board, the file registry, the states and the lake.
    /// </summary>
    public static IServiceCollection AddClusterWarehouse(this IServiceCollection services, DataFolder folder, DataFolderUse use, IConfiguration configuration) =>
        services.AddClusterWarehouse(
            use,
            PipelineSettings.Get<DuckDbWarehouseOptions>(configuration, DuckDbWarehouseOptions.SectionName),
            (provider, cancellationToken) => Warehouses.OpenAsync(folder, provider.GetRequiredService<IDimensionCatalog>(), configuration, cancellationToken),
            provider => SnowflakeServices.TryCreate(provider, configuration));

    /// <summary>As above, with what opens the warehouse.</summary>
    internal static IServiceCollection AddClusterWarehouse(
        this IServiceCollection services,
        DataFolderUse use,
        DuckDbWarehouseOptions options,
        Func<IServiceProvider, CancellationToken, Task<DuckDbWarehouse>> open,
        Func<IServiceProvider, Snowflake.SnowflakeDelivery?> deliver)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClusterSilos>();
        services.TryAddSingleton<SiloCalls>();
        services.TryAddSingleton<WarehouseSeat>();
        services.TryAddSingleton(provider => new WarehouseTenures(
            cancellationToken => open(provider, cancellationToken),
            () => deliver(provider),
            provider.GetRequiredService<ILake>(),
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton<WarehouseWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<WarehouseWriter>());
        services.TryAddSingleton<ClusterLoadQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterLoadQueue>());
        services.TryAddSingleton<ILoadQueue>(provider => provider.GetRequiredService<ClusterLoadQueue>());

        services.TryAddSingleton<ReportNotes>();
        services.TryAddSingleton<IFileReportBoard>(provider => provider.GetRequiredService<ReportNotes>());
        services.TryAddSingleton<IFileOutcomes, ClusterFileOutcomes>();

        services.TryAddSingleton<ClusterDrain>();
        services.TryAddSingleton<ClusterStatusSource>();
        services.TryAddSingleton<LocalSiloClient>();
        services.TryAddSingleton<SiloDesk>();
        services.TryAddSingleton<FlowSampler>();
        services.TryAddSingleton<IFlowSource, ClusterFlow>();
        services.TryAddSingleton<DeltaShelves>();
        services.TryAddSingleton<IDeltaSource, SiloDeltaSource>();
        services.TryAddSingleton<IPipelineClient>(provider => ActivatorUtilities.CreateInstance<ClusterPipelineClient>(provider, use));
        services.TryAddSingleton<IPipelineState, ClusterState>();
        return services;
    }

    /// <summary>Has silos reach each other by name.</summary>
    public static ISiloBuilder AddSiloGrains(this ISiloBuilder silo)
    {
        silo.Services.AddPlacementDirector<SiloPlacement, SiloPlacementDirector>();
        return silo;
    }
}
