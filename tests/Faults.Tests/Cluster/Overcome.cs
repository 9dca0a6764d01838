namespace CustomerTrack.Faults;

/// <summary>A fault, and how long it took until rows that landed after it were queryable.</summary>
internal sealed record Overcome(Fault Fault, TimeSpan Time);
