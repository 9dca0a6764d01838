namespace CustomerTrack.Storage;

/// <summary>When a call has to be over, whatever it is made of.</summary>
internal readonly struct RedisDeadline(TimeProvider time, TimeSpan timeout)
{
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>What is left; not less than nothing.</summary>
    public TimeSpan Left => timeout - time.GetElapsedTime(_startedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
