namespace CustomerTrack.Snowflake;

/// <summary>The answer to insertFiles.</summary>
internal sealed record PipeReceipt
{
    public string? Status { get; init; }

    /// <summary>Files that the pipe's pattern leaves out: nobody will load them.</summary>
    public IReadOnlyList<string>? UnmatchedPatternFiles { get; init; }
}
