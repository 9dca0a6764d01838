namespace CustomerTrack.Cluster;

/// <summary>On the silo that the grain's key names.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ct.SiloPlacement")]
public sealed class SiloPlacement : PlacementStrategy;
