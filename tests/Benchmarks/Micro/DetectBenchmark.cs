using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Benchmarks;

/// <summary>What deciding costs for one record, on one thread.</summary>
internal static class DetectBenchmark
{
    private const string Group = "detect";
    private const string Key = "C000012345";
    private const int Rounds = 7;

    public static void Run(DimensionDefinition dimension, Figures figures, int records)
    {
        figures.Begin($"{Group}: ChangeDetector.Detect, one record of a customer a call");
        var content = new CustomerContent(dimension);
        var state = Array.Empty<byte>();
        for (var version = 1; version <= 3; version++)
        {
            state = Apply(dimension, state, Record(version, content.Of(1, version)));
        }

        Measure("first_record", [], Record(1, content.Of(1, 1)));
        Measure("repeated_row", state, Record(3, content.Of(1, 3)));
        Measure("restated_row", state, Record(4, content.Of(1, 3)));
        Measure("changed_row", state, Record(4, content.Of(1, 4)));

        var restated = state;
        for (var again = 4; again <= 103; again++)
        {
            restated = Apply(dimension, restated, Record(again, content.Of(1, 3)));
        }

        Measure("restated_row_after_100_others", restated, Record(104, content.Of(1, 3)));
        figures.Add(Group, "state_of_3_versions", state.Length, "B");
        figures.Add(Group, "state_after_100_restatements", restated.Length, "B");

        void Measure(string name, byte[] before, Record record)
        {
            var batch = new[] { record };
            var context = Context();
            var allocated = 0L;
            var time = Benchmarks.Rounds.Median(Rounds, () =>
            {
                var from = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < records; i++)
                {
                    ChangeDetector.Detect(dimension, Key, before, batch, context);
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - from;
            });
            figures.Add(Group, name, time.TotalNanoseconds / records, "ns");
            figures.Add(Group, name + "_allocated", (double)allocated / records, "B");
        }
    }

    private static byte[] Apply(DimensionDefinition dimension, byte[] state, Record record) =>
        ChangeDetector.Detect(dimension, Key, state, [record], Context()).State
            ?? throw new InvalidOperationException("The record changed nothing; a new one was expected to.");

    private static DetectContext Context() => new() { OpenFloor = 1, RecordedAt = 1_700_000_000_000_000, Redelivered = false };

    private static Record Record(int second, byte[] content) => new()
    {
        Key = Key,
        Sequence = 1_600_000_000_000_000 + (second * 1_000_000L),
        Ordinal = Records.Record.NoOrdinal,
        Kind = RecordKind.Upsert,
        Content = content,
        File = 1_700_000_000_000_000 + second,
        Row = second,
    };
}
