using System.Diagnostics;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Detect;

/// <summary>
/// The work of a shard on a batch, in the trace of its caller. The caller's context travels in the request context, for this one call: a span for
/// each call of a customer would cost more than the call.
/// </summary>
internal sealed class ShardSpan
{
    public const string Service = "ct.IShardGrain";
    public const string Method = "Apply";
    public const string Name = Service + "/" + Method;

    private const string ContextKey = "ct.traceparent";
    private static readonly ActivitySource Source = new(DetectInstruments.MeterName);

    private readonly Activity _shard;
    private readonly TimeProvider _time;
    private readonly Activity? _running = Activity.Current;
    private Activity? _step;

    private ShardSpan(Activity shard, TimeProvider time)
    {
        _shard = shard;
        _time = time;
    }

    /// <summary>Gives the next calls of this flow a context.</summary>
    public static void Send(in ActivityContext context) => RequestContext.Set(ContextKey, TraceParent.Format(context));

    /// <summary>Null where the caller is not traced. The context goes no further than this grain.</summary>
    public static ShardSpan? Begin(string dimension, int shard, int records, TimeProvider time)
    {
        if (RequestContext.Get(ContextKey) is not string text)
        {
            return null;
        }

        RequestContext.Remove(ContextKey);
        var span = TraceParent.TryParse(text, out var caller)
            ? TimedSpans.Begin(
                Source,
                Name,
                ActivityKind.Server,
                caller,
                time.GetUtcNow(),
                [
                    new("rpc.system", "orleans"),
                    new("rpc.service", Service),
                    new("rpc.method", Method),
                    new("customertrack.dimension", dimension),
                    new("customertrack.shard", shard),
                    new("messaging.batch.message_count", records),
                ])
            : null;
        return span is null ? null : new(span, time);
    }

    /// <summary>Begins a step. It is what runs until it is over, so that the store can tell more of it.</summary>
    /// <param name="customers">How many it is about.</param>
    public Activity? Step(string name, int customers)
    {
        _step = TimedSpans.Begin(Source, name, ActivityKind.Internal, _shard.Context, _time.GetUtcNow(), [new("customertrack.customers", customers)]);
        Activity.Current = _step;
        return _step;
    }

    /// <summary>Ends a step.</summary>
    public void Done(Activity? step)
    {
        TimedSpans.End(step, _time.GetUtcNow());
        Activity.Current = _running;
    }

    public void Succeeded(int customers, int changed, int deltas)
    {
        _shard.SetTag("customertrack.customers", customers);
        _shard.SetTag("customertrack.customers.changed", changed);
        _shard.SetTag("customertrack.deltas", deltas);
        TimedSpans.End(_shard, _time.GetUtcNow());
    }

    /// <summary>Ends also the step that failed.</summary>
    public void Failed(Exception failure)
    {
        var now = _time.GetUtcNow();
        if (_step is { IsStopped: false })
        {
            TimedSpans.Fail(_step, now, failure.GetType().FullName!);
        }

        Activity.Current = _running;
        TimedSpans.Fail(_shard, now, failure.GetType().FullName!);
    }
}
