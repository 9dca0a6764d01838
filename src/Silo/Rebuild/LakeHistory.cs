using CustomerTrack.Detect;

namespace CustomerTrack.Rebuild;

/// <summary>What the lake shows of a customer.</summary>
/// <param name="Rows">Ascending by start.</param>
/// <param name="CurrentRevision">The revision of the row that is current for readers of the lake; null where nothing may be kept.</param>
internal sealed record LakeHistory(IReadOnlyList<LakeRow> Rows, long? CurrentRevision)
{
    public static LakeHistory None { get; } = new([], null);
}
