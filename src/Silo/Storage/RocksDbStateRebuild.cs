using CustomerTrack.Lake;
using CustomerTrack.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Storage;

/// <summary>
/// A rebuild of the states in a folder: the new ones are made in <c>state.new</c>, what they replaced is kept in <c>state.old</c> until the end, and
/// <c>state.rebuilding</c> says that a rebuild is under way or was cut short. Two renames replace the one by the other.
/// </summary>
internal sealed class RocksDbStateRebuild : IStateRebuild
{
    private const string Building = "building";
    private const string Replacing = "replacing";

    private readonly string _folder;
    private readonly StateOptions _options;
    private RocksDbStateStore? _present;
    private RocksDbStateStore? _new;
    private RocksDbStateStore? _replaced;

    private RocksDbStateRebuild(string folder, StateOptions options)
    {
        _folder = folder;
        _options = options;
    }

    /// <inheritdoc/>
    public ICustomerStateStore? Present => _present;

    /// <inheritdoc/>
    public string? PresentFailure { get; private set; }

    /// <inheritdoc/>
    public ICustomerStateStore New => _new ?? throw new InvalidOperationException("The new states have replaced those in use.");

    /// <summary>Where the new states are made.</summary>
    public static string NewFolder(string folder) => folder + ".new";

    /// <summary>Begins a rebuild of the states in <paramref name="folder"/>, from nothing.</summary>
    /// <exception cref="StateStoreException">Folders cannot be made, renamed or removed.</exception>
    public static RocksDbStateRebuild Open(string folder, StateOptions options)
    {
        var rebuild = new RocksDbStateRebuild(Path.GetFullPath(folder), options);
        try
        {
            rebuild.Begin();
            return rebuild;
        }
        catch (Exception failure)
        {
            rebuild.Close();
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw Failed(rebuild._folder, failure);
            }

            throw;
        }
    }

    /// <summary>Refuses states that a rebuild was cut short over.</summary>
    /// <exception cref="StateStoreException">There is a mark of a rebuild.</exception>
    public static void MustNotBeUnderWay(string folder)
    {
        if (File.Exists(Mark(folder)))
        {
            throw new StateStoreException(
                $"The states in '{folder}' are being rebuilt, or a rebuild of them was cut short: run 'customertrack rebuild' to its end. Nothing is lost meanwhile.",
                new InvalidOperationException($"'{Mark(folder)}' is there."));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ICustomerStateStore> ReplaceAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Close();
        try
        {
            WriteMark(Replacing);
            Replace();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(_folder, failure);
        }

        _replaced = RocksDbStateStore.OpenForRebuild(_folder, _options, NullLogger<RocksDbStateStore>.Instance);
        return new(_replaced);
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Remove(Old);
            File.Delete(Mark(_folder));
            FolderSync.Flush(Path.GetDirectoryName(_folder)!);
            return default;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(_folder, failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    private string Old => _folder + ".old";

    private static string Mark(string folder) => folder + ".rebuilding";

    private static StateStoreException Failed(string folder, Exception failure) =>
        new($"The states in '{folder}' cannot be rebuilt: {failure.Message}", failure);

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        if (File.Exists(Mark(_folder)) && File.ReadAllText(Mark(_folder)).Trim() == Replacing)
        {
            Replace();
        }

        WriteMark(Building);
        Remove(NewFolder(_folder));
        int? shards = null;
        if (Directory.Exists(_folder) && Directory.EnumerateFiles(_folder, "CURRENT").Any())
        {
            try
            {
                _present = RocksDbStateStore.OpenForRebuild(_folder, _options, NullLogger<RocksDbStateStore>.Instance);
                shards = _present.ShardCount;
            }
            catch (StateStoreException unreadable)
            {
                // A damaged copy is a reason to rebuild, not to fail: the caller says what it means.
                PresentFailure = unreadable.Message;
            }
        }

        _new = RocksDbStateStore.OpenForRebuild(NewFolder(_folder), WithShards(_options, shards), NullLogger<RocksDbStateStore>.Instance);
    }

    // The number of shards stays what it was.
    private static StateOptions WithShards(StateOptions options, int? shards) => new()
    {
        Shards = shards ?? options.Shards,
        BlockCacheMegabytes = options.BlockCacheMegabytes,
        WriteBufferMegabytes = options.WriteBufferMegabytes,
    };

    // May be repeated from wherever it was cut short: what is in use goes only while its successor is there.
    private void Replace()
    {
        var next = NewFolder(_folder);
        if (!Directory.Exists(next))
        {
            return;
        }

        if (Directory.Exists(_folder))
        {
            Remove(Old);
            Directory.Move(_folder, Old);
        }

        Directory.Move(next, _folder);
        FolderSync.Flush(Path.GetDirectoryName(_folder)!);
    }

    private void WriteMark(string phase)
    {
        var temporary = Mark(_folder) + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(phase));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Mark(_folder), overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(_folder)!);
    }

    private void Close()
    {
        _present?.Dispose();
        _new?.Dispose();
        _replaced?.Dispose();
        (_present, _new, _replaced) = (null, null, null);
    }
}
