using CustomerTrack.Dimensions;
using CustomerTrack.Generator;

namespace CustomerTrack.Harness;

/// <summary>Several dimensions fed at the same time, with answer keys. Progress is told in rows that have landed or are about to.</summary>
public sealed class ClusterFeed
{
    private readonly List<Task<FeedResult>> _runs = [];
    private readonly CancellationTokenSource _enough;
    private readonly long[] _rows;

    private ClusterFeed(int dimensions, CancellationToken cancellationToken)
    {
        _rows = new long[dimensions];
        _enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Rows so far, of all dimensions.</summary>
    public long Rows => _rows.Sum();

    /// <summary>Starts feeding.</summary>
    /// <param name="feeds">Each dimension with what is fed and where its files go.</param>
    public static ClusterFeed Start(IReadOnlyList<(DimensionDefinition Dimension, GeneratorOptions Options, string Folder)> feeds, CancellationToken cancellationToken)
    {
        var feed = new ClusterFeed(feeds.Count, cancellationToken);
        for (var i = 0; i < feeds.Count; i++)
        {
            var place = i;
            var (dimension, options, folder) = feeds[i];
            feed._runs.Add(FeedRun.RunAsync(
                options, dimension, folder, answerFolder: null, new OnReport<GeneratorProgress>(progress => Volatile.Write(ref feed._rows[place], progress.Rows)), TimeProvider.System, feed._enough.Token));
        }

        return feed;
    }

    /// <summary>Waits until so many rows came.</summary>
    public async Task ReachAsync(long rows, TimeSpan patience, CancellationToken cancellationToken) => await Fact.AwaitAsync(
        () => _runs.FirstOrDefault(run => run.IsFaulted) is { } broken ? throw new InvalidOperationException($"A feed broke down: {broken.Exception!.GetBaseException().Message}", broken.Exception)
            : Rows >= rows || _runs.All(run => run.IsCompleted),
        patience,
        cancellationToken,
        () => Task.FromResult($"{Rows} rows of {rows}."));

    /// <summary>Ends the feeds in order; what was held back still comes.</summary>
    /// <returns>What the tables must hold, in the order of the dimensions.</returns>
    public async Task<IReadOnlyList<AnswerKey>> FinishAsync()
    {
        await _enough.CancelAsync();
        var results = await Task.WhenAll(_runs);
        _enough.Dispose();
        return [.. results.Select(result => result.AnswerKey)];
    }
}
