using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Detect.Tests;

/// <summary>One customer with its state, its deltas in the lake and its archived files, and what can be lost of them.</summary>
public sealed class RebuiltCustomer(DimensionDefinition dimension, int seed)
{
    // Files that only the lake names get numbers far below those of real ones.
    private const int FirstNumber = 1000;

    private readonly Dictionary<int, Said[]> _archive = [];
    private readonly HashSet<int> _pruned = [];
    private List<Delta> _lake = [];
    private byte[] _state = [];
    private long _clock = 1_000_000;

    public Random Random { get; } = new(seed);

    public DimensionDefinition Dimension => dimension;

    public ReadOnlyMemory<byte> State => _state;

    public IReadOnlyList<Delta> Lake => _lake;

    /// <summary>Deals the files of a history to two parts, the later files in the second.</summary>
    public (Said[] Before, Said[] After) Split(Said[] history)
    {
        var files = history.Select(r => r.File).Distinct().Order().ToList();
        var first = files.Take(Random.Next(files.Count + 1)).ToHashSet();
        return ([.. history.Where(r => first.Contains(r.File))], [.. history.Where(r => !first.Contains(r.File))]);
    }

    /// <summary>Applies files in the order of their numbers, in batches, and archives them.</summary>
    public void Deliver(Said[] records)
    {
        foreach (var file in records.GroupBy(r => r.File).OrderBy(g => g.Key))
        {
            var rows = file.OrderBy(r => r.Row).ToArray();
            foreach (var batch in rows.Chunk(Random.Next(1, 8)))
            {
                var detected = ChangeDetector.Detect(
                    dimension, SaidEncoding.Key, _state, Records(batch), new() { OpenFloor = FirstNumber + file.Key, RecordedAt = _clock++, Redelivered = false });
                _state = detected.State ?? _state;
                _lake.AddRange(detected.Deltas);
            }

            _archive.Add(file.Key, rows);
        }
    }

    public void LoseDeltas() => _lake = [.. _lake.Where(_ => Random.Next(3) > 0)];

    public void GoBackTo(byte[] state) => _state = state;

    public void Prune(IEnumerable<int> files)
    {
        foreach (var file in files.ToList())
        {
            _archive.Remove(file);
            _pruned.Add(file);
        }
    }

    /// <summary>Rebuilds the state and gives the lake what it lacks; returns that.</summary>
    /// <param name="present">The states in use; empty where they are lost.</param>
    public IReadOnlyList<Delta> Rebuild(ReadOnlyMemory<byte> present, RebuildSource from = RebuildSource.Auto)
    {
        var records = present.IsEmpty ? [] : StateRebuild.Records(present, new HashSet<long>());
        var files = _archive.OrderBy(file => file.Key).SelectMany(file => file.Value).ToArray();
        foreach (var batch in files.Chunk(Random.Next(1, 20)))
        {
            records = StateRebuild.Gather(dimension, records, Records(batch), FirstNumber + batch[0].File, out _) ?? records;
        }

        var rows = _lake.GroupBy(d => d.ValidFrom).OrderBy(g => g.Key).Select(g => g.MaxBy(d => d.Revision)!).Select(Shown).ToList();
        var reconciled = StateRebuild.Reconcile(dimension, SaidEncoding.Key, records, rows, Current(), IsForked(), from, new KnownRecords
        {
            AreComplete = _pruned.Count == 0 || (!present.IsEmpty && rows.All(row => StateRebuild.Knows(present, row.Row))),
            OpenFloor = long.MaxValue,
            LakeUntil = long.MaxValue,
        }, _clock++);
        _state = reconciled.State;
        _lake.AddRange(reconciled.Deltas);
        return reconciled.Deltas;
    }

    private LakeRow Shown(Delta row) => new(row with { File = _pruned.Contains((int)(row.File - FirstNumber)) ? 1 : row.File }, row.File >= FirstNumber && !_pruned.Contains((int)(row.File - FirstNumber)));

    private List<Delta> Open => [.. _lake.Where(d => d.ValidTo is null && d.State != RowState.Retracted)];

    private long? Current() => Open.Count == 0 ? null : Open.Max(d => d.Revision);

    private bool IsForked() =>
        _lake.GroupBy(d => d.ValidFrom).Any(start => start.Where(d => d.Revision == start.Max(other => other.Revision)).Select(Image).Distinct().Count() > 1)
        || Open.Where(d => d.Revision == Current()).Select(d => d.ValidFrom).Distinct().Count() > 1;

    private static string Image(Delta d) => $"{d.ValidTo} {d.State} {Convert.ToHexString(d.Content.Span)}";

    private Record[] Records(IEnumerable<Said> records) => [.. records.Select(r => SaidEncoding.Record(dimension, r) with { File = FirstNumber + r.File })];
}
