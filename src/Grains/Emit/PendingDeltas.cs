using CustomerTrack.Lake;
using CustomerTrack.Records;

namespace CustomerTrack.Emit;

/// <summary>The deltas of one batch on their way into an object.</summary>
internal sealed class PendingDeltas(IReadOnlyList<Delta> deltas, DeltaOrigin origin)
{
    private readonly TaskCompletionSource<LakeObject> _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Delta> Deltas { get; } = deltas;

    public DeltaOrigin Origin { get; } = origin;

    /// <summary>Completes when the deltas are in a durable object.</summary>
    public Task<LakeObject> Durable => _durable.Task;

    public void Complete(LakeObject lakeObject) => _durable.TrySetResult(lakeObject);

    public void Cancel() => _durable.TrySetCanceled();
}
