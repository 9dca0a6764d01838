namespace CustomerTrack.Snowflake;

/// <summary>The answer to insertReport and to loadHistoryScan.</summary>
internal sealed record PipeReport
{
    public bool? CompleteResult { get; init; }

    public string? NextBeginMark { get; init; }

    /// <summary>Up to where a page of the history goes.</summary>
    public DateTimeOffset? RangeEndTime { get; init; }

    public IReadOnlyList<PipeReportFile>? Files { get; init; }
}
