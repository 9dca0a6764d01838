using System.Net.Sockets;
using System.Text.Json;

namespace CustomerTrack.Cli.Running;

/// <summary>Finds the process that works on a data folder.</summary>
internal static class RunningProcess
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The process, or null when nobody works on the folder. Waits for one that is just starting.</summary>
    /// <exception cref="CommandFailedException">A process holds the folder, but takes no requests.</exception>
    public static async Task<ProcessAddress?> FindAsync(DataFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        while (IsLocked(folder))
        {
            if (ReadAll(folder) is { Count: > 0 } found)
            {
                return await AnsweringAsync(found, cancellationToken);
            }

            if (time.GetElapsedTime(startedAt) > Patience)
            {
                throw new CommandFailedException($"Another process works on the data folder '{folder.Root}' but takes no requests: it is a batch command, or still starting. Try again when it is done.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        return null;
    }

    /// <summary>
    /// What the process file says, or that of the silo on this machine which is up longest; null when there is none, or a process is about to write it.
    /// </summary>
    internal static ProcessAddress? Read(DataFolder folder) => ReadAll(folder).FirstOrDefault();

    private static List<ProcessAddress> ReadAll(DataFolder folder)
    {
        if (ReadFile(folder, folder.ProcessFile) is { } alone)
        {
            return [alone];
        }

        var silos = SiloLock.ProcessFiles(folder).Select(file => ReadFile(folder, file)).OfType<ProcessAddress>().OrderBy(silo => silo.StartedAt).ToList();
        var here = silos.FindAll(silo => silo.Machine == Environment.MachineName);
        return here.Count == 0 && silos is [var elsewhere, ..]
            ? throw new CommandFailedException($"The silos that work on the data folder '{folder.Root}' run on other machines: {string.Join(", ", silos.Select(silo => silo.Machine))}. Run the command on {elsewhere.Machine}.")
            : here;
    }

    /// <summary>The first that takes connections: silos of one machine may be in networks of their own. Where none does, the first, for the caller to say so.</summary>
    private static async Task<ProcessAddress> AnsweringAsync(List<ProcessAddress> found, CancellationToken cancellationToken)
    {
        foreach (var process in found.Count > 1 ? found : [])
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(ConnectPatience);
            try
            {
                await socket.ConnectAsync(process.Url.Host, process.Url.Port, patience.Token);
                return process;
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next one.
            }
        }

        return found[0];
    }

    private static ProcessAddress? ReadFile(DataFolder folder, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessAddress>(File.ReadAllBytes(file), Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandFailedException($"A process works on the data folder '{folder.Root}', but '{file}' cannot be read: run the command as the user who started it.", e);
        }
        catch (JsonException e)
        {
            throw new CommandFailedException($"'{file}' is damaged: {e.Message} Restart the process that works on the data folder.", e);
        }
    }

    private static bool IsLocked(DataFolder folder)
    {
        if (!File.Exists(folder.LockFile))
        {
            return false;
        }

        using var free = ProcessLock.TryOpen(folder);
        return free is null;
    }
}
