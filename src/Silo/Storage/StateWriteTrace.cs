using System.Diagnostics;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Storage;

/// <summary>A write of states in the trace of its shard: how long it waited for its turn, and how long the write that made it durable took.</summary>
internal sealed class StateWriteTrace
{
    private static readonly ActivitySource Source = new(StateInstruments.MeterName);

    private readonly ActivityContext _write;
    private readonly DateTimeOffset _since = TimeProvider.System.GetUtcNow();
    private readonly long _sinceTimestamp = Stopwatch.GetTimestamp();

    private StateWriteTrace(ActivityContext write) => _write = write;

    /// <summary>Null where the caller is not traced.</summary>
    public static StateWriteTrace? Begin() => Source.HasListeners() && Activity.Current is { Recorded: true } write ? new(write.Context) : null;

    /// <summary>The write is durable.</summary>
    /// <param name="startedAt">When the store began with it, as <see cref="Stopwatch"/> counts.</param>
    /// <param name="calls">The calls that shared it.</param>
    /// <param name="rows">The states in all of them.</param>
    public void End(string system, string operation, long startedAt, int calls, int rows)
    {
        var begun = _since + Stopwatch.GetElapsedTime(_sinceTimestamp, startedAt);
        TimedSpans.Record(Source, "wait commit", ActivityKind.Internal, _write, _since, begun);
        TimedSpans.Record(
            Source,
            $"commit {system}",
            ActivityKind.Client,
            _write,
            begun,
            _since + Stopwatch.GetElapsedTime(_sinceTimestamp),
            [new("db.system.name", system), new("db.operation.name", operation), new("db.operation.batch.size", rows), new("customertrack.calls", calls)]);
    }
}
