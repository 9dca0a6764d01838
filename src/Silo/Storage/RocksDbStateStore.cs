using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CustomerTrack.State;
using Microsoft.Extensions.Options;
using RocksDbSharp;

namespace CustomerTrack.Storage;

/// <summary>
/// Customers' states in a RocksDB folder of this process: the embedded default. Concurrent writes share one synced write.
/// </summary>
public sealed partial class RocksDbStateStore : ICustomerStateStore, IDisposable
{
    private const long FormatVersion = 1;

    // A get takes about 4 us from memory and some 100 us from disk: up to here a call may block its thread for it.
    private const int MaxKeysReadInline = 16;

    private const int ScanChunkRows = 512;
    private const int ScanChunkBytes = 1 << 20;

    private readonly RocksDb _database;
    private readonly string _folder;
    private readonly StateCommitter _committer;
    private readonly OpenReads _reads = new();
    private readonly ConcurrentDictionary<ShardId, byte[]> _prefixes = new();
    private int _disposed;

    private RocksDbStateStore(RocksDb database, string folder, int shardCount, ILogger logger)
    {
        _database = database;
        _folder = folder;
        ShardCount = shardCount;
        _committer = new(database, folder, logger);
    }

    /// <inheritdoc/>
    public int ShardCount { get; }

    /// <summary>Opens the store in <paramref name="folder"/>, or creates it there.</summary>
    /// <exception cref="StateStoreException">Another process has the folder open, a rebuild of it was cut short, or it cannot be read or made.</exception>
    /// <exception cref="OptionsValidationException">The folder was created with another number of shards than is configured.</exception>
    public static RocksDbStateStore Open(string folder, StateOptions options, ILogger<RocksDbStateStore> logger)
    {
        RocksDbStateRebuild.MustNotBeUnderWay(Path.GetFullPath(folder));
        return OpenForRebuild(folder, options, logger);
    }

