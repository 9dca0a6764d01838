namespace CustomerTrack.Ingest;

/// <summary>Why a row is not accepted.</summary>
internal readonly record struct Rejection(string Reason, string? Column, string Message);
