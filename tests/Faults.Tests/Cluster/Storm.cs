using System.Globalization;

namespace CustomerTrack.Faults;

/// <summary>Faults one after the other, at random moments of the feed, and how long each took to be overcome.</summary>
internal sealed class Storm(ClusterScene scene)
{
    // The share of the faults that the next one follows before they are overcome.
    private const double Overlap = 0.3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FaultBox _box = new(scene);
    private readonly List<Overcome> _overcome = [];

    /// <summary>What was overcome, in order.</summary>
    public IReadOnlyList<Overcome> Faults => _overcome;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Lets one fault happen, waits until rows that land afterwards are queryable, and starts again what ended.</summary>
    public async Task<TimeSpan> StrikeAsync(FaultKind kind)
    {
        scene.Say($"{kind}, at row {scene.Feed.Rows}");
        var fault = await _box.InflictAsync(kind);
        var time = await OvercomeAsync(fault);
        scene.NoteEnded(fault.Victim);
        await scene.ReviveAsync();
        return time;
    }

    /// <summary>Waits until rows that land from now on are queryable.</summary>
    public async Task<TimeSpan> OvercomeAsync(Fault fault)
    {
        var time = await scene.Probes.LandAndAwaitAsync(fault.Since, Patience, Token);
        _overcome.Add(new(fault, time));
        scene.Say(string.Create(CultureInfo.InvariantCulture, $"  {fault.Told}; rows were queryable again {time.TotalSeconds:F1} s later."));
        return time;
    }

    /// <summary>Random faults at random moments, until <paramref name="isEnough"/> says so. Some happen before the one before is overcome.</summary>
    public async Task RageAsync(Func<int, bool> isEnough)
    {
        var kinds = FaultBox.KindsFor(scene.Options);
        var rows = (int)scene.Options.Rate * 2;
        for (var faults = 0; !isEnough(faults); faults++)
        {
            await scene.AdvanceAsync(scene.Random.Next(rows / 2, 2 * rows));
            var kind = scene.Any(kinds);
            if (scene.Random.NextDouble() >= Overlap)
            {
                await StrikeAsync(kind);
                continue;
            }

            scene.Say($"{kind}, at row {scene.Feed.Rows}, and soon another");
            var first = await _box.InflictAsync(kind);
            await scene.AdvanceAsync(scene.Random.Next(rows / 2));
            var second = scene.Any(kinds);
            scene.Say($"{second}, at row {scene.Feed.Rows}");
            var both = await _box.InflictAsync(second);
            await OvercomeAsync(first with { Since = both.Since });
            await OvercomeAsync(both);
            scene.NoteEnded(first.Victim, both.Victim);
            await scene.ReviveAsync();
        }
    }

    /// <summary>Faults by kind, with the median and the worst time to be overcome, a line each.</summary>
    public static IEnumerable<string> Summary(IReadOnlyCollection<Overcome> overcome)
    {
        yield return $"{"fault",-18} {"times",5} {"median",8} {"worst",8}";
        foreach (var kind in overcome.GroupBy(fault => fault.Fault.Kind.ToString()).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            yield return Line(kind.Key, [.. kind.Select(fault => fault.Time).Order()]);
        }

        yield return Line("all", [.. overcome.Select(fault => fault.Time).Order()]);
    }

    private static string Line(string name, List<TimeSpan> times) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-18} {times.Count,5} {(times.Count == 0 ? 0 : times[times.Count / 2].TotalSeconds),6:F1} s {(times.Count == 0 ? 0 : times[^1].TotalSeconds),6:F1} s");
}
