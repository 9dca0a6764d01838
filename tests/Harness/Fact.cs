using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CustomerTrack.Harness;

/// <summary>Waits for something to be so, by looking again and again.</summary>
public static class Fact
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Completes when <paramref name="isSo"/> says so.</summary>
    /// <param name="describe">What was seen instead, for the message.</param>
    /// <exception cref="TimeoutException">It is not so within <paramref name="patience"/>.</exception>
    public static async Task AwaitAsync(
        Func<Task<bool>> isSo,
        TimeSpan patience,
        CancellationToken cancellationToken,
        Func<Task<string>>? describe = null,
        [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Not so within {patience}: {what}. {(describe is null ? "" : await describe())}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Completes when <paramref name="isSo"/> says so.</summary>
    /// <exception cref="TimeoutException">It is not so within <paramref name="patience"/>.</exception>
    public static Task AwaitAsync(
        Func<bool> isSo,
        TimeSpan patience,
        CancellationToken cancellationToken,
        Func<Task<string>>? describe = null,
        [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        AwaitAsync(() => Task.FromResult(isSo()), patience, cancellationToken, describe, what);
}
