using Orleans.Placement;

namespace CustomerTrack.Cluster;

/// <summary>The grain's key names the silo it is on.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SiloPlacementAttribute() : PlacementAttribute(new SiloPlacement());