    /// <summary>As <see cref="Open"/>, for the rebuild itself.</summary>
    internal static RocksDbStateStore OpenForRebuild(string folder, StateOptions options, ILogger<RocksDbStateStore> logger)
    {
        folder = Path.GetFullPath(folder);
        RocksDb? database = null;
        try
        {
            Directory.CreateDirectory(folder);
            database = RocksDb.Open(RocksDbSettings.For(options), folder);
            var shards = ReadOrCreateFormat(database, folder, options.Shards);
            LogOpened(logger, folder, shards);
            return new(database, folder, shards, logger);
        }
        catch (Exception e)
        {
            database?.Dispose();
            if (e is OptionsValidationException or StateStoreException)
            {
                throw;
            }

            throw StateFailures.Open(folder, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> AcquireAsync(ShardId shard, CancellationToken cancellationToken)
    {
        Check(shard);
        cancellationToken.ThrowIfCancellationRequested();
        return await _committer.Enqueue(new AcquireRequest(shard));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?[]> GetAsync(ShardId shard, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var prefix = Prefix(shard);
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = new byte[keys.Count][];
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = StateKeys.Customer(prefix, keys[i]);
        }

        return encoded.Length <= MaxKeysReadInline
            ? new(Get(encoded))
            : new(Task.Run(() => Get(encoded), cancellationToken));
    }

    /// <inheritdoc/>
    /// <remarks>Once it is queued a write cannot be cancelled: its outcome would be unknown. The process has the store to itself, so its source is its own.</remarks>
    public async ValueTask WriteAsync(ShardId shard, long epoch, IReadOnlyList<StateWrite> writes, WriteSource source, CancellationToken cancellationToken)
    {
        Check(shard);
        cancellationToken.ThrowIfCancellationRequested();
        var request = new WriteRequest(shard, epoch, writes);
        var trace = StateWriteTrace.Begin();
        await _committer.Enqueue(request);
        trace?.End("rocksdb", "write", request.Write.At, request.Write.Calls, request.Write.Rows);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> ScanAsync(ShardId shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = Prefix(shard);
        using var open = _reads.Enter();

        // An iterator sees the store as it was when it was made. What it reads is not worth keeping in the cache.
        using var iterator = _database.NewIterator(readOptions: new ReadOptions().SetFillCache(false).SetReadaheadSize(1 << 20));
        var start = prefix;
        var chunk = new List<KeyValuePair<string, byte[]>>();
        do
        {
            chunk.Clear();
            var from = start;
            start = null;
            await Task.Run(() => ReadChunk(iterator, prefix, from, chunk), cancellationToken);
            foreach (var row in chunk)
            {
                yield return row;
            }

            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        }
        while (chunk.Count > 0);
    }

    /// <inheritdoc/>
    public async ValueTask PutFileNameAsync(long number, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _committer.Enqueue(new FileNameRequest(number, name));
    }

    /// <inheritdoc/>
    public ValueTask<string?> GetFileNameAsync(long number, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Get([StateKeys.File(number)])[0] is { } name ? StateKeys.Text(name) : null);
    }

    /// <summary>Whether there is any customer.</summary>
    internal Task<bool> HasCustomersAsync(CancellationToken cancellationToken) => Task.Run(() =>
    {
        using var open = _reads.Enter();
        using var iterator = _database.NewIterator();
        iterator.Seek(StateKeys.AllCustomers);
        var any = iterator.Valid() && iterator.GetKeySpan().StartsWith(StateKeys.AllCustomers);
        ThrowIfFailed(iterator);
        return any;
    }, cancellationToken);

    /// <summary>Finishes the writes that were asked for, then closes the folder. Scans that are under way end with an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _committer.Dispose();
        _reads.Dispose();
        _database.Dispose();
    }

    private static int ReadOrCreateFormat(RocksDb database, string folder, int? configured)
    {
        var format = database.Get(StateKeys.Format);
        var stored = database.Get(StateKeys.Shards);
        if (format is null || stored is null)
        {
            using var iterator = database.NewIterator();
            if (iterator.SeekToFirst().Valid())
            {
                throw new InvalidDataException("it holds data, but not that of a CustomerTrack state store.");
            }

            var shards = configured ?? StateOptions.DefaultShards;
            using var batch = new WriteBatch();
            batch.Put(StateKeys.Format, StateKeys.Number(FormatVersion));
            batch.Put(StateKeys.Shards, StateKeys.Number(shards));
            database.Write(batch, new WriteOptions().SetSync(true));
            return shards;
        }

        if (StateKeys.Number(format) is var version && version != FormatVersion)
        {
            throw new InvalidDataException($"it has format {version}; this program reads format {FormatVersion}.");
        }

        var count = (int)StateKeys.Number(stored);
        return configured is null || configured == count
            ? count
            : throw new OptionsValidationException(StateOptions.SectionName, typeof(StateOptions),
            [
                $"{StateOptions.SectionName}:{nameof(StateOptions.Shards)} is {configured}, but the state in '{folder}' was created with {count} shards, "
                + $"which is fixed for good; allowed here: {count}, or no value.",
            ]);
    }

    private byte[]?[] Get(byte[][] keys)
    {
        using var open = _reads.Enter();
        try
        {
            var found = _database.MultiGet(keys);
            var states = new byte[]?[keys.Length];
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = found[i].Value;
            }

            return states;
        }
        catch (RocksDbSharpException e)
        {
            throw StateFailures.Read(_folder, e);
        }
    }

    private void ReadChunk(Iterator iterator, byte[] prefix, byte[]? start, List<KeyValuePair<string, byte[]>> chunk)
    {
        if (start is not null)
        {
            iterator.Seek(start);
        }

        var bytes = 0;
        while (iterator.Valid() && chunk.Count < ScanChunkRows && bytes < ScanChunkBytes)
        {
            var key = iterator.GetKeySpan();
            if (!key.StartsWith(prefix))
            {
                return;
            }

            var state = iterator.GetValueSpan().ToArray();
            chunk.Add(new(StateKeys.CustomerKey(prefix, key), state));
            bytes += key.Length + state.Length;
            iterator.Next();
        }

        ThrowIfFailed(iterator);
    }

    private void ThrowIfFailed(Iterator iterator)
    {
        // The end of the data and a failed read look alike until the status is asked for.
        try
        {
            Native.Instance.rocksdb_iter_get_error(iterator.Handle);
        }
        catch (RocksDbSharpException e)
        {
            throw StateFailures.Read(_folder, e);
        }
    }

    private byte[] Prefix(ShardId shard)
    {
        Check(shard);
        return _prefixes.GetOrAdd(shard, StateKeys.Customers);
    }

    private void Check(ShardId shard)
    {
        if ((uint)shard.Number >= (uint)ShardCount)
        {
            throw new ArgumentOutOfRangeException(nameof(shard), shard, $"The store has the shards 0 to {ShardCount - 1}.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Opened the state in '{Folder}' with {Shards} shards.")]
    private static partial void LogOpened(ILogger logger, string folder, int shards);
}
