using System.Globalization;
using CsCheck;
using CustomerTrack.Lake;
using CustomerTrack.Snowflake;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>The manifest against a Snowpipe that loses, fails, tears and forgets.</summary>
public sealed class DeliveryManifestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_object_ends_up_complete_in_the_tables_whatever_Snowpipe_does_with_it() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 40], Gen.Double[0, 0.7], Gen.Bool).Sample((seed, objects, trouble, autoIngest) =>
        {
            var run = new Run(new Random(seed), trouble, autoIngest);
            for (var i = 0; i < objects; i++)
            {
                run.Write(rows: 1 + (i * 7 % 50));
            }

            run.Until(() => run.Manifest.Count == 0, TimeSpan.FromDays(500));

            Assert.Equal(0, run.Manifest.Rows);
            Assert.Equal(0, run.Manifest.Bytes);
            Assert.All(run.Written, item => Assert.Contains(run.Pipe.Ledger, entry => entry.Key.Replace(".parquet", "", StringComparison.Ordinal).Split(".r")[0] + ".parquet" == item.Name && entry.Value >= item.Rows));
        }, iter: 300);

    [Fact]
    public void Without_trouble_each_object_is_announced_once_and_never_written_again()
    {
        var run = new Run(new Random(1), trouble: 0, autoIngest: false);
        for (var i = 0; i < 100; i++)
        {
            run.Write(rows: 10);
        }

        run.Until(() => run.Manifest.Count == 0, TimeSpan.FromMinutes(5));

        Assert.Equal(100, run.Announcements);
        Assert.Equal(0, run.Redeliveries);
    }

    [Fact]
    public void An_object_that_never_loads_is_written_again_in_growing_distances()
    {
        var run = new Run(new Random(1), trouble: 1, autoIngest: false);
        run.Write(rows: 10);

        run.Until(() => false, TimeSpan.FromDays(2));

        Assert.InRange(run.Redeliveries, 4, 12);
        Assert.Equal(1, run.Manifest.Count);
    }

    [Fact]
    public void What_is_loaded_is_not_written_again_while_no_merge_runs()
    {
        var run = new Run(new Random(1), trouble: 0, autoIngest: false) { Pipe = { MergesStopped = true } };
        run.Write(rows: 10);

        run.Until(() => false, TimeSpan.FromDays(2));

        Assert.Equal(0, run.Redeliveries);
        Assert.Equal(1, run.Manifest.Loaded);
    }

    [Fact]
    public void What_merges_left_out_although_it_was_loaded_is_written_again()
    {
        var run = new Run(new Random(1), trouble: 0, autoIngest: false);
        run.Write(rows: 10);
        run.Pipe.LeaveOutNext = true;
        run.Until(() => run.Manifest.Loaded == 1, TimeSpan.FromHours(1));
        run.Until(() => false, TimeSpan.FromHours(1));

        // Merges of other objects show that this one was passed over.
        run.Write(rows: 10);
        run.Until(() => run.Manifest.Count == 0, TimeSpan.FromHours(1));

        Assert.Equal(1, run.Redeliveries);
    }

    [Fact]
    public void A_full_manifest_says_so_and_takes_more_when_there_is_room()
    {
        var manifest = new DeliveryManifest(Patience, SnowflakeNotification.Rest, capacity: 2);

        Assert.True(manifest.Add(Object(1, 5), Start));
        Assert.True(manifest.Add(Object(2, 5), Start));
        Assert.False(manifest.Add(Object(3, 5), Start));
        Assert.NotNull(manifest.Merged(Object(1, 5).Name, 5));
        Assert.True(manifest.Add(Object(3, 5), Start));
    }

    [Fact]
    public void A_restart_goes_on_with_the_redeliveries_it_finds_in_the_lake()
    {
        var manifest = new DeliveryManifest(Patience, SnowflakeNotification.Rest, capacity: 10);
        var original = Object(1, 5);
        manifest.Add(original, Start);
        manifest.Add(original with { Name = original.Name.Replace(".parquet", ".r3.parquet", StringComparison.Ordinal) }, Start);

        var due = Assert.Single(manifest.Due(DeliveryStep.Announce, Start, 10));

        Assert.Equal(3, due.Attempt);
        Assert.EndsWith(".r3.parquet", due.Newest.Name, StringComparison.Ordinal);
        Assert.Equal(original.Name, due.Original.Name);
        Assert.Equal(1, manifest.Count);
    }

    private static LakeObject Object(int number, long rows) => new()
    {
        Dimension = "customer",
        Name = string.Create(CultureInfo.InvariantCulture, $"dimension=customer/date=2026-01-31/20260131T120000.000000Z-1f0c9a7e-{number:D6}-{rows}.parquet"),
        Rows = rows,
        Bytes = rows * 100,
    };

    /// <summary>A manifest, the pipe it talks to, and time that goes by in minutes.</summary>
    private sealed class Run(Random dice, double trouble, bool autoIngest)
    {
        private DateTimeOffset _now = Start;
        public DeliveryManifest Manifest { get; } = new(Patience, autoIngest ? SnowflakeNotification.AutoIngest : SnowflakeNotification.Rest, capacity: 1_000);

        public TroubledPipe Pipe { get; init; } = new(dice, trouble);

        public List<LakeObject> Written { get; } = [];

        public int Announcements { get; private set; }

        public int Redeliveries { get; private set; }

        public void Write(long rows)
        {
            var item = Object(Written.Count + 1, rows);
            Written.Add(item);
            Manifest.Add(item, _now);
            Visible(item);
        }

        public void Until(Func<bool> done, TimeSpan longest)
        {
            var end = _now + longest;
            while (!done() && _now < end)
            {
                Step();
                _now += TimeSpan.FromMinutes(1);
            }
        }

        private void Step()
        {
            foreach (var delivery in Manifest.Due(DeliveryStep.Announce, _now, 1_000))
            {
                Assert.False(autoIngest);
                Pipe.Announce(delivery.Newest);
                Manifest.Announced(delivery, _now);
                Announcements++;
            }

            foreach (var load in Pipe.Load())
            {
                Manifest.Reported(load.Path, load, _now);
            }

            var merged = Pipe.Merge();
            foreach (var (name, rows) in merged)
            {
                Manifest.Merged(name, rows);
            }

            if (merged.Count > 0)
            {
                Manifest.MergeSeen(_now, _now);
            }

            foreach (var delivery in Manifest.Due(DeliveryStep.Redeliver, _now, 1_000))
            {
                var name = delivery.Original.Name.Replace(".parquet", $".r{delivery.Attempt + 1}.parquet", StringComparison.Ordinal);
                var copy = delivery.Original with { Name = name };
                Manifest.Rewritten(delivery, copy, _now);
                Visible(copy);
                Redeliveries++;
            }
        }

        private void Visible(LakeObject item)
        {
            if (autoIngest)
            {
                Pipe.Announce(item);
            }
        }
    }

    private sealed class TroubledPipe(Random dice, double trouble)
    {
        private readonly HashSet<string> _known = [];
        private readonly List<LakeObject> _queued = [];
        private readonly List<(string Name, long Rows)> _loaded = [];
        private readonly List<(string Name, long Rows)> _later = [];

        public Dictionary<string, long> Ledger { get; } = [];

        public bool MergesStopped { get; set; }

        public bool LeaveOutNext { get; set; }

        public void Announce(LakeObject item)
        {
            // A lost notification leaves no trace; a name that was seen is not looked at again.
            if (!Happens() && _known.Add(item.Name))
            {
                _queued.Add(item);
            }
        }

        public List<FileLoad> Load()
        {
            var reports = new List<FileLoad>();
            _loaded.AddRange(_later);
            _later.Clear();
            foreach (var item in _queued.Where(_ => !Happens()).ToList())
            {
                _queued.Remove(item);
                var failed = Happens();
                var rows = failed ? dice.NextInt64(item.Rows) : item.Rows;
                if (rows > 0 && !LeaveOutNext)
                {
                    // In two parts, which two merges may see.
                    _loaded.Add((item.Name, rows / 2));
                    _later.Add((item.Name, rows - (rows / 2)));
                }

                LeaveOutNext = false;
                var report = new FileLoad
                {
                    Path = item.Name,
                    State = !failed ? LoadState.Loaded : rows > 0 ? LoadState.PartiallyLoaded : LoadState.Failed,
                    RowsInserted = rows,
                    RowsParsed = item.Rows,
                    ErrorsSeen = failed ? 1 : 0,
                    Error = failed ? "Told to fail." : null,
                };
                reports.AddRange(Enumerable.Repeat(report, Happens() ? 0 : 1 + dice.Next(2)));
            }

            return reports;
        }

        public IReadOnlyCollection<KeyValuePair<string, long>> Merge()
        {
            if (MergesStopped || _loaded.Count == 0)
            {
                return [];
            }

            var taken = _loaded.ToList();
            _loaded.Clear();
            foreach (var (name, rows) in taken)
            {
                Ledger[name] = Ledger.GetValueOrDefault(name) + rows;
            }

            return [.. Ledger.Where(entry => taken.Any(part => part.Name == entry.Key))];
        }

        private bool Happens() => dice.NextDouble() < trouble;
    }
}
