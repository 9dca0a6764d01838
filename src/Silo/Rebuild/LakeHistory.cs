using CustomerTrack.Detect;

namespace CustomerTrack.Rebuild;

/// <summary>What the lake shows of a customer.</summary>
/// <param name="Rows">Ascending by start.</param>
/// <param name="CurrentRevision">The revision of the row that is current for readers of the lake; null where there is none.</param>
/// <param name="IsForked">The lake has revisions twice for different rows.</param>
internal sealed record LakeHistory(IReadOnlyList<LakeRow> Rows, long? CurrentRevision, bool IsForked)
{
    public static LakeHistory None { get; } = new([], CurrentRevision: null, IsForked: false);
}
