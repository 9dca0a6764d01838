using Orleans.Placement;

namespace CustomerTrack.Detect;

/// <inheritdoc cref="ShardAffinityPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardAffinityAttribute() : PlacementAttribute(new ShardAffinityPlacement());
