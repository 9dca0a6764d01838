using CustomerTrack.Records;

namespace CustomerTrack.Emit;

/// <summary>The feed of a process that nobody can subscribe to: one that applies files and ends.</summary>
public sealed class NoDeltaFeed : IDeltaFeed
{
    public ValueTask PublishAsync(string dimension, IReadOnlyList<Delta> deltas) => ValueTask.CompletedTask;
}
