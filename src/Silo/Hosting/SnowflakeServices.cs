using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Lake;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Hosting;

/// <summary>The delivery to Snowflake, where it is enabled.</summary>
internal static partial class SnowflakeServices
{
    // Below it there are more files than people who pay for each of them expect.
    private static readonly TimeSpan ShortObjectAge = TimeSpan.FromSeconds(5);

    /// <summary>Adds the delivery. To be called after the loader and before the silo: what stops later is fed to the end.</summary>
    public static void AddSnowflakeDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        var options = PipelineSettings.Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName);
        if (!options.Enabled)
        {
            return;
        }

        services.AddSingleton(provider => Create(provider, configuration, options));
        services.AddHostedService(provider => provider.GetRequiredService<SnowflakeDelivery>());
    }

    /// <summary>A delivery that is not started; null where nothing is delivered.</summary>
    public static SnowflakeDelivery? TryCreate(IServiceProvider provider, IConfiguration configuration)
    {
        var options = PipelineSettings.Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName);
        return options.Enabled ? Create(provider, configuration, options) : null;
    }

    private static SnowflakeDelivery Create(IServiceProvider provider, IConfiguration configuration, SnowflakeOptions options)
    {
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        var dimensions = provider.GetRequiredService<IDimensionCatalog>();
        WarnOfManyFiles(loggers.CreateLogger<SnowflakeDelivery>(), PipelineSettings.Get<EmitOptions>(configuration, EmitOptions.SectionName), dimensions.All.Count);
        var time = provider.GetRequiredService<TimeProvider>();
        var session = new SnowflakeSession { Role = new SnowflakeNames(options).DeliverRole, Warehouse = options.Warehouse, Database = options.Database };
        return new SnowflakeDelivery(
            dimensions,
            (IStagedLake)provider.GetRequiredService<ILake>(),
            SnowflakeClients.CreateSql(options, session, time, loggers),
            options.Notification == SnowflakeNotification.Rest ? SnowflakeClients.CreatePipe(options, time, loggers) : null,
            options,
            time,
            loggers.CreateLogger<SnowflakeDelivery>());
    }

    /// <summary>Says how many files a day there can be, where that is a matter of money.</summary>
    internal static void WarnOfManyFiles(ILogger logger, EmitOptions emit, int dimensions)
    {
        if (emit.MaxObjectAge < ShortObjectAge)
        {
            LogManyFiles(logger, (long)(TimeSpan.FromDays(1) / emit.MaxObjectAge) * dimensions, dimensions, emit.MaxObjectAge);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = $"Up to {{Files:N0}} files a day can go to Snowflake from {{Dimensions}} dimensions, because {EmitOptions.SectionName}:{nameof(EmitOptions.MaxObjectAge)} is {{Age}}; "
            + "S3 charges for each, and Snowflake on older terms as well. Raise that setting as far as the tables may be behind: 00:01:00 is 1,440 a day and dimension.")]
    private static partial void LogManyFiles(ILogger logger, long files, int dimensions, TimeSpan age);
}
