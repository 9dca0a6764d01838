using System.ComponentModel.DataAnnotations;

namespace CustomerTrack.Storage;

/// <summary>How customers' states are kept.</summary>
public sealed class StateOptions
{
    public const string SectionName = "CustomerTrack:State";

    /// <summary>What a new store gets when <see cref="Shards"/> is not set.</summary>
    public const int DefaultShards = 64;

    /// <summary>
    /// Shards per dimension, 1 to 1024. Fixed when a data folder is created: with another value an existing one is refused.
    /// Default: not set, which means 64 for a new data folder and the stored number for an existing one.
    /// </summary>
    [Range(1, 1024)]
    public int? Shards { get; set; }

    /// <summary>Memory for blocks read from disk, indexes and filters included, in MB. Default: 64.</summary>
    [Range(8, 65_536)]
    public int BlockCacheMegabytes { get; set; } = 64;

    /// <summary>Memory for writes that are only in the log yet, in MB; a flush is due at a quarter of it. Default: 128.</summary>
    [Range(16, 16_384)]
    public int WriteBufferMegabytes { get; set; } = 128;
}
