using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect.Tests;

/// <summary>
/// Delivers files to one customer the way the pipeline may: several files open at once, each in pieces and in the order of its
/// rows; with crashes after the state was stored but before its deltas were, and with writes that fail. After a crash every
/// open file comes again from its first row, as a redelivery.
/// </summary>
public sealed class Delivery(DimensionDefinition dimension, Random random, bool crashes)
{
    private readonly List<Delta> _lake = [];
    private byte[] _state = [];
    private long _clock = 1_000_000;

    public DimensionDefinition Dimension => dimension;

    public ReadOnlyMemory<byte> State => _state;

    /// <summary>Every delta that became durable, in the order it was emitted.</summary>
    public IReadOnlyList<Delta> Lake => _lake;

    public void Deliver(IEnumerable<Said> records)
    {
        var waiting = new Queue<OpenFile>(records.GroupBy(r => r.File).OrderBy(g => g.Key).Select(g => new OpenFile(g.Key, [.. g.OrderBy(r => r.Row)])));
        var open = new List<OpenFile>();
        while (waiting.Count > 0 || open.Count > 0)
        {
            if (waiting.Count > 0 && (open.Count == 0 || (open.Count < 3 && random.Next(2) == 0)))
            {
                open.Add(waiting.Dequeue());
                continue;
            }

            var file = open[random.Next(open.Count)];
            var floor = open.Min(f => f.Number);
            if (file.Done)
            {
                // Archived: all its deltas are in the lake.
                _lake.AddRange(file.Pending);
                open.Remove(file);
                continue;
            }

            var batch = file.Take(random.Next(1, 6));
            var detected = Detect(batch, floor, file.Redelivered);
            if (crashes && random.Next(12) == 0)
            {
                if (random.Next(3) > 0)
                {
                    _state = detected.State ?? _state;
                }

                foreach (var lost in open)
                {
                    // Some of what was emitted may have reached the lake before the crash.
                    _lake.AddRange(lost.Pending.Where(_ => random.Next(2) == 0));
                    lost.Restart();
                }

                continue;
            }

            _state = detected.State ?? _state;
            file.Pending.AddRange(detected.Deltas);
        }
    }

    /// <summary>Conflicts counted by <see cref="Apply"/>.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Folds a batch and stores the state at once.</summary>
    public Detected Apply(IEnumerable<Said> batch, long openFloor)
    {
        var detected = Detect(batch, openFloor, redelivered: false);
        _state = detected.State ?? _state;
        Conflicts += detected.Counts.Conflicts;
        return detected;
    }

    public Detected Detect(IEnumerable<Said> batch, long openFloor, bool redelivered) => ChangeDetector.Detect(
        dimension,
        SaidEncoding.Key,
        _state,
        batch.Select(r => SaidEncoding.Record(dimension, r)).ToArray(),
        new DetectContext { OpenFloor = openFloor, RecordedAt = _clock++, Redelivered = redelivered });

    private sealed class OpenFile(int number, Said[] rows)
    {
        private int _next;

        public int Number => number;

        public bool Redelivered { get; private set; }

        public List<Delta> Pending { get; } = [];

        public bool Done => _next >= rows.Length;

        public Said[] Take(int count)
        {
            var taken = rows.Skip(_next).Take(count).ToArray();
            _next += taken.Length;
            return taken;
        }

        public void Restart()
        {
            _next = 0;
            Redelivered = true;
            Pending.Clear();
        }
    }
}
