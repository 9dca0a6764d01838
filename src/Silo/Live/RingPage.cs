namespace CustomerTrack.Live;

/// <summary>A part of a <see cref="ChangeRing"/>.</summary>
/// <param name="First">The number of the first change; the others follow without a hole.</param>
/// <param name="Missed">How many were asked for and are forgotten.</param>
/// <param name="IsLast">Nothing more will come.</param>
internal readonly record struct RingPage(long First, long Missed, IReadOnlyList<Change> Changes, bool IsLast);
