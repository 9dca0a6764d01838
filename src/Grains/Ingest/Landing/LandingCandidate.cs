using CustomerTrack.Dimensions;

namespace CustomerTrack.Ingest;

/// <summary>A complete file that waits in landing.</summary>
internal sealed record LandingCandidate(DimensionDefinition Dimension, string Path, string Name, DateTime ModifiedAt, DateTimeOffset VisibleAt);
