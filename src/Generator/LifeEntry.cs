namespace CustomerTrack.Generator;

/// <summary>One entry of a biography: from <paramref name="At"/> on (microseconds UTC) this was true.</summary>
/// <param name="Previous">Where the person's entry before is, or -1.</param>
internal readonly record struct LifeEntry(long At, int Previous, Profile Profile);
