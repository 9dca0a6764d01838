using CustomerTrack.Emit;
using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Tests.Emit;

internal static class DeltaWriterExtensions
{
    /// <summary>Hands over deltas that nobody traces.</summary>
    public static ValueTask<Task<LakeObject>> AppendAsync(this DeltaWriter writer, IReadOnlyList<Delta> deltas, CancellationToken cancellationToken) =>
        writer.AppendAsync(deltas, new DeltaOrigin(DateTimeOffset.UnixEpoch, []), cancellationToken);
}
