using System.Diagnostics;

namespace CustomerTrack.Benchmarks;

/// <summary>How many calls of warm grains a silo does in a second when nothing else is done: the yardstick for the pipeline.</summary>
internal static class GrainCalls
{
    private const int Grains = 16_384;
    private const int Outstanding = 256;
    private const int Shards = 64;

    /// <summary>Calls from outside of grains, 256 outstanding.</summary>
    public static Task<double> FromOutsideAsync(IGrainFactory factory, TimeSpan duration)
    {
        const int EachCaller = Grains / Outstanding;
        return MeasureAsync(Outstanding, EachCaller, duration, caller =>
        {
            var grains = new IEchoGrain[EachCaller];
            for (var i = 0; i < EachCaller; i++)
            {
                grains[i] = factory.GetGrain<IEchoGrain>((caller * EachCaller) + i);
            }

            return async () =>
            {
                foreach (var grain in grains)
                {
                    await grain.EchoAsync(1);
                }
            };
        });
    }

    /// <summary>Calls by 64 grains, each of which has up to 256 calls outstanding, as the shards do it.</summary>
    public static Task<double> FromGrainsAsync(IGrainFactory factory, TimeSpan duration) => MeasureAsync(Shards, Grains / Shards, duration, caller =>
    {
        var grain = factory.GetGrain<ICallingGrain>(caller);
        return async () => await grain.CallAsync(caller * (Grains / Shards), Grains / Shards);
    });

    private static async Task<double> MeasureAsync(int callers, int callsARound, TimeSpan duration, Func<int, Func<Task>> prepare)
    {
        var rounds = Enumerable.Range(0, callers).Select(prepare).ToArray();

        // Activates every grain, then lets the compiler see what is hot.
        await RunAsync(duration / 3);
        var started = Stopwatch.GetTimestamp();
        var calls = await RunAsync(duration);
        return calls / Stopwatch.GetElapsedTime(started).TotalSeconds;

        async Task<long> RunAsync(TimeSpan time)
        {
            var from = Stopwatch.GetTimestamp();
            var counts = await Task.WhenAll(rounds.Select(round => Task.Run(async () =>
            {
                var done = 0L;
                do
                {
                    await round();
                    done += callsARound;
                }
                while (Stopwatch.GetElapsedTime(from) < time);
                return done;
            })));
            return counts.Sum();
        }
    }
}
