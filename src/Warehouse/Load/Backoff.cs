namespace CustomerTrack.Load;

/// <summary>When something that failed is tried again: after 0.2 s, then twice as long each time, 30 s at most.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private TimeSpan _delay;
    private long _since;

    public bool IsWaiting => _delay > TimeSpan.Zero;

    /// <summary>How long until the next attempt; zero when it is due.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var remaining = IsWaiting ? _delay - time.GetElapsedTime(_since) : TimeSpan.Zero;
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    public void Failed()
    {
        _delay = IsWaiting ? TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, Longest.Ticks)) : First;
        _since = time.GetTimestamp();
    }

    public void Succeeded() => _delay = TimeSpan.Zero;
}
