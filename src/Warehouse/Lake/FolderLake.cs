using System.Runtime.CompilerServices;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Lake;

/// <summary>
/// A lake in a folder. An object is written under a hidden name, synced, renamed, and the folder synced: it is complete and
/// durable when it can be seen. Several writers may share the folder.
/// </summary>
public sealed class FolderLake : ILake, IDisposable
{
    private const string TemporaryExtension = ".tmp";

    private readonly LakeEncoders _encoders;

    /// <param name="root">The folder; made if missing. What writers that crashed left half written is removed.</param>
    /// <param name="shards">How many shards a dimension has, asked at the first write; each delta is written with its own.</param>
    /// <exception cref="LakeException">The folder cannot be made or cleaned.</exception>
    public FolderLake(string root, Func<int> shards, TimeProvider time)
    {
        Root = Path.GetFullPath(root);
        _encoders = new(shards, time);
        try
        {
            Directory.CreateDirectory(Root);
            foreach (var leftover in Directory.EnumerateFiles(Root, ".*" + TemporaryExtension, SearchOption.AllDirectories))
            {
                RemoveUnlessWritten(leftover);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LakeException(Root, "open", failure);
        }
    }

    /// <summary>The folder, as a full path.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    /// <exception cref="LakeException">The object could not be written; nothing is visible.</exception>
    public async ValueTask<LakeObject> WriteAsync(
        DimensionDefinition dimension,
        IReadOnlyList<Delta> deltas,
        IReadOnlyDictionary<long, string> fileNames,
        CancellationToken cancellationToken = default)
    {
        var name = _encoders.NewName(dimension.Name, deltas.Count);
        var bytes = await _encoders.EncodeAsync(dimension, deltas, fileNames, content => StoreAsync(Path.Combine(Root, name), content, cancellationToken));
        return new() { Dimension = dimension.Name, Name = name, Rows = deltas.Count, Bytes = bytes };
    }

    /// <inheritdoc/>
    /// <exception cref="LakeException">The folder cannot be read, or a file in it is no Parquet file.</exception>
    public async IAsyncEnumerable<LakeObject> ListAsync(
        DimensionDefinition dimension,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var found in await Task.Run(() => List(dimension.Name), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    /// <inheritdoc/>
    public ValueTask<LocalObject> OpenLocalAsync(LakeObject lakeObject, CancellationToken cancellationToken = default) =>
        new(new LocalObject(Path.Combine(Root, lakeObject.Name), isCopy: false));

    /// <inheritdoc/>
    public void Dispose() => _encoders.Dispose();

    private static async Task StoreAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, "." + Path.GetFileName(path) + TemporaryExtension);
        var visible = false;
        try
        {
            CreateFolder(folder);
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
            visible = true;
            FolderSync.Flush(folder);
        }
        catch (Exception failure)
        {
            // An object whose name is perhaps not durable was not promised to anybody: take it back.
            Remove(visible ? path : temporary);
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw new LakeException(path, "write", failure);
            }

            throw;
        }
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        Directory.CreateDirectory(folder);
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        FolderSync.Flush(Path.GetDirectoryName(Path.GetDirectoryName(folder)!)!);
    }

    /// <summary>Removes a half-written object. A writer, of this machine or another, holds a lock on what it writes as long as it lives.</summary>
    private static void RemoveUnlessWritten(string leftover)
    {
        try
        {
            // One that is just being renamed is not locked any more: its writer fails at the rename and repeats its write.
            using var ended = new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (FileNotFoundException)
        {
            // Finished, or removed by another process that starts.
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(leftover))
        {
            // Somebody writes it.
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; a hidden leftover goes at the next start.
        }
    }

    private List<LakeObject> List(string dimension)
    {
        var folder = Path.Combine(Root, dimension);
        var objects = new List<LakeObject>();
        try
        {
            if (!Directory.Exists(folder))
            {
                return objects;
            }

            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*" + LakeObjectName.Extension, SearchOption.AllDirectories))
            {
                if (file.Name.StartsWith('.'))
                {
                    continue;
                }

                objects.Add(new()
                {
                    Dimension = dimension,
                    Name = Path.GetRelativePath(Root, file.FullName).Replace(Path.DirectorySeparatorChar, '/'),
                    Rows = LakeObjectName.TryParse(file.Name, out var name) ? name.Rows : LakeEncoders.CountRows(file.FullName, file.FullName),
                    Bytes = file.Length,
                });
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LakeException(folder, "list", failure);
        }

        objects.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return objects;
    }
}
