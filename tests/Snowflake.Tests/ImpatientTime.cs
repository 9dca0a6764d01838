using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>A clock in which pauses (timers of up to 45 seconds) pass at once, each by the time it asked for; longer ones only with the time.</summary>
public sealed class ImpatientTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(45);

    public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

    /// <summary>Timers of this length are not pauses: they wait until the test moves the time. What a client gives a cancellation, where a test says nothing.</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _started = new();

    /// <summary>Completed when a timer of this length is set.</summary>
    public Task TimerOf(TimeSpan length) => _started.GetOrAdd(length, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (_started.TryGetValue(dueTime, out var started))
        {
            started.TrySetResult();
        }

        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause && dueTime != Kept)
        {
            Pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
