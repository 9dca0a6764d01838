namespace CustomerTrack.Snowflake;

/// <summary>One file of a report.</summary>
internal sealed record PipeReportFile
{
    public string? Path { get; init; }

    public string? Status { get; init; }

    public long RowsInserted { get; init; }

    public long RowsParsed { get; init; }

    public long ErrorsSeen { get; init; }

    public string? FirstError { get; init; }

    public string? SystemError { get; init; }
}
