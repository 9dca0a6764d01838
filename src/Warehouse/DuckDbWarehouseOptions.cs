using System.ComponentModel.DataAnnotations;

namespace CustomerTrack;

/// <summary>How the embedded warehouse uses the machine and when it merges.</summary>
public sealed class DuckDbWarehouseOptions
{
    public const string SectionName = "CustomerTrack:Warehouse";

    /// <summary>Memory that DuckDB may use before it spills to disk, in MB. Default: 512.</summary>
    [Range(64, 1_000_000)]
    public int MemoryLimitMegabytes { get; set; } = 512;

    /// <summary>Threads of DuckDB. Default: 2.</summary>
    [Range(1, 256)]
    public int Threads { get; set; } = 2;

    /// <summary>Waiting deltas that are worth a merge; more are gathered where a table is large. Default: 50,000.</summary>
    [Range(1, 10_000_000)]
    public int MergeAfterRows { get; set; } = 50_000;

    /// <summary>How long a delta waits at most for a merge, as long as merging does not take more than a tenth of the time. Reads see it at once in any case. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan MergeAfterAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of the write-ahead log at which a commit also writes the tables, in MB. Small values make commits slow. Default: 512.</summary>
    [Range(16, 100_000)]
    public int CheckpointThresholdMegabytes { get; set; } = 512;

    /// <summary>How long nothing must have been loaded before the write-ahead log is folded into the tables. Default: 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CheckpointAfterIdle { get; set; } = TimeSpan.FromSeconds(15);
}
