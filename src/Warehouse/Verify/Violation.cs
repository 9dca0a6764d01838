namespace CustomerTrack.Verify;

/// <summary>An invariant that does not hold, or a difference between two places that should agree.</summary>
/// <param name="Check">What was checked: <c>overlap</c>, <c>current_differs</c>, <c>missing_in_tables</c> ...</param>
/// <param name="Count">How many keys, rows or objects.</param>
/// <param name="First">The first of them: keys in canonical text, or names of objects.</param>
public sealed record Violation(string Dimension, string Check, long Count, IReadOnlyList<string> First);
