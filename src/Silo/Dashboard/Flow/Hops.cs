using CustomerTrack.Api;
using CustomerTrack.Dashboard.Parts;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>The picture of the flow from what is known about it.</summary>
internal static class Hops
{
    /// <summary>Rates are over this many points, so that figures can be read.</summary>
    private const int RatePoints = 3;

    public static IReadOnlyList<Hop> Of(PipelineStatus? status, IReadOnlyList<FlowPoint> points)
    {
        var quarantined = status?.Ingested.Quarantined.Values.Sum() ?? 0;
        var failures = points.Sum(point => point.Counts[(int)FlowCounter.LoadFailures]);
        var waitingDeltas = status?.Dimensions.Sum(dimension => dimension.WaitingDeltas);
        return
        [
            new()
            {
                Name = "land",
                Does = "Files land in a folder or a bucket; one is visible only when it is complete.",
                Main = Figures.Count(status?.Ingested.Files),
                Unit = status?.Ingested.Files == 1 ? "file done" : "files done",
                Queue = $"{Figures.Count(status?.WaitingFiles)} waiting",
                IsWaiting = status?.WaitingFiles is null or > 10,
                Trouble = status?.Ingested.RejectedFiles is > 0 and var files ? $"{Figures.Count(files, "file")} rejected" : "",
                IsFlowing = Rate(points, FlowCounter.Rows) > 0,
            },
            new()
            {
                Name = "ingest",
                Does = "A file is claimed by one reader; rows are parsed and typed; bad ones go to quarantine.",
                Main = Figures.Rate(Rate(points, FlowCounter.Rows)),
                Unit = "records",
                Queue = $"{Figures.Count(status?.OpenFiles)} open",
                Trouble = quarantined > 0 ? $"{Figures.Short(quarantined)} in quarantine" : "",
                IsFailing = status?.FailureAt == "ingest",
                IsFlowing = Rate(points, FlowCounter.Rows) > 0,
            },
            new()
            {
                Name = "detect",
                Does = "Each customer's grain folds its records; changed states are durable before a change leaves.",
                Main = Figures.Rate(Rate(points, FlowCounter.Deltas)),
                Unit = "changes",
                Queue = $"{Figures.Percent(NoOpShare(points, RatePoints))} no-ops",
                IsFlowing = Rate(points, FlowCounter.Records) > 0,
            },
            new()
            {
                Name = "lake",
                Does = "Changes are gathered into immutable Parquet objects.",
                Main = $"{Figures.Bytes((long)Rate(points, FlowCounter.LakeBytes))}/s",
                Unit = $"{Figures.Rate(Rate(points, FlowCounter.LakeDeltas))} changes",
                Queue = "",
                IsFlowing = Rate(points, FlowCounter.LakeDeltas) > 0,
            },
            new()
            {
                Name = "load",
                Does = "Each object is loaded into the warehouse once; queries see it then.",
                Main = Figures.Rate(Rate(points, FlowCounter.LoadedRows)),
                Unit = "changes",
                Queue = $"{Figures.Count(status?.WaitingObjects, "object")} waiting",
                IsWaiting = status?.WaitingObjects is null or > 20,
                Trouble = failures > 0 ? $"{Figures.Count(failures)} failed lately" : "",
                IsFailing = status?.FailureAt == "load",
                IsFlowing = Rate(points, FlowCounter.LoadedRows) > 0,
            },
            new()
            {
                Name = "merge",
                Does = "Changes become rows of both tables, in one transaction. Queries never wait for it.",
                Main = Figures.Rate(MergeRate(points)),
                Unit = "changes",
                Queue = $"{Figures.Count(waitingDeltas)} to merge",
                IsFlowing = MergeRate(points) > 0,
            },
        ];
    }

    /// <summary>Of the records folded at these points, those that changed nothing; not a number where there were none.</summary>
    public static double NoOpShare(IReadOnlyList<FlowPoint> points, int last)
    {
        var newest = points.TakeLast(last).ToList();
        var records = newest.Sum(point => point.Counts[(int)FlowCounter.Records]);
        return records == 0 ? double.NaN : Math.Min(1, (double)newest.Sum(point => point.Counts[(int)FlowCounter.NoOps]) / records);
    }

    public static double Rate(IReadOnlyList<FlowPoint> points, FlowCounter counter, int last = RatePoints)
    {
        var newest = points.TakeLast(last).ToList();
        var seconds = newest.Sum(point => point.Span.TotalSeconds);
        return seconds == 0 ? 0 : newest.Sum(point => point.Counts[(int)counter]) / seconds;
    }

    // Merges come in large pieces with pauses between.
    private static double MergeRate(IReadOnlyList<FlowPoint> points) => Rate(points, FlowCounter.MergedRows, last: 15);
}
