using CustomerTrack.Harness;

namespace CustomerTrack.Telemetry;

/// <summary>Where a process sends its traces, how, and in whose name.</summary>
public sealed class ExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_an_endpoint_for_traces_alone_they_go_there_by_gRPC_in_the_name_that_OpenTelemetrys_variables_give_and_metrics_go_nowhere()
    {
        using var folder = new TestFolder();
        await using var receiver = await OtlpReceiver.StartAsync(Token);
        var site = new Site(folder.In("data"), Definitions.Write(folder.Path));
        site.Environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = receiver.GrpcEndpoint;
        site.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        site.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        site.Environment["OTEL_SERVICE_NAME"] = "customers-of-the-north";
        site.Environment["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test";
        site.Environment["CUSTOMERTRACK_Telemetry__TraceRatio"] = "1";
        await using var service = await site.ServeAsync(Token);
        site.Land("one.csv", TracedSite.File(20, version: 1));

        await Fact.AwaitAsync(() => receiver.Spans.Any(span => span.Name == "process customer"), TimeSpan.FromMinutes(1), Token, () => Task.FromResult(service.Process.Error));
        await service.StopAsync(Token);

        Assert.All(receiver.Spans, span =>
        {
            Assert.Equal("customers-of-the-north", span.Resource["service.name"]);
            Assert.Equal("test", span.Resource["deployment.environment.name"]);
            Assert.StartsWith("127.0.0.1-", span.Resource["service.instance.id"], StringComparison.Ordinal);
        });
        Assert.Contains(receiver.Spans, span => span.Attributes.GetValueOrDefault("file.name") == "one.csv");
        Assert.Empty(receiver.Instruments);
    }
}
