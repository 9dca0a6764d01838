using CustomerTrack.Harness;

namespace CustomerTrack.Faults;

/// <summary>A fault that happened.</summary>
/// <param name="Told">What exactly was done, for the log.</param>
/// <param name="Since">The timestamp from which it counts how long rows took to be queryable again: of a death, or of the end of an outage.</param>
/// <param name="Victim">The silo that was ended, or had to end itself.</param>
internal sealed record Fault(FaultKind Kind, string Told, long Since, ClusterSilo? Victim = null);
