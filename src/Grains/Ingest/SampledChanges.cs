using System.Diagnostics;
using CustomerTrack.Detect;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>
/// A few changes of a batch, in the traces of their files: from the file being visible until queries see the change, linked to the batch it went with.
/// They are named by row and shard, never by customer.
/// </summary>
internal sealed class SampledChanges
{
    // Few beside the spans that a batch has anyway.
    private const int MostOfAFile = 4;

    private readonly List<(FileProgress File, ActivityContext Batch, long Row, long ValidFrom, int Shard)> _changes = [];

    /// <summary>Takes versions that records of these files began.</summary>
    /// <param name="files">The traced files of the batch, each with the span of the batch in its trace.</param>
    public SampledChanges(IReadOnlyList<(FileProgress File, ActivityContext Batch)> files, IReadOnlyList<Delta> deltas, int shards)
    {
        var left = files.ToDictionary(file => file.File.File.Number, file => (file.File, file.Batch, Room: MostOfAFile));

        // Deltas are sorted by shard: beginning at the first, those of the last shards would never be looked at.
        var first = deltas.Count == 0 ? 0 : (int)(files[0].File.File.Number % deltas.Count);
        for (var i = 0; i < deltas.Count && left.Count > 0; i++)
        {
            var delta = deltas[(first + i) % deltas.Count];
            if (delta.Change != RowChange.Opened || !left.TryGetValue(delta.File, out var of))
            {
                continue;
            }

            _changes.Add((of.File, of.Batch, delta.Row, delta.ValidFrom, Sharding.NumberOf(Sharding.Hash(delta.Key), shards)));
            if (of.Room == 1)
            {
                left.Remove(delta.File);
            }
            else
            {
                left[delta.File] = of with { Room = of.Room - 1 };
            }
        }
    }

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Queries see the object that the changes are in.</summary>
    public void Queryable(LakeObject lakeObject, DateTimeOffset at)
    {
        foreach (var (file, batch, row, validFrom, shard) in _changes)
        {
            var tags = new List<KeyValuePair<string, object?>>
            {
                new("customertrack.dimension", lakeObject.Dimension),
                new("customertrack.file.row", row),
                new("customertrack.shard", shard),
                new("customertrack.object", lakeObject.Name),
            };
            if (RecordTimes.AreStated(file.File.Dimension))
            {
                tags.Add(new("customertrack.change.latency", RecordTimes.Age(validFrom, at).TotalSeconds));
            }

            TimedSpans.Record(IngestTraces.Source, "change", ActivityKind.Internal, file.Trace!.Context, file.Trace.VisibleAt, at, tags, [new(batch)]);
        }
    }
}
