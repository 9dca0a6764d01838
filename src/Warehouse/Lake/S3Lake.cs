using System.Runtime.CompilerServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;
using CustomerTrack.S3;
using CustomerTrack.Snowflake;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Lake;

/// <summary>
/// A lake in a bucket: <c>&lt;prefix&gt;dimension=customer/date=2026-01-31/….parquet</c>. An object appears whole, under a name that is new,
/// and is never replaced. Several writers may share the prefix.
/// </summary>
public sealed partial class S3Lake : ILake, IStagedLake, IDisposable
{
    private const string DimensionMark = "dimension=";
    private const string DayMark = "date=";
    private const string CacheFolder = ".s3-copies";
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly S3Bucket _bucket;
    private readonly string _prefix;
    private readonly string _cache;
    private readonly LakeEncoders _encoders;
    private readonly ConditionalWeakTable<IReadOnlyList<Delta>, PendingWrite> _pending = [];

    private S3Lake(S3Options options, string localFolder, Func<int> shards, TimeProvider time)
    {
        _bucket = new(options, time);
        _prefix = options.Prefix;
        _cache = Path.Combine(Path.GetFullPath(localFolder), CacheFolder);
        _encoders = new(shards, time);
    }

    /// <inheritdoc/>
    public string Prefix => _prefix;

    /// <summary>Where the lake's names start: <c>s3://bucket/prefix</c>.</summary>
    public string Root => _bucket.Location(_prefix);

    /// <summary>
    /// Opens the lake, after a look at whether the store can be reached, written, and does what is relied on, and whether the lake is the owner's;
    /// cleans up after crashes.
    /// </summary>
    /// <param name="localFolder">Where copies of objects go for readers that need files. Nobody else may use it at the same time.</param>
    /// <param name="owner">The states it is opened for.</param>
    /// <param name="shards">How many shards a dimension has, asked at the first write; each delta is written with its own.</param>
    /// <exception cref="LakeException">The store cannot be used, or the lake is another's; says why and what helps.</exception>
    public static async Task<S3Lake> OpenAsync(
        S3Options options,
        string localFolder,
        LakeOwner owner,
        LakeAccess access,
        Func<int> shards,
        TimeProvider time,
        ILogger<S3Lake> logger,
        CancellationToken cancellationToken = default)
    {
        S3Lake? lake = null;
        try
        {
            lake = new S3Lake(options, localFolder, shards, time);
            await lake._bucket.CheckAsync(lake._prefix, cancellationToken);
            await new LakeOwnership(lake._bucket, lake._prefix, owner, time).CheckAsync(access, lake.ListDimensionsAsync, cancellationToken);
            lake.EmptyCache();
            var aborted = await lake._bucket.AbortUploadsAsync(lake._prefix + DimensionMark, time.GetUtcNow() - LeftoverAge, cancellationToken);
            if (aborted > 0)
            {
                LogAborted(logger, aborted, lake.Root);
            }

            return lake;
        }
        catch (Exception failure)
        {
            lake?.Dispose();
            if (failure is S3Exception s3)
            {
                throw new LakeException("use", s3);
            }

            throw;
        }
    }

    /// <summary>Whose the lake is; null while it is nobody's.</summary>
    /// <exception cref="LakeException">The store does not say.</exception>
    public static async Task<LakeOwner?> FindOwnerAsync(S3Options options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        try
        {
            using var bucket = new S3Bucket(options, time);
            var nobody = new LakeOwner { StateId = null, Place = "" };
            return await new LakeOwnership(bucket, options.Prefix, nobody, time).FindAsync(cancellationToken) is { } note
                ? new() { StateId = note.State, Place = note.Place ?? "" }
                : null;
        }
        catch (S3Exception failure)
        {
            throw new LakeException("use", failure);
        }
    }

