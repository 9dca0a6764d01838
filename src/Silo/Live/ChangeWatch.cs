namespace CustomerTrack.Live;

/// <summary>One watcher's place in the feed of a dimension. To be disposed, so that the feed may rest.</summary>
internal sealed class ChangeWatch : IAsyncDisposable
{
    private readonly DimensionFeed _feed;
    private readonly ChangeRing _ring;
    private long _next;
    private int _isDisposed;

    internal ChangeWatch(DimensionFeed feed, ChangeRing ring, string session, long next, string? gap)
    {
        _feed = feed;
        _ring = ring;
        _next = next;
        First = next;
        Session = session;
        Gap = gap;
    }

    /// <summary>Ids of this watch are of this session.</summary>
    public string Session { get; }

    /// <summary>Why what came after the place the watcher asked for cannot be told; null when nothing is missing.</summary>
    public string? Gap { get; }

    /// <summary>The number of the change it began with.</summary>
    public long First { get; }

    /// <summary>How many changes there are to read, forgotten ones included.</summary>
    public long Waiting => _ring.Next - _next;

    /// <summary>The change that was given last, or that comes before all that will be.</summary>
    public ChangeId Last => new(Session, _next - 1);

    /// <summary>The next changes, at once; <paramref name="most"/> of them. What the feed had to forget meanwhile is counted as missed.</summary>
    public RingPage Read(int most)
    {
        var page = _ring.Read(_next, most);
        _next = page.Next;
        if (page.Missed > 0)
        {
            LiveInstruments.Missed(_feed.Dimension, page.Missed);
        }

        return page;
    }

    /// <summary>Completes when there is something to read.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ring.WaitAsync(_next).WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isDisposed, 1) == 0 ? _feed.LeaveAsync() : ValueTask.CompletedTask;
}
