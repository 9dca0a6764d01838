using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary>The delivery to Snowflake, where it is enabled.</summary>
internal static class SnowflakeServices
{
    /// <summary>Adds the delivery. To be called after the loader and before the silo: what stops later is fed to the end.</summary>
    public static void AddSnowflakeDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        var options = PipelineSettings.Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName);
        if (!options.Enabled)
        {
            return;
        }

        services.AddSingleton(provider =>
        {
            var loggers = provider.GetRequiredService<ILoggerFactory>();
            var time = provider.GetRequiredService<TimeProvider>();
            var session = new SnowflakeSession { Role = new SnowflakeNames(options).DeliverRole, Warehouse = options.Warehouse, Database = options.Database };
            return new SnowflakeDelivery(
                provider.GetRequiredService<IDimensionCatalog>(),
                (IStagedLake)provider.GetRequiredService<ILake>(),
                SnowflakeClients.CreateSql(options, session, time, loggers),
                options.Notification == SnowflakeNotification.Rest ? SnowflakeClients.CreatePipe(options, time, loggers) : null,
                options,
                time,
                loggers.CreateLogger<SnowflakeDelivery>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<SnowflakeDelivery>());
    }
}
