using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>A clock in which pauses (timers of up to 45 seconds) pass at once, each by the time it asked for; longer ones only with the time.</summary>
public sealed class ImpatientTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(45);

    public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

    /// <summary>Timers of this length are not pauses: they wait until the test moves the time.</summary>
    public TimeSpan? Kept { get; init; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause && dueTime != Kept)
        {
            Pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
