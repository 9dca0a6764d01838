using CustomerTrack.Audit;
using CustomerTrack.Live;

namespace CustomerTrack.Dashboard.Live;

/// <summary>
/// What the page of live changes shows: the newest changes, few enough to draw. It looks when it is told to, so what comes between two
/// looks costs the page nothing; what is too much for it is counted.
/// </summary>
internal sealed class LiveView(ChangeFeed feed, KeyHash keys, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Rows that can be scrolled through.</summary>
    public const int MostRows = 500;

    // In four looks a second more than a page could ever show; what is left waits in the feed, or is forgotten there and counted.
    private const int MostPerLook = 5_000;
    private const int Page = 1_000;

    private ChangeWatch? _watch;
    private ChangeFilter _filter = ChangeFilter.Everything;
    private bool _isMasked;
    private long _rateSince;
    private long _rateFrom;
    private long _gaps;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<LiveRow> Rows { get; private set; } = [];

    /// <summary>Changes that were looked at, whether the filters let them pass or not.</summary>
    public long Seen { get; private set; }

    /// <summary>Changes that came too fast, or while the view was paused for too long.</summary>
    public long Dropped { get; private set; }

    /// <summary>Why changes may be missing, the last time that was so; null while it never was.</summary>
    public string? Gap { get; private set; }

    /// <summary>Changes a second, lately.</summary>
    public double Rate { get; private set; }

    /// <summary>Changes that wait to be looked at.</summary>
    public long Waiting => _watch?.Waiting ?? 0;

    /// <summary>Starts anew, with the newest changes the feed still has.</summary>
    public async Task WatchAsync(string dimension, ChangeFilter filter, bool isMasked, CancellationToken cancellationToken)
    {
        var watch = await feed.WatchNewestAsync(dimension, MostPerLook, cancellationToken);
        await DisposeAsync();
        (_watch, _filter, _isMasked) = (watch, filter, isMasked);
        (Rows, Seen, Dropped, Rate, Gap, _gaps) = ([], 0, 0, 0, null, 0);
        (_rateSince, _rateFrom) = (time.GetTimestamp(), watch.Waiting);
    }

    /// <summary>Takes what has come. True where there is something new to draw.</summary>
    public bool Look()
    {
        if (_watch is not { } watch)
        {
            return false;
        }

        var (seen, dropped, rate, gaps) = (Seen, Dropped, Rate, _gaps);
        var passed = new Queue<(long Number, Change Change)>();
        for (var taken = 0; taken < MostPerLook;)
        {
            var page = watch.Read(Page);
            Dropped += page.Missed;
            if (page.Gap is { } why)
            {
                Gap = why;
                _gaps++;
                continue;
            }

            for (var i = 0; i < page.Changes.Count; i++)
            {
                if (_filter.Wants(page.Changes[i]))
                {
                    passed.Enqueue((page.First + i, page.Changes[i]));
                    if (passed.Count > MostRows)
                    {
                        passed.Dequeue();
                    }
                }
            }

            if (page.Changes.Count == 0)
            {
                break;
            }

            taken += page.Changes.Count;
        }

        Seen = watch.Last.Number - watch.First + 1 - Dropped - _gaps;
        if (passed.Count > 0)
        {
            Rows = [.. passed.Reverse().Select(one => LiveRow.Of(one.Number, one.Change, _isMasked, keys)), .. Rows.Take(MostRows - passed.Count)];
        }

        Measure();
        return seen != Seen || dropped != Dropped || gaps != _gaps || Math.Abs(rate - Rate) > 0.05;
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            await watch.DisposeAsync();
        }
    }

    // Over two seconds, so that the number can be read. What was there at the start did not come then.
    private void Measure()
    {
        var elapsed = time.GetElapsedTime(_rateSince);
        if (elapsed >= TimeSpan.FromSeconds(2))
        {
            Rate = Math.Max(0, Seen + Dropped - _rateFrom) / elapsed.TotalSeconds;
            (_rateSince, _rateFrom) = (time.GetTimestamp(), Seen + Dropped);
        }
    }
}
