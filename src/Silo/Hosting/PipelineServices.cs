using CustomerTrack.Cli;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.S3;
using CustomerTrack.Snowflake;
using CustomerTrack.Storage;
using CustomerTrack.Telemetry;
using Orleans.Configuration;

namespace CustomerTrack.Hosting;

/// <summary>All stages of one silo, in the order of the flow.</summary>
internal static class PipelineServices
{
    /// <summary>Adds the whole pipeline on one data folder, with a silo of its own.</summary>
    /// <param name="isService">It runs until it is stopped and may have subscribers; otherwise it applies files and ends.</param>
    public static void AddPipeline(this IHostApplicationBuilder builder, DataFolder folder, DimensionCatalog dimensions, ILake lake, DuckDbWarehouse warehouse, bool isService)
    {
        var services = builder.Services;
        services.AddSingleton<IDimensionCatalog>(dimensions);
        services.AddSingleton(TimeProvider.System);

        // Hosted services stop in reverse: the reader first, then the silo, the loader last.
        services.AddSingleton(warehouse);
        services.AddSingleton(lake);
        services.AddSingleton<WarehouseLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<WarehouseLoader>());
        services.AddSnowflakeDelivery(builder.Configuration);
        services.AddSingleton<ILoadQueue>(provider => new LoadQueue(provider.GetRequiredService<WarehouseLoader>(), provider.GetService<SnowflakeDelivery>()));
        services.AddSingleton(PipelineSettings.Get<DuckDbWarehouseOptions>(builder.Configuration, DuckDbWarehouseOptions.SectionName));

        services.AddRocksDbState(folder.State);
        builder.UseOrleans(silo => ConfigureSilo(silo, isService));
        if (!isService)
        {
            services.AddSingleton<IDeltaFeed, NoDeltaFeed>();
        }

        services.AddDetect();
        services.AddEmit();
        var s3 = PipelineSettings.Get<S3Options>(builder.Configuration, S3Options.SectionName);
        if (!string.IsNullOrEmpty(s3.LandingPrefix))
        {
            services.AddS3Landing(s3);
        }

        services.AddIngest(folder.Root);
    }

    private static void ConfigureSilo(ISiloBuilder silo, bool isService)
    {
        var (siloPort, gatewayPort) = SiloEndpoints.Free();
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "customertrack", clusterId: "solo");
        if (isService)
        {
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryStreams(StreamDeltaFeed.ProviderName);
        }

        if (TelemetryExtensions.IsTracing)
        {
            // It puts a filter around every call, so it is only there when somebody looks.
            silo.AddActivityPropagation();
        }

        silo.Configure<GrainCollectionOptions>(options =>
        {
            // A backfill meets every customer once; those nobody asks for again must not fill the memory.
            options.CollectionQuantum = TimeSpan.FromSeconds(30);
            options.CollectionAge = TimeSpan.FromMinutes(5);
            options.EnableActivationSheddingOnMemoryPressure = true;
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = TimeSpan.FromMinutes(2);

            // It walks every activation looking for requests that hang; a batch that hangs is reported by its caller.
            options.GrainWorkloadAnalysisPeriod = TimeSpan.FromMinutes(10);
        });
    }
}
