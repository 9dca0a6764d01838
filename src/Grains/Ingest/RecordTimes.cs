using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>The times that some records of a file have themselves: enough to say how old changes are when they are seen, and no more.</summary>
internal sealed class RecordTimes
{
    private const int Most = 64;

    private readonly List<long> _times = [];
    private int _seen;

    /// <summary>Whether the order of the dimension's records is a time that their producer states.</summary>
    public static bool AreStated(DimensionDefinition dimension) =>
        dimension.Sequence.Type.Kind == ColumnKind.Timestamp && dimension.Sequence.Source != SequenceSource.Arrival;

    /// <summary>How long before <paramref name="now"/> a record's own time was; not negative, for clocks may differ.</summary>
    public static TimeSpan Age(long time, DateTimeOffset now) => now - SequenceText.ToDateTime(time) is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero;

    /// <summary>Takes the last of some records, where they have times of their own.</summary>
    public void Sample(DimensionDefinition dimension, List<Record> records)
    {
        if (records.Count == 0 || !AreStated(dimension))
        {
            return;
        }

        if (_times.Count < Most)
        {
            _times.Add(records[^1].Sequence);
        }
        else
        {
            _times[_seen % Most] = records[^1].Sequence;
        }

        _seen++;
    }

    /// <summary>How long before <paramref name="now"/> they were.</summary>
    public IEnumerable<TimeSpan> Ages(DateTimeOffset now) => _times.Select(time => Age(time, now));
}
