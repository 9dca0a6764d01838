namespace CustomerTrack.Generator;

/// <summary>One column of the written files.</summary>
/// <param name="Trait">Set for <see cref="FeedColumnRole.Data"/>.</param>
/// <param name="Data">The index among the dimension's data columns, or -1.</param>
internal sealed record FeedColumn(string Name, FeedColumnRole Role, Trait Trait = default, int Data = -1);
