namespace CustomerTrack.Api;

/// <summary>How the pipeline is, for those who watch it.</summary>
internal interface IPipelineState
{
    /// <summary>Why this process does not work as it should; null when it does. Asks nobody.</summary>
    string? Failure { get; }

    Task<PipelineStatus> GetAsync(CancellationToken cancellationToken);
}
