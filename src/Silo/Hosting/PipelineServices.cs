using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Cluster;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Live;
using CustomerTrack.Load;
using CustomerTrack.S3;
using CustomerTrack.Snowflake;
using CustomerTrack.Storage;
using CustomerTrack.Telemetry;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Serialization;

namespace CustomerTrack.Hosting;

/// <summary>All stages of one silo, in the order of the flow.</summary>
internal static class PipelineServices
{
    /// <summary>Adds the embedded warehouse and its loader, for a process that has it to itself. To be called before <see cref="AddPipeline"/>.</summary>
    public static void AddWarehouse(this IHostApplicationBuilder builder, DuckDbWarehouse warehouse)
    {
        var services = builder.Services;
        services.AddSingleton(warehouse);
        services.AddSingleton<WarehouseLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<WarehouseLoader>());
        services.AddSnowflakeDelivery(builder.Configuration);
        services.AddSingleton<ILoadQueue>(provider => new LoadQueue(provider.GetRequiredService<WarehouseLoader>(), provider.GetService<SnowflakeDelivery>()));
        services.AddSingleton<IPipelineClient>(provider => new LocalPipelineClient(provider));
    }

    /// <summary>Adds the pipeline on one data folder, with a silo of its own.</summary>
    /// <param name="identity">Which silo of a cluster it is; null for a process that is alone.</param>
    /// <param name="isService">It runs until it is stopped and may have subscribers; otherwise it applies files and ends.</param>
    public static void AddPipeline(
        this IHostApplicationBuilder builder, DataFolder folder, DimensionCatalog dimensions, PipelineStates states, ILake lake, SiloIdentity? identity, bool isService)
    {
        var services = builder.Services;
        services.AddSingleton<IDimensionCatalog>(dimensions);
        services.AddSingleton(TimeProvider.System);

        // Hosted services stop in reverse: the reader first, then the silo, the loader of a process alone last.
        services.AddSingleton(lake);
        services.AddSingleton(states.Store);
        services.AddSingleton(PipelineSettings.Get<DuckDbWarehouseOptions>(builder.Configuration, DuckDbWarehouseOptions.SectionName));
        builder.UseOrleans(silo => ConfigureSilo(silo, identity, isService));
        if (!isService)
        {
            services.AddSingleton<IDeltaFeed, NoDeltaFeed>();
        }

        var cluster = PipelineSettings.Get<ClusterSettings>(builder.Configuration, ClusterSettings.SectionName);
        if (states.Shared is { } shared && identity is not null)
        {
            services.AddSingleton(shared.Files);
            services.AddSingleton(shared.Board);
            services.AddClusterWarehouse(folder, cluster.DataFolder, builder.Configuration);
            if (isService)
            {
                services.AddSingleton<IDeltaFeed>(provider => provider.GetRequiredService<DeltaShelves>());
            }

            services.AddClusterLanding(folder.Root, folder.Silo(identity.Name));
            services.LimitDetectCalls();
        }

        services.AddDetect();
        services.AddEmit();
        var s3 = PipelineSettings.Get<S3Options>(builder.Configuration, S3Options.SectionName);
        if (identity is not null && cluster.DataFolder == DataFolderUse.Own)
        {
            services.AddS3LandingOnly(s3);
        }
        else if (!string.IsNullOrEmpty(s3.LandingPrefix))
        {
            services.AddS3Landing(s3);
        }

        services.AddIngest(folder.Root);
    }

    private static void ConfigureSilo(ISiloBuilder silo, SiloIdentity? identity, bool isService)
    {
        if (identity is null)
        {
            var (siloPort, gatewayPort) = SiloEndpoints.Free();
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "customertrack", clusterId: "solo");
            if (isService)
            {
                silo.AddMemoryStreams(StreamDeltaFeed.ProviderName);
                silo.AddMemoryGrainStorage("PubSubStore");
            }
        }
        else
        {
            silo.UseCluster(
                identity,
                PipelineSettings.Get<ClusterSettings>(silo.Configuration, ClusterSettings.SectionName),
                PipelineSettings.Get<RedisOptions>(silo.Configuration, RedisOptions.SectionName));
            silo.AddSiloGrains();
        }

        if (isService)
        {
            silo.AddOrleansDashboard(PipelineSettings.Get<Dashboard.DashboardOptions>(silo.Configuration, Dashboard.DashboardOptions.SectionName));
        }

        if (TelemetryExtensions.IsTracing && PipelineSettings.Get<TelemetryOptions>(silo.Configuration, TelemetryOptions.SectionName).GrainCalls)
        {
            // It puts a filter around every call of every customer.
            silo.AddActivityPropagation();
        }

        silo.Configure<GrainCollectionOptions>(options =>
        {
            // A backfill meets every customer once; those nobody asks for again must not fill the memory.
            options.CollectionQuantum = TimeSpan.FromSeconds(30);
            options.CollectionAge = TimeSpan.FromMinutes(5);
            options.EnableActivationSheddingOnMemoryPressure = true;
        });
        // What a store's client says is the cause of our own exceptions, and travels with them.
        silo.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = static _ => true);
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = TimeSpan.FromMinutes(2);

            // It walks every activation looking for requests that hang; a batch that hangs is reported by its caller.
            options.GrainWorkloadAnalysisPeriod = TimeSpan.FromMinutes(10);
        });
    }

    private static void AddOrleansDashboard(this ISiloBuilder silo, Dashboard.DashboardOptions options)
    {
        if (!options.Orleans)
        {
            return;
        }

        var before = silo.Services.Where(IsCallFilter).ToList();

        // The log stays where it is written: it is not for everybody who may see the pages.
        silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        if (!options.OrleansCalls)
        {
            // It adds one around every call of every customer, whether anybody looks or not.
            foreach (var filter in silo.Services.Where(IsCallFilter).Except(before).ToList())
            {
                silo.Services.Remove(filter);
            }
        }

        static bool IsCallFilter(ServiceDescriptor service) => service.ServiceType == typeof(IIncomingGrainCallFilter);
    }
}
