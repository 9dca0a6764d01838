using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerTrack.Emit;

/// <summary>The emit stage: deltas in, durable lake objects out, one writer per dimension.</summary>
public sealed class DeltaEmitter(
    IDimensionCatalog dimensions,
    ILake lake,
    FileNames names,
    IDeltaFeed feed,
    IOptions<EmitOptions> options,
    TimeProvider time,
    Load.ILoadQueue queue,
    ILogger<DeltaEmitter> logger) : IAsyncDisposable
{
    private readonly Dictionary<string, DeltaWriter> _writers = dimensions.All.ToDictionary(
        d => d.Name, d => new DeltaWriter(d, lake, names, options.Value, time, queue.Enqueue, logger));

    /// <summary>Why the lake cannot be written at the moment; null while it can.</summary>
    public string? Failure => _writers.Values.Select(w => w.Failure).FirstOrDefault(f => f is not null);

    /// <summary>Takes the deltas of a batch; waits while too many are under way. The task inside completes when they are durable in the lake.</summary>
    /// <param name="origin">Is told when they were.</param>
    public async ValueTask<Task<LakeObject>> AppendAsync(string dimension, IReadOnlyList<Delta> deltas, DeltaOrigin origin, CancellationToken cancellationToken)
    {
        var durable = await _writers[dimension].AppendAsync(deltas, origin, cancellationToken);
        await feed.PublishAsync(dimension, deltas);
        return durable;
    }

    /// <summary>From now on no delta waits for more to come: the stage is about to stop.</summary>
    public void Hurry()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Hurry();
        }
    }

    /// <summary>Writes everything that was taken, then stops.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var writer in _writers.Values)
        {
            await writer.FinishAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
        {
            await writer.DisposeAsync();
        }
    }
}
