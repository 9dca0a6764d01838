namespace CustomerTrack.Ingest;

/// <summary>A claim that the reader works on, until it is finished or given up: once, whoever comes first.</summary>
internal sealed class FileInHand
{
    private int _over;
    private volatile bool _isBegun;

    /// <summary>When it was claimed.</summary>
    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>Some of it may have been read.</summary>
    public bool IsBegun => _isBegun;

    /// <summary>Finished or given up.</summary>
    public bool IsOver => Volatile.Read(ref _over) != 0;

    public void Begin() => _isBegun = true;

    /// <summary>True for the first call.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _over, 1) == 0;
}
