using System.Globalization;
using System.Security.Cryptography;

namespace CustomerTrack.Ingest;

/// <summary>
/// Says who owns a claim. Every process has a name and holds a lock on a file of that name; the system releases the lock when
/// the process ends, however it ends. A claim whose owner's lock is free is nobody's.
/// </summary>
internal sealed class ClaimOwner : IDisposable
{
    private const int NameBytes = 6;

    private readonly string _folder;
    private readonly FileStream _lock;

    private ClaimOwner(string folder, string name, FileStream held)
    {
        _folder = folder;
        Name = name;
        _lock = held;
    }

    public string Name { get; }

    public static ClaimOwner Enter(string folder)
    {
        const int Attempts = 10;
        for (var attempt = 1; ; attempt++)
        {
            var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
            try
            {
                var held = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
                if (File.Exists(held.Name))
                {
                    return new(folder, name, held);
                }

                held.Dispose();
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(folder))
            {
                // Between making the file and locking it, another process took it for a dead one's. The next name will do.
            }
        }
    }

    /// <summary>The name of a claim: number, owner and the file's own name.</summary>
    public string ClaimName(long number, string name) => string.Create(CultureInfo.InvariantCulture, $"{number}~{Name}~{name}");

    /// <summary>Splits a claim's name; false for any other.</summary>
    public static bool TrySplit(string claim, out long number, out string owner, out string name)
    {
        owner = "";
        name = "";
        if (!LandingFolders.TrySplit(claim, out number, out var rest) || rest.IndexOf('~', StringComparison.Ordinal) is not (> 0 and var tilde) || tilde + 1 == rest.Length)
        {
            return false;
        }

        owner = rest[..tilde];
        name = rest[(tilde + 1)..];
        return true;
    }

    /// <summary>The owner still runs. The lock file of one that does not is removed on the way.</summary>
    public bool IsAlive(string owner)
    {
        if (owner == Name)
        {
            return true;
        }

        try
        {
            // Deleted while its lock is held, so that nobody who is just entering under the name can miss it.
            using var probe = new FileStream(Path.Combine(_folder, owner), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
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

    /// <summary>Removes the lock files that dead processes left.</summary>
    public void RemoveDead()
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            _ = IsAlive(Path.GetFileName(path));
        }
    }

    public void Dispose() => _lock.Dispose();
}
