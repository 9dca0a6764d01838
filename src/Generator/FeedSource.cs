namespace CustomerTrack.Generator;

/// <summary>Everything one feed is made of, from one seed.</summary>
internal sealed class FeedSource
{
    public FeedSource(FeedPlan plan, TimeProvider realTime)
    {
        Plan = plan;
        var seed = (ulong)(uint)plan.Options.Seed;
        Vocabulary = new(plan.Options.Seed);

        // Life, time and disorder have dice of their own: another share of duplicates is the same lives told differently.
        Population = new(Vocabulary, new(seed), plan.Options.Customers);
        Feed = new(plan, Population, new(plan.Options, new(seed ^ 0xC10C_C10C_C10C), realTime), new(seed ^ 0xFEED_FEED_FEED));
        AnswerKey = new(plan, Vocabulary, Population, Feed.Counts);
    }

    public FeedPlan Plan { get; }

    public Vocabulary Vocabulary { get; }

    public Population Population { get; }

    public RecordFeed Feed { get; }

    public AnswerKey AnswerKey { get; }

    public IRowEncoder CreateEncoder() => Plan.Options.Format == FeedFormat.Csv
        ? new CsvRowEncoder(Plan, Vocabulary)
        : new NdjsonRowEncoder(Plan, Vocabulary);

    /// <summary>The name of a file, from 1. Two runs into one folder share no name unless they would write the same files.</summary>
    public string FileName(string run, long number) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Plan.Definition.Name}_{run}_{number:00000000}.{(Plan.Options.Format == FeedFormat.Csv ? "csv" : "ndjson")}{(Plan.Options.Gzip ? ".gz" : "")}");
}
