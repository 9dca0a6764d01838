using System.Diagnostics;
using CustomerTrack.Detect;
using CustomerTrack.State;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>The call of a shard in a trace, its repetitions included. Its context travels with the call.</summary>
internal sealed class ShardCallTrace
{
    private readonly Activity _call;
    private readonly DateTimeOffset _since;
    private bool _hasSucceeded;

    private ShardCallTrace(Activity call, DateTimeOffset since)
    {
        _call = call;
        _since = since;
    }

    /// <summary>The call was handed in.</summary>
    public static ShardCallTrace? Start(ActivityContext parent, ShardId shard, ShardBatch batch, DateTimeOffset now)
    {
        var call = TimedSpans.Begin(
            IngestTraces.Source,
            ShardSpan.Name,
            ActivityKind.Client,
            parent,
            now,
            [
                new("rpc.system", "orleans"),
                new("rpc.service", ShardSpan.Service),
                new("rpc.method", ShardSpan.Method),
                new("customertrack.dimension", shard.Dimension),
                new("customertrack.shard", shard.Number),
                new("messaging.batch.message_count", batch.Records.Length),
            ]);
        return call is null ? null : new(call, now);
    }

    /// <summary>The shard's former batch is done. To be called in the flow that makes the call.</summary>
    public void Call(DateTimeOffset now)
    {
        TimedSpans.Record(IngestTraces.Source, "wait shard", ActivityKind.Internal, _call.Context, _since, now);
        ShardSpan.Send(_call.Context);
    }

    public void Repeats(Exception failure, DateTimeOffset now) =>
        _call.AddEvent(new("repeated", now, new([new("exception.type", failure.GetType().FullName)])));

    public void Succeeded() => _hasSucceeded = true;

    public void End(DateTimeOffset now)
    {
        if (_hasSucceeded)
        {
            TimedSpans.End(_call, now);
        }
        else
        {
            TimedSpans.Fail(_call, now, "given_up");
        }
    }
}
