using System.Security.Cryptography;
using System.Text.Json;

namespace CustomerTrack.Cli.Running;

/// <summary>
/// This process works on a data folder: alone, or as a silo among others. The lock is the operating system's, so it ends with the process
/// however that ends; the file beside it tells commands where to find the process.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    // A command that looks whether somebody holds the lock holds it itself for a moment.
    private const int Attempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly FileStream _lock;
    private readonly SiloLock? _silo;
    private readonly string _processFile;
    private bool _published;

    /// <summary>What a command has to show; in the file that <see cref="Publish"/> writes.</summary>
    public string Token { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    private ProcessLock(FileStream held, SiloLock? silo, string processFile)
    {
        _lock = held;
        _silo = silo;
        _processFile = processFile;
    }

    /// <summary>Takes the lock of a data folder that exists.</summary>
    /// <exception cref="CommandFailedException">Another process has it.</exception>
    public static Task<ProcessLock> AcquireAsync(DataFolder folder, TimeProvider time, CancellationToken cancellationToken) =>
        AcquireAsync(folder, silo: null, time, cancellationToken);

    /// <summary>Takes the lock, to share it with other silos of a cluster where the name of one is given.</summary>
    /// <param name="silo">The silo's name; null for a process that works alone.</param>
    /// <exception cref="CommandFailedException">A process that works alone has it, or this wants to be alone and is not.</exception>
    public static async Task<ProcessLock> AcquireAsync(DataFolder folder, string? silo, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (TryOpen(folder, isShared: silo is not null) is { } held)
            {
                try
                {
                    var own = silo is null ? null : await SiloLock.TakeAsync(folder, silo, time, cancellationToken);
                    var processFile = own?.ProcessFile ?? folder.ProcessFile;

                    // Whoever wrote it did not end in order.
                    File.Delete(processFile);
                    return new(held, own, processFile);
                }
                catch
                {
                    await held.DisposeAsync();
                    throw;
                }
            }

            if (attempt == Attempts)
            {
                var owner = RunningProcess.Read(folder);
                throw new CommandFailedException($"The data folder '{folder.Root}' is in use by another process{(owner is null ? "" : $" ({owner})")}. Stop it first, or name another folder with --data.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Tells commands where this process listens; only the owner can read the file.</summary>
    public ProcessAddress Publish(Uri url, DateTimeOffset startedAt)
    {
        var address = new ProcessAddress
        {
            Pid = Environment.ProcessId,
            Url = url,
            Token = Token,
            StartedAt = startedAt,
        };
        var temporary = _processFile + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, address, RunningProcess.Json);
        }

        File.Move(temporary, _processFile, overwrite: true);
        _published = true;
        return address;
    }

    public void Dispose()
    {
        if (_published)
        {
            File.Delete(_processFile);
        }

        // The lock file stays: deleting it would let two processes lock two files of one name.
        _silo?.Dispose();
        _lock.Dispose();
    }

    /// <summary>The lock, or null when somebody has it who does not share it.</summary>
    internal static FileStream? TryOpen(DataFolder folder, bool isShared = false)
    {
        try
        {
            // Readers that let others read share the lock, whoever lets nobody in has it alone.
            return isShared
                ? new(folder.LockFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandFailedException($"The lock file '{folder.LockFile}' cannot be opened: {e.Message}", e);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
