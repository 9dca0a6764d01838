using System.Collections.Frozen;

namespace CustomerTrack.Dashboard.Flow;

/// <summary>Which of the pipeline's own instruments say what the pages show.</summary>
internal static class FlowMeters
{
    public static readonly int Counters = Enum.GetValues<FlowCounter>().Length;

    public static readonly int Stages = Enum.GetValues<FlowStage>().Length;

    /// <summary>The tag by which the outcomes of records are told apart, and those that changed nothing.</summary>
    public const string OutcomeTag = "outcome";

    public static readonly FrozenSet<string> NoOpOutcomes = FrozenSet.Create("no_op", "duplicate");

    public static readonly FrozenDictionary<string, FlowCounter> ByName = new Dictionary<string, FlowCounter>
    {
        ["customertrack.ingest.rows"] = FlowCounter.Rows,
        ["customertrack.ingest.rejected"] = FlowCounter.Rejected,
        ["customertrack.detect.records"] = FlowCounter.Records,
        ["customertrack.detect.deltas"] = FlowCounter.Deltas,
        ["customertrack.detect.outcomes"] = FlowCounter.NoOps,
        ["customertrack.emit.deltas"] = FlowCounter.LakeDeltas,
        ["customertrack.emit.bytes"] = FlowCounter.LakeBytes,
        ["customertrack.load.rows"] = FlowCounter.LoadedRows,
        ["customertrack.load.failures"] = FlowCounter.LoadFailures,
        ["customertrack.merge.rows"] = FlowCounter.MergedRows,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, FlowStage> TimedByName = new Dictionary<string, FlowStage>
    {
        ["customertrack.ingest.file.latency"] = FlowStage.EndToEnd,
        ["customertrack.detect.duration"] = FlowStage.Detect,
        ["customertrack.state.write_duration"] = FlowStage.States,
        ["customertrack.emit.put.duration"] = FlowStage.Lake,
        ["customertrack.load.duration"] = FlowStage.Load,
        ["customertrack.merge.duration"] = FlowStage.Merge,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
