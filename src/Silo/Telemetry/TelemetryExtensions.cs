using CustomerTrack.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CustomerTrack.Telemetry;

/// <summary>Logs, metrics and traces of the process, in one place.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Somebody takes traces by OTLP.</summary>
    public static bool IsTracing { get; } = IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    private static bool SendsMetrics { get; } = IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");

    /// <summary>Logs go to standard error: results own standard output.</summary>
    public static void AddPipelineLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Metrics for Prometheus always; metrics and traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or the variable of one of them alone, says so.</summary>
    public static void AddPipelineTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("customertrack", serviceVersion: typeof(TelemetryExtensions).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: false)
                .AddDetector(services => new SiloResource(services.GetRequiredService<ILocalSiloDetails>()))

                // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES count.
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("CustomerTrack.*", "Microsoft.Orleans")
                    .AddView(HistogramViews.Of)
                    .SetExemplarFilter(ExemplarFilterType.TraceBased)
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (SendsMetrics)
                {
                    metrics.AddOtlpExporter(exporter => SendTo(exporter, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"));
                }
            });
        if (IsTracing)
        {
            var options = PipelineSettings.Get<TelemetryOptions>(builder.Configuration, TelemetryOptions.SectionName);
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces
                .SetSampler(new FileSampler(options.TraceRatio))
                .AddSource(SourcesOf(options))
                .AddProcessor(new PersonalDataGuard())
                .AddOtlpExporter(exporter => SendTo(exporter, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")));
        }
    }

    // Orleans' own tell of single grains, and nearly all of those are customers.
    private static string[] SourcesOf(TelemetryOptions options) => options.GrainCalls ? ["CustomerTrack.*", "Microsoft.Orleans.*"] : ["CustomerTrack.*"];

    // The exporter by itself reads the endpoint of all signals only.
    private static void SendTo(OtlpExporterOptions exporter, string variable)
    {
        if (IsSet(variable))
        {
            exporter.Endpoint = new(Environment.GetEnvironmentVariable(variable)!);
        }
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
