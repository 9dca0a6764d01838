using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cli.Pipeline;

namespace CustomerTrack.Cluster;

/// <summary>What another silo answers itself.</summary>
internal sealed class SiloPipelineClient(IGrainFactory grains, string silo) : RemotePipelineClient
{
    /// <summary>How far the tables are; the silo has to have the warehouse.</summary>
    public Task<WarehouseReport> WarehouseAsync(CancellationToken cancellationToken) =>
        ReportAsync<ReasonRequest, WarehouseReport>(SiloDesk.WarehouseCall, new(), null, cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task<AnswerLines> OpenAsync<TRequest>(string call, TRequest request, CancellationToken cancellationToken)
    {
        // A chunk a message: the answer waits where it is made, not on the way.
        var chunks = grains.GetGrain<ISiloGrain>(silo).CallAsync(call, JsonSerializer.SerializeToUtf8Bytes(request, ResultJson.Options), cancellationToken).WithBatchSize(1);
        return Task.FromResult(new AnswerLines(owner: null, new AnswerStream(chunks), $"silo {silo}"));
    }
}
