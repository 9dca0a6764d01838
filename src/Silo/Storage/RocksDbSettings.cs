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
            .SetPinL0FilterAndIndexBlocksInCache(true)
            .SetIndexType(BlockBasedTableIndexType.TwoLevelIndex);

        // Indexes and filters live in the cache, so they must come in small pieces: whole ones of some hundred KB push each
        // other out, and a get then costs 70 us more.
        Native.Instance.rocksdb_block_based_options_set_partition_filters(table.Handle, 1);
        Native.Instance.rocksdb_block_based_options_set_pin_top_level_index_and_filter(table.Handle, 1);
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
