using System.Text.Json;

namespace CustomerTrack.Ingest;

/// <summary>Stands beside a file that could not be read at all.</summary>
internal sealed record RejectedFileNote
{
    public required string Dimension { get; init; }

    public required string File { get; init; }

    public required long Number { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset RejectedAt { get; init; }

    /// <summary>The note of a file that is rejected now, as it is stored.</summary>
    public static byte[] Write(ClaimedFile file, string reason, string message, TimeProvider time) => JsonSerializer.SerializeToUtf8Bytes(
        new RejectedFileNote
        {
            Dimension = file.Dimension.Name,
            File = file.Name,
            Number = file.Number,
            Reason = reason,
            Message = message,
            RejectedAt = time.GetUtcNow(),
        },
        QuarantineJson.Default.RejectedFileNote);
}
