using System.Diagnostics;

namespace CustomerTrack.Snowflake;

/// <summary>How far an object of traced landing files is told in their traces.</summary>
internal sealed class ObjectTrace(IReadOnlyList<ActivityContext> files, DateTimeOffset since)
{
    public IReadOnlyList<ActivityContext> Files { get; } = files;

    /// <summary>The end of what was told last, and so the beginning of what is told next.</summary>
    public DateTimeOffset Since { get; set; } = since;

    /// <summary>The wait that goes on.</summary>
    public required string Wait { get; set; }

    /// <summary>A failure of the next call was told. Others are not, so that an outage does not make a trace grow.</summary>
    public bool HasFailed { get; set; }
}
