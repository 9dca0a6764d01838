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

    /// <summary>Records that go to the shards at once. More makes fewer, larger writes, less makes smaller latencies. Default: 8,192.</summary>
    [Range(1, 1_000_000)]
    public int BatchRows { get; set; } = 8_192;

    /// <summary>Batches that are folded and emitted at the same time, and so how far reading may run ahead. Default: 3.</summary>
    [Range(1, 64)]
    public int MaxBatchesInFlight { get; set; } = 3;

    /// <summary>Landing files that may be claimed and not yet archived. Default: 512.</summary>
    [Range(2, 100_000)]
    public int MaxOpenFiles { get; set; } = 512;
}
