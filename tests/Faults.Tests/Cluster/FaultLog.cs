using System.Diagnostics;
using System.Globalization;

namespace CustomerTrack.Faults;

/// <summary>What happened when, for the test's output; at once on the terminal too where somebody waits for it.</summary>
internal sealed class FaultLog(ITestOutputHelper output, bool isLive)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>A line with the time since the start.</summary>
    public void Say(string text) => Line(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,7:F1} s  {text}"));

    /// <summary>A line as it is.</summary>
    public void Line(string text)
    {
        output.WriteLine(text);
        if (isLive)
        {
            Console.Error.WriteLine(text);
        }
    }
}
