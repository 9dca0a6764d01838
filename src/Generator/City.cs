namespace CustomerTrack.Generator;

/// <summary>A place; many countries have no states.</summary>
internal sealed record City(Term Name, Term? State, Term Country);
