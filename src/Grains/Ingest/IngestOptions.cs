using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Ingest;

/// <summary>How landing files are found and read.</summary>
public sealed class IngestOptions
{
    public const string SectionName = "CustomerTrack:Ingest";

    /// <summary>
    /// How often the landing folders are looked through, besides the file system's own notifications: finds what those missed
    /// and files whose foreign writer has finished. Default: 1 second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the size and time of a file must have been still before it counts as complete, unless it appeared under its
    /// name by a rename inside the folder (then it is complete at once). Default: 2 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most bytes one record may have in a file; a longer one is quarantined as <c>record_too_long</c>. Default: 1,048,576.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxRecordBytes { get; set; } = 1024 * 1024;
}
