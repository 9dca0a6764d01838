using CustomerTrack.Records;

namespace CustomerTrack.Emit;

/// <summary>The live feed of deltas. Best effort: a subscriber that needs every delta reads the lake.</summary>
public interface IDeltaFeed
{
    /// <summary>Hands deltas, whose states are durable, to whoever listens. Never fails the caller.</summary>
    ValueTask PublishAsync(string dimension, IReadOnlyList<Delta> deltas);
}