    /// <summary>
    /// As <see cref="ILake.WriteAsync"/>. A failed write that is repeated with the same list gets the same name and recognises what the
    /// store did although no answer came, so that it is there once. When nobody repeats it, its object may be there or not.
    /// </summary>
    /// <exception cref="LakeException">It was not written, as far as the store answered.</exception>
    public async ValueTask<LakeObject> WriteAsync(
        DimensionDefinition dimension,
        IReadOnlyList<Delta> deltas,
        IReadOnlyDictionary<long, string> fileNames,
        CancellationToken cancellationToken = default)
    {
        var write = _pending.TryGetValue(deltas, out var earlier) && earlier.Dimension == dimension.Name && earlier.Rows == deltas.Count
            ? earlier
            : new(dimension.Name, _encoders.NewName(DimensionMark + dimension.Name, deltas.Count), deltas.Count, Guid.NewGuid().ToString("N"));
        try
        {
            var bytes = await _encoders.EncodeAsync(dimension, deltas, fileNames, content => StoreAsync(write, content, cancellationToken));
            _pending.Remove(deltas);
            return new() { Dimension = dimension.Name, Name = write.Name, Rows = deltas.Count, Bytes = bytes };
        }
        catch (S3Exception failure)
        {
            _pending.AddOrUpdate(deltas, write);
            throw new LakeException("write", failure);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Redeliveries are left out: they hold what is there already.</remarks>
    /// <exception cref="LakeException">The store cannot be read, or a file somebody put there is no Parquet file.</exception>
    public async IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in ListAllAsync(dimension, startAfter: null, foreign: true, cancellationToken))
        {
            if (!LakeObjectName.TryParse(item.Name, out var name) || name.Redelivery == 0)
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>An object that took long to upload can appear before names that were listed already. Files that somebody else put there are left out.</remarks>
    /// <exception cref="LakeException">The store cannot be read.</exception>
    public async IAsyncEnumerable<LakeObject> ListAsync(DimensionDefinition dimension, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in ListAllAsync(dimension, startAfter, foreign: false, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Looks into the newest hours of the newest day: a lake of years is not listed for it.</remarks>
    /// <exception cref="LakeException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<LakeObject>> ListNewestAsync(DimensionDefinition dimension, int count, CancellationToken cancellationToken = default)
    {
        var folder = FolderOf(dimension)[_prefix.Length..];
        var days = await TellAsync("list", () => _bucket.ListFoldersAsync(_prefix + folder, cancellationToken));
        foreach (var day in days.Where(day => day.StartsWith(DayMark, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal))
        {
            for (var hour = 23; hour >= 0; hour--)
            {
                var found = new List<LakeObject>();
                var start = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{folder}{day}/{day[DayMark.Length..].Replace("-", "", StringComparison.Ordinal)}T{hour:D2}");
                await foreach (var item in ListAsync(dimension, start, cancellationToken))
                {
                    if (LakeObjectName.TryParse(item.Name, out var name) && name.Redelivery == 0)
                    {
                        found.Add(item);
                    }
                }

                if (found.Count > 0)
                {
                    return found.Count <= count ? found : found[^count..];
                }
            }
        }

        return [];
    }

    /// <summary>The dimensions that have objects here.</summary>
    /// <exception cref="LakeException">The store cannot be read.</exception>
    public Task<IReadOnlyList<string>> ListDimensionsAsync(CancellationToken cancellationToken = default) =>
        TellAsync("list", () => _bucket.ListFoldersAsync(_prefix + DimensionMark, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<LocalObject> OpenLocalAsync(LakeObject lakeObject, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(_cache, Guid.NewGuid().ToString("N") + LakeObjectName.Extension);
        try
        {
            await _bucket.DownloadAsync(_prefix + lakeObject.Name, path, lakeObject.Bytes, etag: null, cancellationToken);
            return new(path, isCopy: true);
        }
        catch (S3Exception failure)
        {
            throw new LakeException("read", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LakeException(path, "copy an object to", failure);
        }
    }

    /// <summary>
    /// Puts the same object under another name, for a reader that never takes the first one again. The store copies it. Safe to repeat.
    /// </summary>
    /// <param name="attempt">1 for the first redelivery of the object; its name says it.</param>
    /// <exception cref="LakeException">The original is not there, or the store did not do it.</exception>
    public async ValueTask<LakeObject> RedeliverAsync(LakeObject original, int attempt, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        if (!LakeObjectName.TryParse(original.Name, out var name))
        {
            throw new ArgumentException($"'{original.Name}' is not a name of this lake, so it cannot be redelivered under one.", nameof(original));
        }

        var copy = original with { Name = (name with { Redelivery = attempt }).ToString() };
        return await TellAsync("redeliver", async () =>
        {
            // What is there already is this object: names are not used for anything else.
            if (await _bucket.FindAsync(_prefix + copy.Name, cancellationToken) is { } found && found.Bytes == original.Bytes)
            {
                return copy;
            }

            var source = _prefix + (name with { Redelivery = 0 }).ToString();
            return await _bucket.TryCopyAsync(source, _prefix + copy.Name, etag: null, cancellationToken)
                ? copy
                : throw new LakeException(_bucket.Location(source), "redeliver", "it is not there.");
        });
    }

    /// <summary>A small text beside the dimensions' objects; null when there is none.</summary>
    /// <param name="name">Below the lake's prefix, such as <c>_delivery/customer.json</c>.</param>
    /// <exception cref="LakeException">The store cannot be read.</exception>
    public async ValueTask<string?> ReadNoteAsync(string name, CancellationToken cancellationToken = default) =>
        await TellAsync("read", () => _bucket.ReadTextAsync(_prefix + name, cancellationToken));

    /// <summary>Replaces a small text beside the dimensions' objects. Durable when it returns.</summary>
    /// <exception cref="LakeException">The store did not take it.</exception>
    public async ValueTask WriteNoteAsync(string name, string text, CancellationToken cancellationToken = default)
    {
        if (name.StartsWith(DimensionMark, StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' is among the lake's objects, which are never replaced.", nameof(name));
        }

        await TellAsync("write", async () =>
        {
            await _bucket.PutAsync(_prefix + name, System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
            return true;
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoders.Dispose();
        _bucket.Dispose();
    }

    private static async Task<T> TellAsync<T>(string doing, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (S3Exception failure)
        {
            throw new LakeException(doing, failure);
        }
    }

    private async IAsyncEnumerable<LakeObject> ListAllAsync(DimensionDefinition dimension, string? startAfter, bool foreign, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var objects = _bucket.ListAsync(FolderOf(dimension), startAfter is null ? null : _prefix + startAfter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (objects)
        {
            while (await TellAsync("list", () => objects.MoveNextAsync().AsTask()))
            {
                if (objects.Current.Key.EndsWith(LakeObjectName.Extension, StringComparison.Ordinal) && (foreign || LakeObjectName.TryParse(objects.Current.Key, out _)))
                {
                    yield return await DescribeAsync(dimension, objects.Current, cancellationToken);
                }
            }
        }
    }

    private string FolderOf(DimensionDefinition dimension) => $"{_prefix}{DimensionMark}{dimension.Name}/";

    private async Task StoreAsync(PendingWrite write, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (!await _bucket.TryCreateAsync(_prefix + write.Name, content, write.Token, cancellationToken))
        {
            throw new LakeException(_bucket.Location(_prefix + write.Name), "write", "another object has this name; it was left as it is.");
        }
    }

    private async ValueTask<LakeObject> DescribeAsync(DimensionDefinition dimension, S3ObjectInfo found, CancellationToken cancellationToken)
    {
        var described = new LakeObject { Dimension = dimension.Name, Name = found.Key[_prefix.Length..], Rows = 0, Bytes = found.Bytes };
        if (LakeObjectName.TryParse(described.Name, out var name))
        {
            return described with { Rows = name.Rows };
        }

        // Somebody else's file: only its content says how many rows it has.
        using var local = await OpenLocalAsync(described, cancellationToken);
        return described with { Rows = LakeEncoders.CountRows(local.Path, _bucket.Location(found.Key)) };
    }

    private void EmptyCache()
    {
        try
        {
            Directory.CreateDirectory(_cache);
            foreach (var leftover in Directory.EnumerateFiles(_cache))
            {
                File.Delete(leftover);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LakeException(_cache, "use", failure);
        }
    }

    private sealed record PendingWrite(string Dimension, string Name, int Rows, string Token);

    [LoggerMessage(LogLevel.Information, "Gave up {Count} uploads below {Root} that were begun more than a day ago and never completed.")]
    private static partial void LogAborted(ILogger logger, int count, string root);
}
