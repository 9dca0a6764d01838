namespace CustomerTrack.Generator;

/// <summary>One file of a feed in memory.</summary>
public sealed record GeneratedFile(string Name, IReadOnlyList<GeneratedRow> Rows);
