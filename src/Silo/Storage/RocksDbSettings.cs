using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>How RocksDB is set up: bounded memory, point lookups of some hundred bytes, a log that must not lose its middle.</summary>
internal static class RocksDbSettings
{
    private const ulong Megabyte = 1 << 20;

    public static DbOptions For(StateOptions options)
    {
        var writeBuffer = (ulong)options.WriteBufferMegabytes * Megabyte;
        var table = new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru((ulong)options.BlockCacheMegabytes * Megabyte))
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true);
        return new DbOptions()
            .SetCreateIfMissing(true)
            .SetBlockBasedTableFactory(table)
            .SetCompression(Compression.Lz4)
            .SetWriteBufferSize(writeBuffer / 4)
            .SetMaxWriteBufferNumber(4)
            .SetMaxTotalWalSize(writeBuffer * 2)
            .SetMaxOpenFiles(512)
            .IncreaseParallelism(2)

            // Only a torn end, the write a crash interrupted, is forgiven; damage before it stops the start instead of
            // quietly taking customers back in time.
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetMaxLogFileSize(8 * Megabyte)
            .SetKeepLogFileNum(4)
            .SetStatsDumpPeriodSec(0);
    }
}
