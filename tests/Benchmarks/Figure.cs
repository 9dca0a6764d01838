namespace CustomerTrack.Benchmarks;

/// <summary>One measured number.</summary>
internal sealed record Figure(string Group, string Name, double Value, string Unit);
