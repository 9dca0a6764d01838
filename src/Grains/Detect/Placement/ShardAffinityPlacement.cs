namespace CustomerTrack.Detect;

/// <summary>Puts a shard, and every customer of that shard, on one silo: a shard's calls of its customers then stay in the process.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("ct.ShardAffinityPlacement")]
internal sealed class ShardAffinityPlacement : PlacementStrategy;
