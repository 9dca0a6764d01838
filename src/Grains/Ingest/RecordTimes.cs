using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>The times that some records of a file have themselves: enough to say how old changes are when they are seen, and no more.</summary>
internal sealed class RecordTimes
{
    private const int Most = 64;

    private readonly List<long> _times = [];
    private int _seen;

    /// <summary>Takes the last of some records, where the order of the dimension's records is a time that its producer states.</summary>
    public void Sample(DimensionDefinition dimension, List<Record> records)
    {
        if (records.Count == 0 || dimension.Sequence.Type.Kind != ColumnKind.Timestamp || dimension.Sequence.Source == SequenceSource.Arrival)
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

    /// <summary>How long before <paramref name="now"/> they were. None is negative: clocks may differ.</summary>
    public IEnumerable<TimeSpan> Ages(DateTimeOffset now) => _times.Select(time => now - SequenceText.ToDateTime(time)).Select(age => age < TimeSpan.Zero ? TimeSpan.Zero : age);
}
