using System.Security.Cryptography;

namespace CustomerTrack.Ingest;

/// <summary>
/// Owners by locks, for processes of one machine. Every process has a name and holds a lock on a file of that name; the system releases the lock
/// when the process ends, however it ends. A claim whose owner's lock is free is nobody's.
/// </summary>
internal sealed class FolderOwners(string folder) : IClaimOwners
{
    private const int NameBytes = 6;
    private const int Attempts = 10;

    private FileStream? _lock;

    /// <inheritdoc/>
    /// <remarks>Nobody is told: a lock that is free is found by looking.</remarks>
    public event Action? Ended
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Name => _lock is { } held ? Path.GetFileName(held.Name) : throw new InvalidOperationException("The process has not entered yet.");

    /// <inheritdoc/>
    public string Writer => "";

    /// <inheritdoc/>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        for (var attempt = 1; _lock is null; attempt++)
        {
            var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
            try
            {
                var held = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
                if (File.Exists(held.Name))
                {
                    _lock = held;
                    break;
                }

                held.Dispose();
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(folder))
            {
                // Between making the file and locking it, another process took it for a dead one's. The next name will do.
            }
        }

        // The lock files of those that are not alive go on the way.
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            _ = IsAlive(Path.GetFileName(path));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsAliveAsync(string owner, CancellationToken cancellationToken) => new(IsAlive(owner));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lock?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool IsAlive(string owner)
    {
        if (owner == Name)
        {
            return true;
        }

        try
        {
            // Deleted while its lock is held, so that nobody who is just entering under the name can miss it.
            using var probe = new FileStream(Path.Combine(folder, owner), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
