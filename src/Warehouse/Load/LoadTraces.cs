using System.Diagnostics;
using CustomerTrack.Lake;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Load;

/// <summary>Loads and merges in the traces of the landing files that their rows came from. Used by one loader, which does one thing after the other.</summary>
internal sealed class LoadTraces
{
    // Merges come after at most some seconds; of more files than this they are not told.
    private const int MostUnmerged = 4_096;

    private static readonly ActivitySource Source = new(LoadInstruments.MeterName);

    private readonly Dictionary<string, List<(ActivityContext File, DateTimeOffset LoadedAt)>> _unmerged = new(StringComparer.Ordinal);

    /// <summary>These objects were loaded together, and can be queried.</summary>
    public void Loaded(List<LakeObject> group, long rows, DateTimeOffset begunAt, DateTimeOffset loadedAt)
    {
        var files = new HashSet<ActivityContext>();
        foreach (var item in group)
        {
            foreach (var file in item.Origin?.Files ?? [])
            {
                TimedSpans.Record(
                    Source, "wait load", ActivityKind.Internal, file, item.Origin!.WrittenAt, begunAt, [new("customertrack.object", item.Name)]);
                if (files.Add(file) && Unmerged(item.Dimension) is { Count: < MostUnmerged } unmerged)
                {
                    unmerged.Add((file, loadedAt));
                }
            }
        }

        TimedSpans.RecordShared(
            Source,
            "load objects",
            ActivityKind.Client,
            files,
            begunAt,
            loadedAt,
            [new("db.system.name", "duckdb"), new("db.operation.name", "load"), new("db.operation.batch.size", group.Count), new("customertrack.rows", rows)]);
    }

    /// <summary>Everything that was loaded of a dimension by <paramref name="begunAt"/> is merged.</summary>
    public void Merged(string dimension, long rows, DateTimeOffset begunAt, DateTimeOffset mergedAt)
    {
        var files = new HashSet<ActivityContext>();
        foreach (var (file, loadedAt) in Unmerged(dimension))
        {
            if (files.Add(file))
            {
                TimedSpans.Record(Source, "wait merge", ActivityKind.Internal, file, loadedAt, begunAt);
            }
        }

        Unmerged(dimension).Clear();
        TimedSpans.RecordShared(
            Source,
            "merge",
            ActivityKind.Client,
            files,
            begunAt,
            mergedAt,
            [new("db.system.name", "duckdb"), new("db.operation.name", "merge"), new("db.collection.name", dimension), new("customertrack.rows", rows)]);
    }

    private List<(ActivityContext File, DateTimeOffset LoadedAt)> Unmerged(string dimension)
    {
        if (!_unmerged.TryGetValue(dimension, out var unmerged))
        {
            _unmerged.Add(dimension, unmerged = []);
        }

        return unmerged;
    }
}
