using System.Diagnostics;

namespace CustomerTrack.Benchmarks;

/// <summary>Repeats something and gives the median, which one disturbance does not move.</summary>
internal static class Rounds
{
    public static TimeSpan Median(int rounds, Action action) =>
        MedianAsync(rounds, static () => Task.CompletedTask, () =>
        {
            action();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    /// <param name="prepare">Runs before each round and is not timed.</param>
    public static async Task<TimeSpan> MedianAsync(int rounds, Func<Task> prepare, Func<Task> action)
    {
        var times = new List<TimeSpan>(rounds);
        for (var round = 0; round < rounds; round++)
        {
            await prepare();
            var started = Stopwatch.GetTimestamp();
            await action();
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        return times[rounds / 2];
    }
}
