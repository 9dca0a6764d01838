using CustomerTrack.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace CustomerTrack.Benchmarks;

/// <summary>Traces of a share of the files, exported until it is disposed.</summary>
internal sealed class TraceExport(double ratio, Uri sink) : IAsyncDisposable
{
    private readonly TracerProvider _provider = Sdk.CreateTracerProviderBuilder()
        .SetSampler(new FileSampler(ratio))
        .AddSource("CustomerTrack.*")
        .AddProcessor(new PersonalDataGuard())
        .AddOtlpExporter(exporter =>
        {
            exporter.Endpoint = sink;
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;

            // Rounds are shorter than the 5 s after which spans are exported by default: what a round makes is exported within it.
            exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = 500;
        })
        .Build();

    public ValueTask DisposeAsync()
    {
        _provider.Dispose();
        return ValueTask.CompletedTask;
    }
}
