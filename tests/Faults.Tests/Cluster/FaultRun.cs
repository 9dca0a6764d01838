using System.Globalization;

namespace CustomerTrack.Faults;

/// <summary>What a randomised run was and how it ended.</summary>
internal sealed record FaultRun
{
    public required int Seed { get; init; }

    /// <summary>The kind of scene.</summary>
    public required string Scene { get; init; }

    public IReadOnlyList<Overcome> Faults { get; init; } = [];

    public long Rows { get; init; }

    public int EndedByThemselves { get; init; }

    public TimeSpan Time { get; init; }

    /// <summary>Why it is not green; null where it is.</summary>
    public Exception? Failure { get; init; }

    public static string Header => $"{"run",4} {"seed",7} {"scene",-16} {"rows",8} {"worst",8} {"took",8} {"ended",6}  faults";

    /// <summary>A line of the table.</summary>
    public string Line(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"{number,4} {Seed,7} {Scene,-16} {Rows,8} {(Faults.Count == 0 ? 0 : Faults.Max(fault => fault.Time.TotalSeconds)),6:F1} s {Time.TotalSeconds,6:F1} s {EndedByThemselves,6}  {(Failure is null ? "ok" : "FAILED")}: {string.Join(", ", Faults.Select(fault => fault.Fault.Kind))}");
}
