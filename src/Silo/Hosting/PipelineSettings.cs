using CustomerTrack.Api;
using CustomerTrack.Cli;
using CustomerTrack.Cli.Settings;
using CustomerTrack.Cluster;
using CustomerTrack.Dashboard;
using CustomerTrack.Emit;
using CustomerTrack.Generator;
using CustomerTrack.Ingest;
using CustomerTrack.Lake;
using CustomerTrack.Live;
using CustomerTrack.S3;
using CustomerTrack.Snowflake;
using CustomerTrack.Storage;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Hosting;

/// <summary>The configuration of this process, checked as a whole before anything starts.</summary>
internal static class PipelineSettings
{
    /// <summary>Every section there is; docs/operations.md has each of their settings.</summary>
    public static readonly IReadOnlyList<OptionsSection> Sections =
    [
        new(ClusterSettings.SectionName, typeof(ClusterSettings)),
        new(RedisOptions.SectionName, typeof(RedisOptions)),
        new(IngestOptions.SectionName, typeof(IngestOptions)),
        new(StateOptions.SectionName, typeof(StateOptions)),
        new(EmitOptions.SectionName, typeof(EmitOptions)),
        new(LakeOptions.SectionName, typeof(LakeOptions)),
        new(S3Options.SectionName, typeof(S3Options)),
        new(DuckDbWarehouseOptions.SectionName, typeof(DuckDbWarehouseOptions)),
        new(SnowflakeOptions.SectionName, typeof(SnowflakeOptions)),
        new(ApiOptions.SectionName, typeof(ApiOptions)),
        new(TelemetryOptions.SectionName, typeof(TelemetryOptions)),
        new(LiveOptions.SectionName, typeof(LiveOptions)),
        new(DashboardOptions.SectionName, typeof(DashboardOptions)),
        new(GeneratorOptions.SectionName, typeof(GeneratorOptions)),
    ];

    /// <exception cref="UsageException">A name is unknown or a value is not allowed; all of them are listed.</exception>
    public static T Add<T>(T configuration, CommonArguments arguments)
        where T : IConfigurationBuilder, IConfiguration
    {
        configuration.AddCustomerTrack(AppContext.BaseDirectory, Environment.GetEnvironmentVariables(), arguments.Settings);
        SettingsCheck.Check(configuration, Sections);
        var onS3 = Get<LakeOptions>(configuration, LakeOptions.SectionName).Kind == LakeKind.S3;
        var problems = S3OptionsRules.Check(Get<S3Options>(configuration, S3Options.SectionName), onS3 ? $"{LakeOptions.SectionName}:{nameof(LakeOptions.Kind)} is {LakeKind.S3}" : null).ToList();
        problems.AddRange(SnowflakeOptionsCheck.ForDelivery(
            Get<SnowflakeOptions>(configuration, SnowflakeOptions.SectionName),
            Get<LakeOptions>(configuration, LakeOptions.SectionName),
            Get<S3Options>(configuration, S3Options.SectionName)));
        problems.AddRange(OidcOptionsRules.Check(Get<ApiOptions>(configuration, ApiOptions.SectionName)));
        problems.AddRange(ClusterSettingsCheck.Check(
            Get<ClusterSettings>(configuration, ClusterSettings.SectionName),
            Get<RedisOptions>(configuration, RedisOptions.SectionName),
            Get<LakeOptions>(configuration, LakeOptions.SectionName),
            Get<S3Options>(configuration, S3Options.SectionName),
            configuration[ClusterSettingsCheck.OrleansProvider]));
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, problems));
        }

        return configuration;
    }

    /// <summary>The options of a section, already checked.</summary>
    public static T Get<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>() ?? new();
}
