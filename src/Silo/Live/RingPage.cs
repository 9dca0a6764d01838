namespace CustomerTrack.Live;

/// <summary>A part of a <see cref="ChangeRing"/>.</summary>
/// <param name="First">The number of the first change; the others follow without a hole.</param>
/// <param name="Missed">How many were asked for and are forgotten.</param>
/// <param name="IsLast">Nothing more will come.</param>
/// <param name="Gap">Why changes may be missing here; null where none are. It has the number <paramref name="First"/>, and there are no changes beside it.</param>
internal readonly record struct RingPage(long First, long Missed, IReadOnlyList<Change> Changes, bool IsLast, string? Gap)
{
    /// <summary>The number of what comes next.</summary>
    public long Next => First + Changes.Count + (Gap is null ? 0 : 1);
}
