namespace CustomerTrack.Cli.Running;

/// <summary>One silo's place below a data folder that several share: a lock that says that it runs, and how it is reached.</summary>
internal sealed class SiloLock : IDisposable
{
    private const string LockName = "process.lock";
    private const string ProcessName = "process.json";

    // Another silo that starts may just be looking whether this place is anybody's.
    private const int Attempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly FileStream _held;

    private SiloLock(string place, FileStream held)
    {
        _held = held;
        ProcessFile = Path.Combine(place, ProcessName);
    }

    /// <summary>How to reach the silo.</summary>
    public string ProcessFile { get; }

    /// <summary>Makes the place, or takes that of a silo of the same name which ended. Places of others that ended are removed.</summary>
    /// <exception cref="SiloNameTakenException">A silo of the same name runs.</exception>
    public static async Task<SiloLock> TakeAsync(DataFolder folder, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        RemoveEnded(folder);
        var place = folder.Silo(name);
        for (var attempt = 1; ; attempt++)
        {
            Directory.CreateDirectory(place);
            if (TryOpen(place, FileMode.OpenOrCreate) is { } held)
            {
                if (File.Exists(held.Name))
                {
                    return new(place, held);
                }

                // Between opening and locking it, another silo took the place for that of one which ended, and removed it.
                await held.DisposeAsync();
            }

            if (attempt == Attempts)
            {
                throw new SiloNameTakenException(name, folder.Root);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The files of the silos that run, whatever machine they run on.</summary>
    public static IEnumerable<string> ProcessFiles(DataFolder folder) => Places(folder).Where(IsHeld).Select(place => Path.Combine(place, ProcessName));

    public void Dispose() => _held.Dispose();

    private static IEnumerable<string> Places(DataFolder folder) => Directory.Exists(folder.Silos) ? Directory.EnumerateDirectories(folder.Silos) : [];

    private static void RemoveEnded(DataFolder folder)
    {
        foreach (var place in Places(folder).ToList())
        {
            using var held = TryOpen(place, FileMode.Open);
            if (held is not null)
            {
                TryRemove(place);
            }
        }
    }

    private static void TryRemove(string place)
    {
        try
        {
            Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another silo removes it as well, or it is of another user's; it is only in the way of nobody.
        }
    }

    private static bool IsHeld(string place)
    {
        if (!File.Exists(Path.Combine(place, LockName)))
        {
            return false;
        }

        using var free = TryOpen(place, FileMode.Open);
        return free is null;
    }

    private static FileStream? TryOpen(string place, FileMode mode)
    {
        try
        {
            return new(Path.Combine(place, LockName), mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not PathTooLongException)
        {
            return null;
        }
    }
}
