using System.Diagnostics;
using System.Globalization;
using CustomerTrack.Lake;
using CustomerTrack.Load;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Deliveries in the traces of the landing files that their rows came from: what the one span ends with the next begins with. Knows what this process
/// was told of; of objects that were listed, after a restart for one, nobody knows the files. Not thread-safe.
/// </summary>
/// <param name="isAnnounced">Whether objects are announced here; otherwise the bucket's events do that.</param>
internal sealed class DeliveryTraces(bool isAnnounced)
{
    /// <summary>While Snowflake is away objects gather: of this many files of objects it is told, each counted once for each object.</summary>
    public const int MostFiles = 16_384;

    private const string WaitAnnounce = "wait announce";
    private const string WaitSnowpipe = "wait snowpipe";
    private const string WaitMerge = "wait snowflake merge";

    private static readonly ActivitySource Source = new(LoadInstruments.MeterName);

    private readonly Dictionary<string, ObjectTrace> _open = new(StringComparer.Ordinal);
    private int _files;

    /// <summary>An object that was just written is to be delivered. Safe to repeat.</summary>
    public void Added(string name, ObjectOrigin origin)
    {
        if (LakeObjectName.TryParse(name, out var parsed)
            && origin.Files.Count <= MostFiles - _files
            && _open.TryAdd(parsed.Stem, new(origin.Files, origin.WrittenAt) { Wait = isAnnounced ? WaitAnnounce : WaitSnowpipe }))
        {
            _files += origin.Files.Count;
        }
    }

    /// <summary>Snowpipe took the names of these objects in one call.</summary>
    public void Announced(IEnumerable<Delivery> deliveries, DateTimeOffset begunAt, DateTimeOffset endedAt)
    {
        var files = new HashSet<ActivityContext>();
        var objects = 0;
        foreach (var delivery in deliveries)
        {
            objects++;
            if (_open.TryGetValue(delivery.Stem, out var trace))
            {
                // Announced before, and not reported since: its wait was in vain.
                Next(trace, delivery, WaitSnowpipe, begunAt, endedAt, trace.Wait == WaitSnowpipe ? "timeout" : null);
                files.UnionWith(trace.Files);
            }
        }

        TimedSpans.RecordShared(Source, "announce", ActivityKind.Client, files, begunAt, endedAt, OfAnnouncement(objects));
    }

    /// <summary>Snowpipe did not take the names of these objects; they are announced again.</summary>
    public void NotAnnounced(IEnumerable<Delivery> deliveries, DateTimeOffset begunAt, DateTimeOffset endedAt, Exception failure)
    {
        var files = new HashSet<ActivityContext>();
        var objects = 0;
        foreach (var delivery in deliveries)
        {
            objects++;
            if (_open.TryGetValue(delivery.Stem, out var trace) && !trace.HasFailed)
            {
                Next(trace, delivery, WaitAnnounce, begunAt, endedAt, trace.Wait == WaitSnowpipe ? "timeout" : null);
                trace.HasFailed = true;
                files.UnionWith(trace.Files);
            }
        }

        TimedSpans.FailShared(Source, "announce", ActivityKind.Client, files, begunAt, endedAt, failure.GetType().FullName!, OfAnnouncement(objects));
    }

    /// <summary>All rows of an object are in the table that Snowpipe fills. Safe to repeat.</summary>
    public void Loaded(Delivery delivery, DateTimeOffset at)
    {
        if (_open.TryGetValue(delivery.Stem, out var trace) && trace.Wait != WaitMerge)
        {
            // Also of one whose announcement was told as a failure, or is not known here: Snowpipe had it then.
            trace.Wait = WaitSnowpipe;
            Next(trace, delivery, WaitMerge, at, at, errorType: null);
        }
    }

    /// <summary>An object was written again under a new name, because Snowflake did not load it, or merges left it out.</summary>
    public void Rewritten(Delivery delivery, LakeObject copy, DateTimeOffset begunAt, DateTimeOffset endedAt)
    {
        if (_open.TryGetValue(delivery.Stem, out var trace))
        {
            Next(trace, delivery, isAnnounced ? WaitAnnounce : WaitSnowpipe, begunAt, endedAt, delivery.Error is null ? "timeout" : trace.Wait == WaitMerge ? "not_merged" : "not_loaded");
            TimedSpans.RecordShared(Source, "redeliver object", ActivityKind.Producer, trace.Files, begunAt, endedAt,
            [
                new("messaging.system", "customertrack"),
                new("messaging.operation.name", "redeliver"),
                new("messaging.operation.type", "send"),
                new("messaging.destination.name", "lake"),
                new("messaging.batch.message_count", delivery.Original.Rows),
                new("customertrack.object", copy.Name),
                new("customertrack.redelivery", delivery.Attempt + 1),
            ]);
        }
    }

    /// <summary>All rows of an object were found in the tables.</summary>
    public void Merged(Delivery delivery, DateTime mergedAt, DateTimeOffset foundAt)
    {
        if (_open.Remove(delivery.Stem, out var trace))
        {
            _files -= trace.Files.Count;
            trace.Wait = trace.Wait == WaitMerge ? WaitMerge : WaitSnowpipe;
            Wait(trace, delivery, foundAt, errorType: null, [new("customertrack.snowflake.merged_at", mergedAt.ToString("O", CultureInfo.InvariantCulture))]);
        }
    }

    private static void Next(ObjectTrace trace, Delivery delivery, string wait, DateTimeOffset begunAt, DateTimeOffset endedAt, string? errorType)
    {
        Wait(trace, delivery, begunAt, errorType, []);
        trace.Since = endedAt;
        trace.Wait = wait;
        trace.HasFailed = false;
    }

    private static void Wait(ObjectTrace trace, Delivery delivery, DateTimeOffset end, string? errorType, KeyValuePair<string, object?>[] tags)
    {
        foreach (var file in trace.Files)
        {
            var span = TimedSpans.Begin(
                Source,
                trace.Wait,
                ActivityKind.Internal,
                file,
                trace.Since,
                [new("db.system.name", "snowflake"), new("customertrack.object", delivery.Newest.Name), .. tags]);
            if (errorType is null)
            {
                TimedSpans.End(span, end);
            }
            else
            {
                TimedSpans.Fail(span, end, errorType);
            }
        }
    }

    private static KeyValuePair<string, object?>[] OfAnnouncement(int objects) =>
    [
        new("db.system.name", "snowflake"),
        new("db.operation.name", "insertFiles"),
        new("db.operation.batch.size", objects),
    ];
}
