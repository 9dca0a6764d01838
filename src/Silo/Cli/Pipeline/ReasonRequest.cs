namespace CustomerTrack.Cli.Pipeline;

/// <summary>Which part of the quarantine.</summary>
internal sealed record ReasonRequest
{
    /// <summary>Null is all of it.</summary>
    public string? Reason { get; init; }
}
