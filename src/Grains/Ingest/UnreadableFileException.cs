namespace CustomerTrack.Ingest;

/// <summary>A file cannot be read at all; none of its records was applied.</summary>
public sealed class UnreadableFileException(string reason, string message) : Exception(message)
{
    /// <summary>A short code: <c>corrupt_gzip</c>, <c>missing_key_column</c>, ….</summary>
    public string Reason { get; } = reason;
}
