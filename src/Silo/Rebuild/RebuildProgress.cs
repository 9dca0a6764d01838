namespace CustomerTrack.Rebuild;

/// <summary>How far a rebuild is.</summary>
/// <param name="Doing">The step, in a few words.</param>
/// <param name="Done">Of <paramref name="Total"/>, in the step's own units.</param>
/// <param name="Total">0 where it is not known.</param>
internal readonly record struct RebuildProgress(string Doing, long Done, long Total);
