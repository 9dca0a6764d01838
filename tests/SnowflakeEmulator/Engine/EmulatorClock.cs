namespace CustomerTrack.SnowflakeEmulator;

/// <summary>
/// The account's clock: the real time, moved ahead on demand, and a span for intervals that may run faster. Tokens are
/// checked against the real time.
/// </summary>
public sealed class EmulatorClock(TimeProvider time, double speed) : TimeProvider
{
    private readonly long _started = time.GetTimestamp();
    private long _ahead;

    public DateTimeOffset Now => Real + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public DateTimeOffset Real => time.GetUtcNow();

    /// <summary>Time since the start; intervals of tasks are measured on it.</summary>
    public TimeSpan Elapsed => (time.GetElapsedTime(_started) * speed) + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
