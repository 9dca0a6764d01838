using System.Diagnostics;
using CustomerTrack.Lake;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Emit;

/// <summary>An object of the lake in the traces of the files it holds deltas of.</summary>
internal static class EmitTraces
{
    private static readonly ActivitySource Source = new(EmitInstruments.MeterName);

    /// <summary>Tells of an object that was written; the same object, knowing the traces, for those who load it.</summary>
    public static LakeObject Written(LakeObject written, List<PendingDeltas> gathered, DateTimeOffset begunAt, DateTimeOffset writtenAt, int attempts)
    {
        var batches = new List<ActivityContext>();
        var files = new List<ActivityContext>();
        foreach (var pending in gathered)
        {
            pending.Origin.Written(begunAt, writtenAt);
            foreach (var (file, batch) in pending.Origin.Files)
            {
                TimedSpans.Record(Source, "wait lake", ActivityKind.Internal, batch, pending.Origin.DetectedAt, begunAt);
                batches.Add(batch);
                if (!files.Contains(file))
                {
                    files.Add(file);
                }
            }
        }

        if (files.Count == 0)
        {
            return written;
        }

        TimedSpans.RecordShared(
            Source,
            "put object",
            ActivityKind.Producer,
            batches,
            begunAt,
            writtenAt,
            [
                new("messaging.system", "customertrack"),
                new("messaging.operation.name", "put"),
                new("messaging.operation.type", "send"),
                new("messaging.destination.name", "lake"),
                new("messaging.batch.message_count", written.Rows),
                new("customertrack.dimension", written.Dimension),
                new("customertrack.object", written.Name),
                new("customertrack.object.bytes", written.Bytes),
                new("customertrack.attempts", attempts),
            ]);
        return written with { Origin = new() { WrittenAt = writtenAt, Files = files } };
    }
}
