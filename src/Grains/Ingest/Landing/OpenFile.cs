namespace CustomerTrack.Ingest;

/// <summary>A landing file that may still have rows to come.</summary>
public readonly record struct OpenFile(long Number, string Owner);
