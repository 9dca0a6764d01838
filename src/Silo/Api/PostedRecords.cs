namespace CustomerTrack.Api;

/// <summary>The answer to records that were taken.</summary>
internal sealed record PostedRecords
{
    /// <summary>The landing file they are in now; source_file of the versions they start.</summary>
    public required string File { get; init; }
}
