using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CustomerTrack.RedisServer;

/// <summary>
/// A real redis-server of this process on a free port of 127.0.0.1, which syncs its log before it answers. It ends with the process, however that ends.
/// Not for concurrent use, but its log is.
/// </summary>
public sealed class RedisProcess : IAsyncDisposable
{
    /// <summary>What to do where it is missing.</summary>
    public const string HowToInstall = "install one with 'apt-get install -y --no-install-recommends redis-server'";

    // The server ends when this process's end of the script's standard input is closed.
    private const string Script = """
        exec 3<&0
        redis-server "$@" </dev/null & server=$!
        { read -r _ <&3; kill -9 $server; } >/dev/null 2>&1 & guard=$!
        exec 3<&-
        echo "pid $server"
        wait $server
        code=$?
        kill $guard
        exit $code
        """;

    private const int Killed = 9;
    private const int Terminated = 15;
    private const int Continued = 18;
    private const int Stopped = 19;

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly List<string> _log = [];
    private Process? _script;
    private Task _reading = Task.CompletedTask;

    private RedisProcess(string folder, int port, IReadOnlyDictionary<string, string> settings)
    {
        Folder = folder;
        Port = port;
        _settings = settings;
    }

    /// <summary>Whether it can be started here.</summary>
    public static bool IsInstalled { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>Why there is no server, as a sentence; null where there is one.</summary>
    public static string? WhyMissing => IsInstalled ? null : $"There is no redis-server: {HowToInstall}.";

    /// <summary>What it keeps its data in.</summary>
    public string Folder { get; }

    public int Port { get; }

    /// <summary>Host and port, as clients want them.</summary>
    public string Connection => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The server's process id; null while it does not run.</summary>
    public int? Id { get; private set; }

    /// <summary>What it has written so far, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts a server; returns when it answers.</summary>
    /// <param name="folder">Where its data goes; made when it is missing.</param>
    /// <param name="settings">Of redis.conf, by name, over <c>appendonly yes</c>, <c>appendfsync always</c> and no snapshots: <c>requirepass</c>, for one.</param>
    /// <exception cref="InvalidOperationException">It did not start; says what it wrote.</exception>
    public static async Task<RedisProcess> StartAsync(string folder, IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        const int Attempts = 5;
        Directory.CreateDirectory(folder);
        for (var attempt = 1; ; attempt++)
        {
            var server = new RedisProcess(Path.GetFullPath(folder), FreePort(), settings ?? new Dictionary<string, string>());
            try
            {
                await server.StartAgainAsync(cancellationToken);
                return server;
            }
            catch (InvalidOperationException) when (attempt < Attempts && server.Log.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody else took the port meanwhile.
            }
        }
    }

    /// <summary>Starts the server that was stopped or killed, on the same port and with the data that is in the folder now.</summary>
    /// <exception cref="InvalidOperationException">It did not start, or runs; says what it wrote.</exception>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (Id is not null)
        {
            throw new InvalidOperationException("The redis-server runs already.");
        }

        var settings = new Dictionary<string, string>
        {
            ["bind"] = "127.0.0.1",
            ["port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["dir"] = Folder,
            ["appendonly"] = "yes",
            ["appendfsync"] = "always",
            ["save"] = "",
            ["daemonize"] = "no",
            ["logfile"] = "",
        };
        foreach (var (name, value) in _settings)
        {
            settings[name] = value;
        }

        _script = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "redis", .. settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = Task.WhenAll(ReadAsync(_script.StandardOutput, ready), ReadAsync(_script.StandardError, ready));
        var ended = _reading;
        try
        {
            if (await Task.WhenAny(ready.Task, ended).WaitAsync(cancellationToken) != ready.Task)
            {
                await EndedAsync();
                throw new InvalidOperationException($"The redis-server did not start. It wrote:\n{Log}");
            }
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw;
        }
    }

    /// <summary>Ends it in order, as SHUTDOWN does.</summary>
    public async Task StopAsync()
    {
        Signal(Terminated);
        await EndedAsync();
    }

    /// <summary>Ends it at once, in the middle of whatever it does (SIGKILL), also when it is paused. Does nothing while it does not run.</summary>
    public async Task KillAsync()
    {
        if (_script is null)
        {
            return;
        }

        // Before it has said its id, the end of its standard input is what ends it.
        if (Id is not null)
        {
            Signal(Killed);
        }
        else
        {
            _script.StandardInput.Close();
        }

        await EndedAsync();
    }

    /// <summary>It does nothing any more, and connections to it stay open (SIGSTOP).</summary>
    public void Pause() => Signal(Stopped);

    /// <summary>It goes on with what it was sent meanwhile (SIGCONT).</summary>
    public void Resume() => Signal(Continued);

    /// <summary>Kills it, when it runs, and deletes all its data. It is not started again.</summary>
    public async Task WipeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>Copies its data as they are on disk now into <paramref name="folder"/>; for a server that does not run.</summary>
    public void CopyTo(string folder) => Copy(Folder, folder);

    /// <summary>Puts data that <see cref="CopyTo"/> copied in the place of what there is; for a server that does not run.</summary>
    public async Task RestoreAsync(string folder)
    {
        await WipeAsync();
        Copy(folder, Folder);
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy, overwrite: true);
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Signal(int signal)
    {
        if (SendSignal(Id ?? throw new InvalidOperationException("The redis-server does not run."), signal) != 0)
        {
            throw new InvalidOperationException($"The redis-server {Id} could not be sent signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private async Task EndedAsync()
    {
        await _script!.WaitForExitAsync();
        await _reading;
        _script.Dispose();
        _script = null;
        Id = null;
    }

    private async Task ReadAsync(StreamReader reader, TaskCompletionSource ready)
    {
        // The script and the server write to one pipe, in any order.
        var accepts = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("pid ", StringComparison.Ordinal))
            {
                Id = int.Parse(line.AsSpan("pid ".Length), NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else
            {
                lock (_log)
                {
                    _log.Add(line);
                }

                accepts |= line.Contains("Ready to accept connections", StringComparison.Ordinal);
            }

            if (accepts && Id is not null)
            {
                ready.TrySetResult();
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
