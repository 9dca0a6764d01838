using System.Globalization;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

/// <summary>Feeds a landing folder.</summary>
public static class FeedRun
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Writes the feed's files into <paramref name="landingFolder"/>, and the answer key into <paramref name="answerFolder"/>
    /// at the end. Cancellation is an orderly end: reports that were held back are still written, so that the answer key is
    /// exact, and the result is returned as if the feed had ended by itself.
    /// </summary>
    /// <param name="landingFolder">The folder of the dimension itself (<c>landing/customer</c>); made if it is missing.</param>
    /// <param name="answerFolder">Null writes no answer key.</param>
    /// <param name="progress">Called from the feeding thread about four times a second, at least once a file when files are rarer.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The options or the dimension cannot be used; the message says why.</exception>
    public static async Task<FeedResult> RunAsync(
        GeneratorOptions options,
        DimensionDefinition definition,
        string landingFolder,
        string? answerFolder,
        IProgress<GeneratorProgress>? progress,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var plan = FeedPlan.For(options, definition, timeProvider);

        // Making rows is work, not waiting: it must not hold up the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var source = new FeedSource(plan, timeProvider);
        Directory.CreateDirectory(landingFolder);
        var started = timeProvider.GetTimestamp();
        var reported = TimeSpan.Zero;
        var run = string.Create(CultureInfo.InvariantCulture, $"s{options.Seed}");
        if (options.StartTime is null)
        {
            run += timeProvider.GetUtcNow().UtcDateTime.ToString("'t'yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        }

        var feed = source.Feed;
        await using (var writer = new FeedWriter(source, landingFolder, run))
        {
            // About 20 slices a second keep a slow feed even and a fast one cheap.
            var slice = Math.Max(1, (long)(options.Rate / 20));
            for (var file = 1L; feed.StartFile(); file++)
            {
                while (feed.TryRead(out var row))
                {
                    writer.Append(row);
                    if (writer.WantsFlush)
                    {
                        await writer.FlushAsync(CancellationToken.None);
                    }

                    if (cancellationToken.IsCancellationRequested)
                    {
                        feed.Drain();
                    }
                    else if (options.Rate > 0 && feed.Counts.Rows % slice == 0)
                    {
                        Report(atLeast: ProgressEvery);
                        await WaitUntilAsync(TimeSpan.FromSeconds(feed.Counts.Rows / options.Rate));
                    }
                }

                await writer.CompleteFileAsync(CancellationToken.None);
                feed.Counts.Files = writer.Files;
                Report(atLeast: ProgressEvery);
                if (options.Rate == 0 && options.Interval > TimeSpan.Zero && !feed.IsDraining)
                {
                    await WaitUntilAsync(options.Interval * file);
                }
            }
        }

        var elapsed = timeProvider.GetElapsedTime(started);
        Report(atLeast: TimeSpan.Zero);
        if (answerFolder is not null)
        {
            await source.AnswerKey.WriteAsync(answerFolder, CancellationToken.None);
        }

        return new(source.AnswerKey, elapsed);

        async ValueTask WaitUntilAsync(TimeSpan due)
        {
            var wait = due - timeProvider.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (cancellationToken.IsCancellationRequested)
                {
                    feed.Drain();
                }
            }
        }

        void Report(TimeSpan atLeast)
        {
            var now = timeProvider.GetElapsedTime(started);
            if (progress is null || now - reported < atLeast)
            {
                return;
            }

            reported = now;
            progress.Report(new()
            {
                Rows = feed.Counts.Rows,
                TotalRows = options.Rows,
                Files = feed.Counts.Files,
                Customers = source.Population.Joined,
                Elapsed = now,
                IsDraining = feed.IsDraining,
            });
        }
    }
}
